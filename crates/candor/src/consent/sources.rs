//! One function a source: what it says, as far as it can be understood.

use std::{ffi::OsStr, path::Path};

use super::{ConsentFlags, Level, Said, file, file::Choice, value::Answer};
use crate::{declared::DefaultConsent, text};

/// The tool's flags.
pub(super) fn flags(flags: &dyn ConsentFlags) -> Said {
    if flags.opted_out_by().is_some() { Said::Level(Level::Off) } else { Said::Nothing }
}

/// A variable that opts out when it says yes. `NAME=false` does not opt out, and does not turn anything on either.
pub(super) fn opt_out(value: Option<&OsStr>) -> Said {
    match Answer::of(value) {
        Answer::Unset | Answer::No => Said::Nothing,
        Answer::Yes => Said::Level(Level::Off),
        Answer::Unclear => Said::Unclear("neither yes nor no".to_owned()),
    }
}

/// The variable that chooses a level by its name, or opts out by a no.
pub(super) fn level_variable(value: Option<&OsStr>) -> Said {
    match Answer::of(value) {
        Answer::Unset => return Said::Nothing,
        Answer::No => return Said::Level(Level::Off),
        Answer::Yes | Answer::Unclear => {}
    }
    let name = value.and_then(OsStr::to_str).map(|name| text::lowercase(text::trimmed(name)));
    match name.as_deref().and_then(Level::from_name) {
        Some(level) => Said::Level(level),
        None => Said::Unclear("not one of off, local, errors, stats, all".to_owned()),
    }
}

/// A consent file, with the whole choice.
pub(super) fn consent_file(path: &Path, application: &str) -> (Said, Option<Choice>) {
    match file::read(path, application) {
        Ok(None) => (Said::Nothing, None),
        Ok(Some(choice)) => (Said::Level(choice.level), Some(choice)),
        Err(error) => (Said::Unclear(text::of(&error)), None),
    }
}

/// The manifest's default.
pub(super) fn manifest(default: DefaultConsent) -> Level {
    match default {
        DefaultConsent::On => Level::Stats,
        DefaultConsent::Ask | DefaultConsent::Off => Level::Off,
    }
}
