//! The closed list of reasons why a command fails. Nothing else of an error is ever recorded as usage.

use std::error::Error;

/// Why something failed, without any of its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The configuration cannot be read or makes no sense.
    Configuration,
    /// The user may not read a source.
    PermissionDenied,
    /// A source is not there.
    SourceMissing,
    /// A source cannot be read for another reason.
    SourceUnreadable,
    /// A source was read and makes no sense.
    SourceMalformed,
    /// A source has a format that is not supported.
    SourceUnsupported,
    /// One or more providers failed; the others were stored.
    ProviderFailed,
    /// The database cannot be opened, or is no inventory.
    DatabaseOpen,
    /// The database cannot be read.
    DatabaseRead,
    /// The database cannot be written.
    DatabaseWrite,
    /// The rules cannot be read or make no sense.
    PolicyFile,
    /// The SQL of a rule fails.
    RuleSql,
    /// Standard output cannot be written.
    Output,
}

impl ErrorClass {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Configuration,
        Self::PermissionDenied,
        Self::SourceMissing,
        Self::SourceUnreadable,
        Self::SourceMalformed,
        Self::SourceUnsupported,
        Self::ProviderFailed,
        Self::DatabaseOpen,
        Self::DatabaseRead,
        Self::DatabaseWrite,
        Self::PolicyFile,
        Self::RuleSql,
        Self::Output,
    ];

    /// Its name in `--json` and in telemetry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::PermissionDenied => "permission_denied",
            Self::SourceMissing => "source_missing",
            Self::SourceUnreadable => "source_unreadable",
            Self::SourceMalformed => "source_malformed",
            Self::SourceUnsupported => "source_unsupported",
            Self::ProviderFailed => "provider_failed",
            Self::DatabaseOpen => "database_open",
            Self::DatabaseRead => "database_read",
            Self::DatabaseWrite => "database_write",
            Self::PolicyFile => "policy_file",
            Self::RuleSql => "rule_sql",
            Self::Output => "output",
        }
    }
}

/// `what failed: why: why that`.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// An error with a class.
pub trait Classified {
    /// The class.
    fn class(&self) -> ErrorClass;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different_lower_case_words() {
        let names: std::collections::BTreeSet<_> = ErrorClass::ALL.iter().map(|class| class.name()).collect();
        assert_eq!(names.len(), ErrorClass::ALL.len());
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    }
}
