//! Threads of the SDK, which the tool does not know of.

use std::{io, thread};

/// Does something on a thread of its own. Boxed, so that starting a thread is compiled once.
///
/// # Errors
/// When there can be no other thread.
pub(crate) fn start(work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
    thread::Builder::new().name("telemetry".to_owned()).spawn(work).map(drop)
}
