//! The closed list of reasons why a command fails. Nothing else of an error is ever recorded as usage.

/// Why something failed, without any of its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorClass {
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
    /// All of them, for tests.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 11] = [
        Self::PermissionDenied,
        Self::SourceMissing,
        Self::SourceUnreadable,
        Self::SourceMalformed,
        Self::SourceUnsupported,
        Self::ProviderFailed,
        Self::DatabaseOpen,
        Self::DatabaseWrite,
        Self::PolicyFile,
        Self::RuleSql,
        Self::Output,
    ];

    /// Its name in `--json` and in telemetry.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PermissionDenied => "permission_denied",
            Self::SourceMissing => "source_missing",
            Self::SourceUnreadable => "source_unreadable",
            Self::SourceMalformed => "source_malformed",
            Self::SourceUnsupported => "source_unsupported",
            Self::ProviderFailed => "provider_failed",
            Self::DatabaseOpen => "database_open",
            Self::DatabaseWrite => "database_write",
            Self::PolicyFile => "policy_file",
            Self::RuleSql => "rule_sql",
            Self::Output => "output",
        }
    }
}

/// An error with a class.
pub(crate) trait Classified {
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
