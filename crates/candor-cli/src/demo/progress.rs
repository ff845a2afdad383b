//! What the demo is doing, on standard error; nothing where that is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that says what is being done, with a bar where its length is known.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// Something without a known length is being done.
    pub(crate) fn say(&self, what: String) {
        self.bar.set_style(ProgressStyle::default_spinner());
        self.bar.set_message(what);
    }

    /// Something of `steps` steps is being done.
    pub(crate) fn start(&self, what: &'static str, steps: usize) {
        let style = ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len}");
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_message(what);
        self.bar.set_length(steps as u64);
        self.bar.set_position(0);
    }

    /// One step is done.
    pub(crate) fn advance(&self) {
        self.bar.inc(1);
    }

    /// All is done; the line goes.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
