//! How messages of one installation may be linked.

use serde_json::{Value, json};

use crate::document::Section;

/// The `[identity]` of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// What links messages.
    pub mode: IdentityMode,
    /// Whether the tool may also pass an id of its database; never in mode `none`.
    pub database: Option<DatabaseId>,
}

/// What links messages of one installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum IdentityMode {
    /// Nothing: no identifier, times cut to the hour, order within an upload shuffled.
    #[default]
    None,
    /// A value that changes every month.
    Rotating,
    /// A random UUID in a documented file.
    Installation {
        /// The file, relative to the home directory, or absolute.
        file: String,
        /// Why the questions cannot be answered without it.
        reason: String,
    },
}

/// The `[identity.database]` of a manifest: an opaque id of the tool's database is sent as a salted hash of 64 bits, which
/// changes when the identity does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatabaseId {
    /// What it is an id of, for the user.
    pub description: String,
    /// What the answer is used for, for the user.
    pub why: String,
}

#[derive(Clone, Copy)]
enum Mode {
    None,
    Rotating,
    Installation,
}

const MODES: &[(&str, Mode)] =
    &[("none", Mode::None), ("rotating", Mode::Rotating), ("installation", Mode::Installation)];

impl IdentityMode {
    /// The file of the random UUID as a user finds it: `~/.my-tool/telemetry-random-id`. `None` in other modes.
    #[must_use]
    pub fn shown_file(&self) -> Option<String> {
        let Self::Installation { file, .. } = self else { return None };
        Some(if file.starts_with('/') { file.clone() } else { format!("~/{file}") })
    }

    /// Its name in the manifest.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rotating => "rotating",
            Self::Installation { .. } => "installation",
        }
    }

    fn read(section: &mut Section<'_>) -> Self {
        section.require("mode", "state it: \"none\", \"rotating\" or \"installation\"");
        match section.choice("mode", MODES) {
            None | Some(Mode::None) => Self::None,
            Some(Mode::Rotating) => Self::Rotating,
            Some(Mode::Installation) => {
                let file = section
                    .required_text("file", "name the file of the random UUID: file = \".my-tool/telemetry-random-id\"");
                let fix = "say which question needs it, as it lets messages be linked for years: reason = \"…\"";
                let reason = section.required_text("reason", fix);
                let file = file.map(|file| file.text).unwrap_or_default();
                if file.ends_with('/') || file.split(['/', '\\']).any(|part| part == "..") {
                    section.problem_with("file", "is no file below its directory", "write a path without `..`");
                }
                if file.starts_with('~') {
                    let fix = "leave that out: a path that does not begin with `/` is one below it";
                    section.problem_with("file", "begins with a sign for the home directory", fix);
                }
                Self::Installation { file, reason: reason.map(|reason| reason.text).unwrap_or_default() }
            }
        }
    }
}

impl Identity {
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let mode = IdentityMode::read(section);
        let database = section.section("database").map(DatabaseId::read);
        if database.is_some() && mode == IdentityMode::None {
            let message = "lets messages be linked, which mode \"none\" says nothing does";
            let fix = "remove it, or write mode = \"rotating\", with which it changes every month";
            section.problem_with("database", message, fix);
        }
        Self { mode, database }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = json!({ "mode": self.mode.as_str() });
        if let IdentityMode::Installation { file, reason } = &self.mode {
            object["file"] = file.as_str().into();
            object["reason"] = reason.as_str().into();
        }
        if let Some(DatabaseId { description, why }) = &self.database {
            object["database"] = json!({ "description": description, "why": why });
        }
        object
    }
}

impl DatabaseId {
    fn read(mut section: Section<'_>) -> Self {
        let mut required = |key, fix| section.required_text(key, fix).map(|text| text.text).unwrap_or_default();
        let description = required("description", "tell the user what it is an id of: description = \"…\"");
        let why = required("why", "tell the user what the answer is used for: why = \"…\"");
        section.close();
        Self { description, why }
    }
}
