//! The user chooses.

use std::{fmt, path::PathBuf};

use super::{
    ChooseError, Tool,
    consent_file::ConsentFile,
    text::{list, object},
};
use crate::{
    clock,
    consent::{
        self, Decision, Edit, Extent, IdentityEdit, Level, NoFlags, Source,
        file::{ALL, choices, is_table_name},
        remember, with_choice,
    },
    declared::IdentityMode,
    places::ConsentFiles,
    variables,
};
use candor_wire::json;

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    level: Level,
    identity: Option<IdentityWish>,
}

/// How records may be linked, where the user says something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityWish {
    /// As the manifest declares it.
    Declared,
    /// Within a month, unless the manifest declares less.
    Rotating,
    /// Not at all.
    None,
}

impl Wish {
    /// This level, and nothing new about the identity.
    #[must_use]
    pub const fn level(level: Level) -> Self {
        Self { level, identity: None }
    }

    /// The same level with this identity mode.
    #[must_use]
    pub const fn with_identity(self, identity: IdentityWish) -> Self {
        Self { identity: Some(identity), ..self }
    }

    fn edit(self) -> Edit {
        let identity = match self.identity {
            None => IdentityEdit::Keep,
            Some(IdentityWish::Declared) => IdentityEdit::Remove,
            Some(IdentityWish::Rotating) => IdentityEdit::Set(IdentityMode::Rotating),
            Some(IdentityWish::None) => IdentityEdit::Set(IdentityMode::None),
        };
        Edit { level: self.level, since: clock::now(), identity }
    }
}

/// A choice that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chosen {
    /// The tool.
    pub application: String,
    /// What was chosen.
    pub level: Level,
    /// The file that says so.
    pub path: PathBuf,
    /// Where the file is now that could not be understood.
    pub set_aside: Option<PathBuf>,
    /// What holds from now on: a variable or the system's policy may say less.
    pub decision: Decision,
}

/// Stores the user's choice for a tool in its table of `consent.toml`, with the time; what else the file says stays. A
/// choice that is there already is left with its time, so that nothing that waits is held back by it.
///
/// Turning it off always works, even where the file cannot be understood: that one is put aside, and as it opted out of
/// every tool, the new one does so too.
///
/// # Errors
/// When the file cannot be written, or cannot be understood and more than `off` is chosen.
pub fn choose(tool: &Tool, wish: Wish) -> Result<Chosen, ChooseError> {
    let (name, path) = (tool.application(), path(&tool.files)?);
    if !is_table_name(name) {
        return Err(ChooseError::Name(name.to_owned()));
    }
    let file = ConsentFile::open(&path)?;
    let mut set_aside = None;
    match file.read() {
        Ok(text) => {
            let after = with_choice(&text, name, &wish.edit());
            if !says_already(&text, &after, name) {
                file.write(&after)?;
            }
        }
        Err(_) if wish.level == Level::Off => {
            set_aside = Some(file.set_aside()?);
            file.write(&with_choice(&off_for_all(), name, &wish.edit()))?;
        }
        Err(reason) => return Err(ChooseError::Unclear { path, reason: reason.to_string() }),
    }
    drop(file);
    if let (true, Some(directory)) = (wish.level.sends() && !tool.declaration.collects.is_empty(), &tool.directory) {
        // Who turns it on needs no notice of what this release collects.
        remember(&tool.declaration, directory);
    }
    let lookup = &variables::process;
    let decision = consent::decide(&tool.declaration, &NoFlags, lookup, &|| tool.files.clone(), Extent::Everything);
    Ok(Chosen { application: name.to_owned(), level: wish.level, path, set_aside, decision })
}

/// Whether the tables of a tool say the same but for the time.
fn says_already(before: &str, after: &str, name: &str) -> bool {
    let choice = |text| choices(text).ok()?.into_iter().find(|(of, _)| of == name).map(|(_, choice)| choice);
    let said = |text| choice(text).map(|choice| (choice.level, choice.identity));
    // A choice without a time would reach back when it follows an `off`.
    said(before).is_some() && said(before) == said(after) && choice(before).is_some_and(|choice| choice.since.is_some())
}

fn off_for_all() -> String {
    with_choice("", ALL, &Wish::level(Level::Off).edit())
}

fn path(files: &ConsentFiles) -> Result<PathBuf, ChooseError> {
    files.user.clone().ok_or(ChooseError::NoPlace)
}

