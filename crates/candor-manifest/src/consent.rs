//! What the user decides about telemetry, and by which switches.

use serde_json::{Map, Value};

use crate::document::Section;

/// The `[consent]` of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consent {
    /// What holds while the user has not said anything.
    pub default: DefaultConsent,
    /// Command-line flags that opt out, such as `--no-telemetry`.
    pub flags: Vec<String>,
    /// Environment variables that opt out, such as `INVENTORY_NO_TELEMETRY`.
    pub variables: Vec<String>,
    /// The environment variable that chooses a level.
    pub level_variable: Option<String>,
    /// The notice shown before anything is sent; [`crate::Manifest::notice`] makes one where there is none.
    pub notice: Option<String>,
    /// What happens where nobody can read the notice.
    pub non_interactive: NonInteractive,
}

/// What holds while the user has not said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultConsent {
    /// Usage and errors are recorded, and sent once the notice was shown.
    On,
    /// The user is asked; nothing is recorded before the answer.
    Ask,
    /// Nothing is recorded.
    Off,
}

/// What happens where standard error is no terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonInteractive {
    /// Recorded, never sent.
    Local,
    /// The notice goes to standard error at every start until it is acknowledged.
    Notice,
}

const DEFAULTS: &[(&str, DefaultConsent)] =
    &[("on", DefaultConsent::On), ("ask", DefaultConsent::Ask), ("off", DefaultConsent::Off)];
const NON_INTERACTIVE: &[(&str, NonInteractive)] =
    &[("local", NonInteractive::Local), ("notice", NonInteractive::Notice)];

/// More than this is not read by anybody who only wanted to run the tool.
pub(crate) const MAX_NOTICE_LINES: usize = 6;

impl DefaultConsent {
    /// Its name in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        name_in(DEFAULTS, self)
    }
}

impl NonInteractive {
    /// Its name in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        name_in(NON_INTERACTIVE, self)
    }
}

/// The name of a choice; the tables above list every variant.
pub(crate) fn name_in<T: PartialEq>(choices: &[(&'static str, T)], choice: T) -> &'static str {
    choices.iter().find(|(_, value)| *value == choice).map_or("", |(name, _)| name)
}

impl Consent {
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        section.require("default", "state it: \"on\", \"ask\" or \"off\"");
        let default = section.choice("default", DEFAULTS).unwrap_or(DefaultConsent::Off);
        let flags = spelled(section, "flags", is_flag, "write flags like \"--no-telemetry\"");
        let variables = spelled(section, "variables", is_variable, "write names like \"MY_TOOL_NO_TELEMETRY\"");
        if flags.is_empty() && variables.is_empty() {
            let fix = "add flags = [\"--no-telemetry\"] and variables = [\"MY_TOOL_NO_TELEMETRY\"]";
            section.problem(format!("`{}` gives the user no way to say no", section.path()), fix);
        }
        let level_variable = section.text("level_variable").map(|variable| variable.text);
        if level_variable.as_ref().is_some_and(|variable| !is_variable(variable)) {
            section.problem_with("level_variable", "is no variable", "write a name like \"MY_TOOL_TELEMETRY_LEVEL\"");
        }
        if let Some(variable) = level_variable.as_ref().filter(|variable| variables.contains(variable)) {
            let message = format!("is {variable}, which opts out already");
            section.problem_with("level_variable", &message, "give each its own name");
        }
        let notice = section.text("notice").map(|notice| notice.text);
        if notice.as_ref().is_some_and(|notice| notice.lines().count() > MAX_NOTICE_LINES) {
            let fix = "say it shorter, or leave it out and have one made";
            section.problem_with("notice", &format!("has more than {MAX_NOTICE_LINES} lines"), fix);
        }
        let non_interactive = section.choice("non_interactive", NON_INTERACTIVE).unwrap_or(NonInteractive::Local);
        Self { default, flags, variables, level_variable, notice, non_interactive }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("default".into(), self.default.as_str().into());
        object.insert("flags".into(), self.flags.clone().into());
        object.insert("variables".into(), self.variables.clone().into());
        if let Some(variable) = &self.level_variable {
            object.insert("level_variable".into(), variable.as_str().into());
        }
        if let Some(notice) = &self.notice {
            object.insert("notice".into(), notice.as_str().into());
        }
        object.insert("non_interactive".into(), self.non_interactive.as_str().into());
        object.into()
    }
}

/// The texts of a list, each spelled as it must be and none twice.
fn spelled(section: &mut Section<'_>, key: &'static str, is_spelled: fn(&str) -> bool, fix: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in section.texts(key) {
        if !is_spelled(&text.text) {
            section.problem_at(text.at, format!("`{}` contains \"{}\"", section.path_of(key), text.text), fix);
        } else if texts.contains(&text.text) {
            section.problem_at(
                text.at,
                format!("`{}` contains \"{}\" twice", section.path_of(key), text.text),
                "remove one",
            );
        } else {
            texts.push(text.text);
        }
    }
    texts
}

/// `--words-and-digits`.
pub(crate) fn is_flag(text: &str) -> bool {
    let Some(name) = text.strip_prefix("--") else { return false };
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// `WORDS_AND_DIGITS`.
fn is_variable(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
