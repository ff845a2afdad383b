//! A file of rules.
//!
//! ```toml
//! [[rule]]
//! name = "unique-user-ids"
//! title = "Every user has an id of its own"
//! severity = "high"
//! sql = "SELECT uid, string_agg(name, ', ') AS names FROM users GROUP BY uid HAVING count(*) > 1"
//! ```

use std::{
    collections::HashSet,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::classified::{Classified, ErrorClass};

/// The rules that `policy run` checks where no file is given.
const BASELINE: &str = include_str!("../../policies/baseline.toml");

/// Rules in the order of their file; at least one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// What should not be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Lower-case letters, digits and dashes; unique in its file.
    pub name: String,
    /// What holds where nothing is found, as a sentence.
    pub title: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// One query; every row that it gives is a violation.
    pub sql: String,
}

/// How bad a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// To be mended.
    Medium,
    /// To be mended at once.
    High,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

impl Policy {
    /// Reads and checks a file of rules; without one, the baseline that is built in.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn load(path: Option<&Path>) -> Result<Self, PolicyError> {
        let Some(path) = path else {
            return Self::parse(BASELINE, Path::new("the built-in baseline"));
        };
        let text =
            fs::read_to_string(path).map_err(|source| PolicyError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text)
            .map_err(|source| PolicyError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        if policy.rules.is_empty() {
            return Err(PolicyError::Empty { path: path.to_owned() });
        }
        let mut names = HashSet::new();
        for Rule { name, .. } in &policy.rules {
            if !is_name(name) {
                return Err(PolicyError::Name { path: path.to_owned(), name: name.clone() });
            }
            if !names.insert(name.as_str()) {
                return Err(PolicyError::Twice { path: path.to_owned(), name: name.clone() });
            }
        }
        Ok(policy)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Why a file of rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("cannot read the policy {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is no TOML, or has other keys than rules have.
    #[error("cannot understand the policy {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        source: Box<toml::de::Error>,
    },
    /// The file has no rule.
    #[error("the policy {} has no [[rule]]", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A name has other characters than allowed.
    #[error("a rule of the policy {} is called {name:?}; a name has lower-case letters, digits and dashes", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// Two rules have one name.
    #[error("two rules of the policy {} are called {name:?}", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
}

impl Classified for PolicyError {
    fn class(&self) -> ErrorClass {
        ErrorClass::PolicyFile
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn rule(name: &str) -> String {
        format!("[[rule]]\nname = {name:?}\ntitle = \"t\"\nseverity = \"low\"\nsql = \"SELECT 1\"\n")
    }

    fn refused(text: &str) -> String {
        let error = Policy::parse(text, Path::new("p.toml")).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        format!("{error}\n{source}")
    }

    #[test]
    fn the_baseline_is_a_policy() {
        assert!(Policy::load(None).unwrap().rules.len() >= 10);
    }

    #[test]
    fn names_are_checked() {
        assert!(refused(&rule("Not A Name")).contains("\"Not A Name\""));
        assert!(refused(&(rule("twice") + &rule("twice"))).contains("two rules"));
    }

    #[test]
    fn a_file_without_rules_checks_nothing_and_is_refused() {
        assert!(refused("rule = []").contains("has no [[rule]]"));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let text = refused(&(rule("a") + "sevrity = \"low\"\n"));
        assert!(text.contains("sevrity") && text.contains("line 6"), "{text}");
    }
}
