//! The closed list of reports.

use std::{fmt, str::FromStr};

use crate::{Column, questions};

/// A report that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReportName {
    /// What a maintainer looks at first: runs, success, speed and counts by day.
    Overview,
    /// How often each operation ran, how it ended, how long it took.
    Operations,
    /// Where the time of each operation goes.
    Parts,
    /// Which plugins or providers were there, in which versions.
    Components,
    /// Which versions of the tool are in use.
    Versions,
    /// Which countries the reports come from.
    Geography,
    /// What was counted, and what started, stopped or kept running.
    Counts,
    /// What crashed and what was handled, in which release.
    Errors,
}

/// There is no report of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no report is called {given:?}; there are {}", ReportName::ALL.map(ReportName::as_str).join(", "))]
#[non_exhaustive]
pub struct ParseReportNameError {
    /// What was asked for.
    pub given: String,
}

impl ReportName {
    /// Every report, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Overview,
        Self::Operations,
        Self::Parts,
        Self::Components,
        Self::Versions,
        Self::Geography,
        Self::Counts,
        Self::Errors,
    ];

    /// The name in commands and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Operations => "operations",
            Self::Parts => "parts",
            Self::Components => "components",
            Self::Versions => "versions",
            Self::Geography => "geography",
            Self::Counts => "counts",
            Self::Errors => "errors",
        }
    }

    /// The heading for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Operations => "Operations",
            Self::Parts => "Parts",
            Self::Components => "Components",
            Self::Versions => "Versions",
            Self::Geography => "Geography",
            Self::Counts => "Counts",
            Self::Errors => "Errors",
        }
    }

    /// The question that it answers, in one line.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Overview => "Runs, success, speed and counts by day",
            Self::Operations => "How often each operation ran, how it ended, how long it took",
            Self::Parts => "Where the time of each operation goes",
            Self::Components => "Which plugins or providers were there, in which versions",
            Self::Versions => "Which versions of the tool are in use",
            Self::Geography => "Which countries the reports come from",
            Self::Counts => "What was counted, and what started, stopped or kept running",
            Self::Errors => "What crashed and what was handled, in which release",
        }
    }

    /// Its columns, in order.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        questions::columns(self)
    }
}

impl fmt::Display for ReportName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReportName {
    type Err = ParseReportNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|report| report.as_str() == name);
        known.ok_or_else(|| ParseReportNameError { given: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_report_and_no_other_does() {
        for report in ReportName::ALL {
            assert_eq!(report.as_str().parse(), Ok(report));
        }
        let error = "users".parse::<ReportName>().expect_err("there is no such report");
        assert!(error.to_string().contains("overview, operations"), "{error}");
    }
}
