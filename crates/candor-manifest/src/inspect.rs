//! How a user sees what would be sent.

use serde_json::{Value, json};

use crate::{consent::is_flag, document::Section};

/// The `[inspect]` of a manifest: with its flag nothing is sent, and what would be sent is written to a log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspect {
    /// The command-line flag, such as `--inspect-telemetry`.
    pub flag: Option<String>,
    /// The log file.
    pub log: String,
}

impl Inspect {
    /// Reads the section; `None` where it is empty, as that promises nothing. `opt_outs` are the flags that are taken.
    pub(crate) fn read(mut section: Section<'_>, opt_outs: &[String]) -> Option<Self> {
        if section.is_empty() {
            return None;
        }
        let flag = section.text("flag").map(|flag| flag.text);
        match &flag {
            Some(flag) if !is_flag(flag) => {
                section.problem_with("flag", "is no flag", "write a flag like \"--inspect-telemetry\"");
            }
            Some(flag) if opt_outs.contains(flag) => {
                let message = format!("is {flag}, which opts out already");
                section.problem_with("flag", &message, "give each its own name");
            }
            _ => {}
        }
        let log = section.required_text("log", "name the file that it is written to: log = \"my-tool.log\"");
        let log = log.map(|log| log.text).unwrap_or_default();
        if log.ends_with('/') {
            section.problem_with("log", "is no file", "write the path of a file");
        }
        section.close();
        Some(Self { flag, log })
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = json!({ "log": self.log });
        if let Some(flag) = &self.flag {
            object["flag"] = flag.as_str().into();
        }
        object
    }
}
