//! What the user wants, from every place where they can say it.
//!
//! Flags, variables and the system's policy can each only lower the level. Below them stands the user's stored choice,
//! or a level variable, or the manifest's default. Whatever cannot be understood counts as `off`.

mod decision;
mod edit;
pub(crate) mod file;
mod flags;
mod level;
mod notice;
mod question;
mod sources;
mod value;

pub use decision::{Decision, Reading, Said, Source};
pub use flags::{ConsentFlags, NoFlags, Quiet};
pub use level::Level;

pub(crate) use edit::{Edit, IdentityEdit, with_choice};
pub(crate) use notice::{Knowledge, Notice, remember, settle};
pub(crate) use question::{ask, is_due as is_question_due};
pub(crate) use value::Answer;

use crate::{declared::Declaration, places::ConsentFiles, variables::Lookup};

/// How many sources to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Stop as soon as one says off: then not even a file is looked at.
    UntilOff,
    /// Every source, for the user to see.
    Everything,
}

/// Asks the sources in their order. Reads variables and files, and writes nothing.
pub(crate) fn decide(
    declaration: &Declaration,
    flags: &dyn ConsentFlags,
    lookup: Lookup<'_>,
    files: &dyn Fn() -> ConsentFiles,
    extent: Extent,
) -> Decision {
    let mut inquiry = Inquiry { readings: Vec::new(), lowest: None };
    let is_settled = |inquiry: &Inquiry| extent == Extent::UntilOff && inquiry.is_off();

    let flag = flags.opted_out_by().unwrap_or_default().to_owned();
    inquiry.lower(Source::Flag(flag), sources::flags(flags));
    for name in declaration.consent.variables.iter().copied().chain(["DO_NOT_TRACK"]) {
        if is_settled(&inquiry) {
            return inquiry.off();
        }
        inquiry.lower(Source::Variable(name), sources::opt_out(lookup(name).as_deref()));
    }
    let level_variable = declaration.consent.level_variable;
    let chosen = level_variable.map(|name| (name, sources::level_variable(lookup(name).as_deref())));
    if let Some((name, said)) = &chosen {
        // A level variable that says off needs no file to be believed.
        if said.level() == Some(Level::Off) && extent == Extent::UntilOff && !inquiry.is_off() {
            inquiry.lower(Source::LevelVariable(name), said.clone());
        }
    }
    if is_settled(&inquiry) {
        return inquiry.off();
    }

    let files = files();
    let (policy, _) = sources::consent_file(&files.system, declaration.application);
    inquiry.lower(Source::SystemPolicy(files.system), policy);
    if is_settled(&inquiry) {
        return inquiry.off();
    }

    let default = sources::manifest(declaration.consent.default);
    let mut choice = (Source::Manifest, default);
    let (mut stored, mut is_stated) = (None, false);
    if let Some(path) = files.user {
        let (said, whole) = sources::consent_file(&path, declaration.application);
        if let Some(level) = said.level() {
            choice = (Source::UserChoice(path.clone()), level);
            (stored, is_stated) = (whole, true);
        }
        inquiry.readings.push(Reading { source: Source::UserChoice(path), said });
    }
    if let Some((name, said)) = chosen {
        // It may choose, but it never lifts a user's off.
        let is_refused = is_stated && choice.1 == Level::Off;
        if let (Some(level), false) = (said.level(), is_refused) {
            choice = (Source::LevelVariable(name), level);
        }
        inquiry.readings.push(Reading { source: Source::LevelVariable(name), said });
    }
    inquiry.readings.push(Reading { source: Source::Manifest, said: Said::Level(default) });

    let (decided_by, level) = match inquiry.lowest {
        Some(lowest) if lowest.1 < choice.1 || lowest.1 == Level::Off => lowest,
        _ => choice,
    };
    let (since, identity) = stored.map_or((None, None), |choice| (choice.since, choice.identity));
    Decision { level, decided_by, readings: inquiry.readings, since, identity, is_stated }
}

/// What was heard so far.
struct Inquiry {
    readings: Vec<Reading>,
    /// The lowest level that a lowering source asked for, and the first that did.
    lowest: Option<(Source, Level)>,
}

impl Inquiry {
    fn lower(&mut self, source: Source, said: Said) {
        if let Some(level) = said.level()
            && self.lowest.as_ref().is_none_or(|(_, lowest)| level < *lowest)
        {
            self.lowest = Some((source.clone(), level));
        }
        self.readings.push(Reading { source, said });
    }

    fn is_off(&self) -> bool {
        self.lowest.as_ref().is_some_and(|(_, level)| *level == Level::Off)
    }

    fn off(self) -> Decision {
        let (decided_by, level) = self.lowest.unwrap_or((Source::Manifest, Level::Off));
        Decision { level, decided_by, readings: self.readings, since: None, identity: None, is_stated: false }
    }
}

#[cfg(test)]
mod tests;