/// A choice for every tool that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChosenForAll {
    /// What was chosen.
    pub level: Level,
    /// The file that says so.
    pub path: PathBuf,
    /// Where the file is now that could not be understood.
    pub set_aside: Option<PathBuf>,
    /// Tools whose own tables were lowered with it.
    pub lowered: Vec<String>,
    /// Tools that stay at less, by their own tables.
    pub stay_lower: Vec<(String, Level)>,
}

/// Stores a choice for every tool without a table of its own. One that sends nothing holds for all others too: tables that
/// say more are lowered with it. Tables that say less stay, as the user said so of that tool.
///
/// # Errors
/// As [`choose`].
pub fn choose_for_all(level: Level) -> Result<ChosenForAll, ChooseError> {
    let path = path(&ConsentFiles::of(&variables::process))?;
    let file = ConsentFile::open(&path)?;
    let edit = Wish::level(level).edit();
    let mut chosen = ChosenForAll { level, path, set_aside: None, lowered: Vec::new(), stay_lower: Vec::new() };
    let text = match file.read() {
        Ok(text) => text,
        Err(_) if level == Level::Off => {
            chosen.set_aside = Some(file.set_aside()?);
            String::new()
        }
        Err(reason) => return Err(ChooseError::Unclear { path: chosen.path, reason: reason.to_string() }),
    };
    let mut after = with_choice(&text, ALL, &edit);
    if says_already(&text, &after, ALL) {
        after.clone_from(&text);
    }
    for (name, choice) in choices(&text).unwrap_or_default() {
        match choice.level.cmp(&level) {
            _ if name == ALL => {}
            std::cmp::Ordering::Greater if !level.sends() => {
                after = with_choice(&after, &name, &edit);
                chosen.lowered.push(name);
            }
            std::cmp::Ordering::Less => chosen.stay_lower.push((name, choice.level)),
            std::cmp::Ordering::Greater | std::cmp::Ordering::Equal => {}
        }
    }
    if after != text {
        file.write(&after)?;
    }
    Ok(chosen)
}

impl Chosen {
    /// The same as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|chosen| {
            chosen.text("application", &self.application);
            chosen.text("chosen", self.level.as_str());
            chosen.text("level", self.decision.level.as_str());
            chosen.text("decided_by", &self.decision.decided_by.to_string());
            chosen.text("choice", &self.path.to_string_lossy());
            chosen.optional("set_aside", self.set_aside.as_ref().map(|path| path.to_string_lossy()).as_deref());
        })
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { application, level, path, decision, .. } = self;
        writeln!(f, "Telemetry of {application} is {}; {} says so.", words(*level), path.display())?;
        if decision.level < *level && !matches!(decision.decided_by, Source::UserChoice(_)) {
            writeln!(f, "But {} says {}, and that holds.", decision.decided_by, decision.level)?;
        }
        set_aside(f, self.set_aside.as_ref())
    }
}

impl ChosenForAll {
    /// The same as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|chosen| {
            chosen.text("chosen", self.level.as_str());
            chosen.text("choice", &self.path.to_string_lossy());
            list(chosen.member("lowered"), &self.lowered, |out, name| json::text(out, name));
            list(chosen.member("stay_lower"), &self.stay_lower, |out, (name, _)| json::text(out, name));
            chosen.optional("set_aside", self.set_aside.as_ref().map(|path| path.to_string_lossy()).as_deref());
        })
    }
}

impl fmt::Display for ChosenForAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Telemetry of every tool is {}; {} says so.", words(self.level), self.path.display())?;
        if !self.lowered.is_empty() {
            writeln!(f, "Lowered with it: {}.", self.lowered.join(", "))?;
        }
        for (name, level) in &self.stay_lower {
            writeln!(f, "But {name} stays {level}: you said so of this tool.")?;
        }
        set_aside(f, self.set_aside.as_ref())
    }
}

fn words(level: Level) -> String {
    match level {
        Level::Off => "off".to_owned(),
        Level::Local => "local: recorded here, and not sent".to_owned(),
        sends => format!("on, at level {sends}"),
    }
}

fn set_aside(f: &mut fmt::Formatter<'_>, path: Option<&PathBuf>) -> fmt::Result {
    match path {
        Some(path) => writeln!(f, "The file before it could not be understood, and is now {}.", path.display()),
        None => Ok(()),
    }
}
