//! A helper ends, whatever happens to it.

#![expect(clippy::exit, reason = "the helper process ends here instead of in the tool's `main`")]

use std::{process, thread, time::Duration};

use crate::background;

/// Longer than any upload of a full spool over a bad line; far shorter than what would let helpers pile up.
const DEADLINE: Duration = Duration::from_secs(30);

/// Ends the process when the deadline has passed. Without a thread to watch it, at once.
pub(super) fn set() {
    let watch = || {
        thread::sleep(DEADLINE);
        end_process();
    };
    if background::start(Box::new(watch)).is_err() {
        end_process();
    }
}

/// Ends the helper. It never becomes the tool.
pub(super) fn end_process() {
    process::exit(0);
}
