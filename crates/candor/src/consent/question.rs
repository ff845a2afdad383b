//! The question of a manifest whose default is to ask: put once, on a terminal, and nothing is recorded before the answer.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use super::{Answer, ConsentFlags, Decision, Knowledge, Level, Source, notice::text};
use crate::{
    declared::Declaration,
    user::{Tool, Wish, choose},
};

/// Both answers the same; whoever just presses the key says no.
const QUESTION: &str = "Send it? [y] yes, send it   [n] no, send nothing (n): ";

/// Longer than any answer.
const MAX_ANSWER_BYTES: u64 = 1024;

/// Whether the user has to be asked: for the first time, or as this release collects more than the user said yes to.
pub(crate) fn is_due(decision: &Decision, knowledge: &Knowledge) -> bool {
    let is_unanswered = decision.decided_by == Source::Manifest;
    let is_outgrown = decision.is_stated && decision.level.sends() && matches!(knowledge, Knowledge::Less(_));
    is_unanswered || is_outgrown
}

/// Asks, and stores the answer. Returns whether it was yes; not when nobody can be asked, or the answer cannot be kept.
pub(crate) fn ask(declaration: &'static Declaration, flags: &dyn ConsentFlags, knowledge: &Knowledge) -> bool {
    let is_somebody_there = io::stdin().is_terminal() && io::stderr().is_terminal();
    if !is_somebody_there || !flags.may_show_notice() {
        return false;
    }
    let question = text(declaration, knowledge) + QUESTION;
    if io::stderr().write_all(question.as_bytes()).is_err() {
        return false;
    }
    let level = answer().unwrap_or(Level::Off);
    choose(&Tool::of(declaration), Wish::level(level)).is_ok() && level.sends()
}

/// The level that the next line of the terminal asks for. What is not a clear yes is a no.
fn answer() -> Option<Level> {
    let mut line = String::new();
    io::stdin().lock().take(MAX_ANSWER_BYTES).read_line(&mut line).ok()?;
    match Answer::of(Some(line.as_ref())) {
        Answer::Yes => Some(Level::Stats),
        Answer::Unset | Answer::No | Answer::Unclear => Some(Level::Off),
    }
}
