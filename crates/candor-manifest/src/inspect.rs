//! How a user sees what would be sent.

use serde_json::{Map, Value};

use crate::{consent::is_flag, document::Section};

/// The `[inspect]` of a manifest: with this flag nothing is sent, and what would be sent is written to a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspect {
    /// The command-line flag, such as `--inspect-telemetry`.
    pub flag: Option<String>,
    /// The log file; standard error where there is none.
    pub log: Option<String>,
}

impl Inspect {
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let flag = section.text("flag").map(|flag| flag.text);
        if flag.as_ref().is_some_and(|flag| !is_flag(flag)) {
            section.problem_with("flag", "is no flag", "write a flag like \"--inspect-telemetry\"");
        }
        Self { flag, log: section.text("log").map(|log| log.text) }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (key, value) in [("flag", &self.flag), ("log", &self.log)] {
            if let Some(value) = value {
                object.insert(key.to_owned(), value.as_str().into());
            }
        }
        object.into()
    }
}
