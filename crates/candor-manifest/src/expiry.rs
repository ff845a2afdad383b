//! Until when something is recorded.

use std::fmt;

use serde_json::{Map, Value};

use crate::{Date, document::Section};

/// Until when something is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expires {
    /// For as long as the tool exists.
    Never {
        /// Why.
        reason: String,
    },
    /// Until the end of this day.
    On(Date),
    /// Until this release of the tool: the first without it.
    Before(Release),
}

/// A release of the tool by its number; `2`, `2.0` and `2.0.0` are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release([u64; 3]);

impl Release {
    /// Reads one to three numbers with dots between them; what follows a `-` or `+` is ignored, so that a pre-release of
    /// 2.0.0 counts as 2.0.0.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers = text.split(['-', '+']).next()?;
        let mut parts = [0; 3];
        for (i, number) in numbers.split('.').enumerate() {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *parts.get_mut(i)? = number.parse().ok()?;
        }
        Some(Self(parts))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Expires {
    /// Whether a release of the tool of this version still records it; `true` for a version that is no number.
    #[must_use]
    pub fn is_recorded_by(&self, version: &str) -> bool {
        match self {
            Self::Before(end) => Release::parse(version).is_none_or(|release| release < *end),
            Self::Never { .. } | Self::On(_) => true,
        }
    }

    /// Reads `expires` and `expires_reason`; a date before `today` is a problem.
    pub(crate) fn read(section: &mut Section<'_>, today: Option<Date>) -> Self {
        let never = Self::Never { reason: String::new() };
        let fix = "write a date (\"2027-06-30\"), a release (\"2.0\"), or \"never\" with an `expires_reason`";
        let Some(expires) = section.required_text("expires", fix) else { return never };
        if expires.text == "never" {
            let fix = "say why it is still wanted in five years: expires_reason = \"…\"";
            let reason = section.required_text("expires_reason", fix);
            return Self::Never { reason: reason.map(|reason| reason.text).unwrap_or_default() };
        }
        if let Some(date) = Date::parse(&expires.text) {
            if today.is_some_and(|today| date < today) {
                let fix = "remove the record, or give it a later date and say in the review why";
                section.problem_with("expires", &format!("is {date}, which is past"), fix);
            }
            return Self::On(date);
        }
        match Release::parse(&expires.text) {
            Some(release) => Self::Before(release),
            None => {
                section.problem_with("expires", "is neither a date, a release nor \"never\"", fix);
                never
            }
        }
    }

    pub(crate) fn write(&self, object: &mut Map<String, Value>) {
        if let Self::Never { reason } = self {
            object.insert("expires_reason".to_owned(), reason.as_str().into());
        }
        let text = match self {
            Self::Never { .. } => "never".to_owned(),
            Self::On(date) => date.to_string(),
            Self::Before(release) => release.to_string(),
        };
        object.insert("expires".to_owned(), text.into());
    }
}

impl fmt::Display for Expires {
    /// In words that fit "It is recorded …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never { reason } => write!(f, "without an end: {reason}"),
            Self::On(date) => write!(f, "until {date}"),
            Self::Before(release) => write!(f, "until release {release}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_ends_with_the_release_that_it_names() {
        let expires = Expires::Before(Release::parse("2.0").expect("a release"));
        assert!(expires.is_recorded_by("1.99.7"));
        assert!(!expires.is_recorded_by("2.0.0"));
        assert!(!expires.is_recorded_by("2.0.0-beta.1"));
        assert!(!expires.is_recorded_by("10.0.0"));
        assert!(expires.is_recorded_by("nightly"), "a version that is no number ends nothing");
        assert_eq!(Release::parse("1.2.3.4"), None);
        assert_eq!(Release::parse("1..2"), None);
    }
}
