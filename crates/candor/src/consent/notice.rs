//! The notice: shown once before anything is ever sent.
//!
//! The text that was shown is kept in the state directory. A later version with another text shows it again: what it
//! newly collects was not agreed to.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::Path,
};

use super::ConsentFlags;
use crate::{
    declared::{ConsentDeclaration, NonInteractive},
    state,
};

/// The most lines that are shown.
const MAX_LINES: usize = 6;

/// The file that keeps the text that was shown.
const FILE: &str = "notice";

/// What the notice allows in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// It was shown in an earlier run: records may be sent.
    Known,
    /// It was shown just now: what is recorded from here on may be sent, but not in this run.
    Shown,
    /// Nobody could have read it: nothing that this run records is ever sent.
    Unshown,
}

/// Whether this notice was shown in an earlier run.
pub(crate) fn is_known(consent: &ConsentDeclaration, state_directory: &Path) -> bool {
    fs::read(state_directory.join(FILE)).is_ok_and(|shown| shown == consent.notice.as_bytes())
}

/// Shows the notice where that is due and possible.
pub(crate) fn settle(consent: &ConsentDeclaration, flags: &impl ConsentFlags, state_directory: &Path) -> Notice {
    let is_known = is_known(consent, state_directory);
    let is_readable = io::stderr().is_terminal();
    let is_due = match (is_readable, consent.non_interactive) {
        (true, _) => !is_known,
        // A server's log: at every start, until the user stores a choice.
        (false, NonInteractive::Notice) => true,
        (false, NonInteractive::Local) => false,
    };
    if !is_due || !flags.may_show_notice() {
        return if is_known { Notice::Known } else { Notice::Unshown };
    }
    if io::stderr().write_all(text(consent.notice).as_bytes()).is_err() {
        return if is_known { Notice::Known } else { Notice::Unshown };
    }
    if is_known {
        return Notice::Known;
    }
    // Where it cannot be kept, it is shown again in the next run, and nothing was sent meanwhile.
    let _ = state::replace(state_directory, FILE, consent.notice.as_bytes());
    Notice::Shown
}

fn text(notice: &str) -> String {
    notice.lines().take(MAX_LINES).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_has_at_most_six_lines() {
        assert_eq!(text("a\nb\nc\nd\ne\nf\ng"), "a\nb\nc\nd\ne\nf\n");
        assert_eq!(text("one line"), "one line\n");
    }
}
