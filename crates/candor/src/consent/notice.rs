//! The notice: shown once before anything is ever sent, and again by a release that collects more.
//!
//! The state directory keeps what the user was told of: the lines of `Declaration::collects`. What a later release
//! collects beyond them was not agreed to, so it is told, or asked, again; one that collects less needs nothing.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::Path,
};

use super::ConsentFlags;
use crate::{
    declared::{Declaration, NonInteractive},
    regular_file, state,
};

/// The most lines that are shown.
const MAX_LINES: usize = 6;

/// How many new things are named; the page names all.
const MAX_NAMED: usize = 4;

/// The file that keeps what the user was told of.
const FILE: &str = "notice";

/// More than the lines of any manifest.
const MAX_BYTES: u64 = 256 * 1024;

/// What the notice allows in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// It was shown in an earlier run, or is not needed: records may be sent.
    Known,
    /// It was shown just now: what is recorded from here on may be sent, but not in this run.
    Shown,
    /// Nobody could have read it: nothing that this run records is ever sent.
    Unshown,
}

/// What the user knows of what this release collects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// The user was never told anything.
    Nothing,
    /// All of it.
    Everything,
    /// Some of it: these things are new.
    Less(Vec<&'static str>),
}

impl Knowledge {
    /// What the state directory says.
    pub(crate) fn of(declaration: &Declaration, state_directory: &Path) -> Self {
        let Ok(told) = regular_file::read_text(&state_directory.join(FILE), MAX_BYTES) else { return Self::Nothing };
        let mut new = declaration.collects.to_vec();
        new.retain(|line| !told.lines().any(|told| told == *line));
        if new.is_empty() { Self::Everything } else { Self::Less(new) }
    }

    /// Whether records may be sent: the user was told of all of it, or made a choice without being told.
    pub(crate) fn allows_sending(&self, is_stated: bool) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => is_stated,
            Self::Less(_) => false,
        }
    }
}

/// Keeps that the user knows all that this release collects. Where that cannot be kept, the notice is shown again in the
/// next run, and nothing was sent meanwhile.
pub(crate) fn remember(declaration: &Declaration, state_directory: &Path) {
    let lines = state::lines(&mut declaration.collects.iter().copied());
    let _ = state::replace(state_directory, FILE, lines.as_bytes());
}

/// Shows the notice where that is due and possible. `is_stated` says that the user has stored a level.
pub(crate) fn settle(
    declaration: &Declaration,
    flags: &impl ConsentFlags,
    state_directory: &Path,
    is_stated: bool,
) -> Notice {
    let knowledge = Knowledge::of(declaration, state_directory);
    let may_send = knowledge.allows_sending(is_stated);
    let is_readable = io::stderr().is_terminal();
    let is_due = match (is_readable, declaration.consent.non_interactive) {
        (true, _) => !may_send,
        // A server's log: at every start, until the user stores a choice.
        (false, NonInteractive::Notice) => !is_stated || !may_send,
        (false, NonInteractive::Local) => false,
    };
    if is_stated && knowledge == Knowledge::Nothing {
        remember(declaration, state_directory);
    }
    let is_shown =
        is_due && flags.may_show_notice() && io::stderr().write_all(text(declaration, &knowledge).as_bytes()).is_ok();
    match (may_send, is_shown) {
        (true, _) => Notice::Known,
        (false, false) => Notice::Unshown,
        (false, true) => {
            remember(declaration, state_directory);
            Notice::Shown
        }
    }
}

/// The notice, and before it what is new.
pub(crate) fn text(declaration: &Declaration, knowledge: &Knowledge) -> String {
    let news = match knowledge {
        Knowledge::Less(new) => Some(news(declaration, new)),
        Knowledge::Nothing | Knowledge::Everything => None,
    };
    // How to turn it off stands at the end: where there is no room, the beginning makes it.
    let room = MAX_LINES - usize::from(news.is_some());
    let length = declaration.consent.notice.lines().take(MAX_LINES).count();
    let notice = declaration.consent.notice.lines().take(MAX_LINES).skip(length.saturating_sub(room));
    state::lines(&mut news.as_deref().into_iter().chain(notice))
}

fn news(declaration: &Declaration, new: &[&str]) -> String {
    let named = new[..new.len().min(MAX_NAMED)].join(", ");
    let more = match new.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{} {} newly records: {named}{more}.", declaration.application, declaration.release.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{consent::tests::declaration, declared::DefaultConsent};

    fn told(collects: &'static [&'static str]) -> Declaration {
        Declaration { collects, ..declaration(DefaultConsent::On) }
    }

    #[test]
    fn a_notice_has_at_most_six_lines_and_names_what_is_new() {
        let mut declaration = told(&["a", "b"]);
        declaration.consent.notice = "1\n2\n3\n4\n5\n6\n7";
        assert_eq!(text(&declaration, &Knowledge::Nothing), "1\n2\n3\n4\n5\n6\n");
        let news = text(&declaration, &Knowledge::Less(vec!["a", "b", "c", "d", "e", "f"]));
        assert_eq!(news, "tool 1.0.0 newly records: a, b, c, d and 2 more.\n2\n3\n4\n5\n6\n");
    }

    #[test]
    fn a_release_that_collects_more_is_not_known_and_one_that_collects_less_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let at = directory.path();
        assert_eq!(Knowledge::of(&told(&["a", "b"]), at), Knowledge::Nothing);
        remember(&told(&["a", "b"]), at);
        assert_eq!(Knowledge::of(&told(&["a", "b"]), at), Knowledge::Everything);
        assert_eq!(Knowledge::of(&told(&["a"]), at), Knowledge::Everything);
        assert_eq!(Knowledge::of(&told(&["a", "b", "b.c"]), at), Knowledge::Less(vec!["b.c"]));
    }

    #[test]
    fn a_choice_stands_for_what_was_collected_when_it_was_made_and_not_for_more() {
        assert!(Knowledge::Nothing.allows_sending(true));
        assert!(!Knowledge::Nothing.allows_sending(false));
        assert!(!Knowledge::Less(vec!["a"]).allows_sending(true));
    }
}
