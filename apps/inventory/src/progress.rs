//! A progress bar on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How many providers are done.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar of `steps`; invisible where standard error is no terminal.
    pub(crate) fn of(steps: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// One more step, called `name`, is done.
    pub(crate) fn finished(&self, name: &'static str) {
        self.bar.set_message(name);
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    /// Nothing of it stays on the terminal, whether the fetch succeeded or not.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
