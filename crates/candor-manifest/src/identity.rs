//! How messages of one installation may be linked.

use serde_json::{Value, json};

use crate::document::Section;

/// The `[identity]` of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Identity {
    /// Not at all: no identifier, times cut to the hour, order within an upload shuffled.
    #[default]
    None,
    /// By a value that changes every month.
    Rotating,
    /// By a random UUID in a documented file.
    Installation {
        /// The file, relative to the application's state directory, or absolute.
        file: String,
        /// Why the questions cannot be answered without it.
        reason: String,
    },
}

#[derive(Clone, Copy)]
enum Mode {
    None,
    Rotating,
    Installation,
}

const MODES: &[(&str, Mode)] =
    &[("none", Mode::None), ("rotating", Mode::Rotating), ("installation", Mode::Installation)];

impl Identity {
    /// The mode's name in the manifest.
    #[must_use]
    pub fn mode(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rotating => "rotating",
            Self::Installation { .. } => "installation",
        }
    }

    pub(crate) fn read(section: &mut Section<'_>) -> Self {
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
                Self::Installation { file, reason: reason.map(|reason| reason.text).unwrap_or_default() }
            }
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::None | Self::Rotating => json!({ "mode": self.mode() }),
            Self::Installation { file, reason } => json!({ "mode": self.mode(), "file": file, "reason": reason }),
        }
    }
}
