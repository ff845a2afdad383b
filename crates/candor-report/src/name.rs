//! The closed list of reports.

use std::{fmt, str::FromStr};

use crate::{Column, questions};

/// A report that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReportName {
    /// What a maintainer looks at first: runs, success, speed and counts by day.
    Overview,
    /// How many installations were active in each day, week and month.
    Actives,
    /// How often an active installation runs the tool.
    Invocations,
    /// How many of the installations of a week are still there later.
    Retention,
    /// Which versions of the tool are in use.
    Versions,
    /// How often each operation ran, how it ended, how long it took.
    Operations,
    /// Where the time of each operation goes.
    Parts,
    /// Which plugins or providers were there, in which versions.
    Components,
    /// What was counted, and what started, stopped or kept running.
    Counts,
    /// How many instances started, and how many kept running.
    Uptime,
    /// Which operating systems and architectures it runs on.
    Platforms,
    /// Whether it runs in CI, in containers, at a terminal, for a coding agent.
    Ci,
    /// Which countries the reports come from.
    Geography,
    /// What crashed and what was handled, in which release.
    Errors,
    /// What crashed in which release, and how many runs were free of it.
    Crashes,
    /// What arrived last.
    Live,
    /// What became of everything that was sent.
    Pipeline,
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
    pub const ALL: [Self; 17] = [
        Self::Overview,
        Self::Actives,
        Self::Invocations,
        Self::Retention,
        Self::Versions,
        Self::Operations,
        Self::Parts,
        Self::Components,
        Self::Counts,
        Self::Uptime,
        Self::Platforms,
        Self::Ci,
        Self::Geography,
        Self::Errors,
        Self::Crashes,
        Self::Live,
        Self::Pipeline,
    ];

    /// Name, heading and question.
    fn texts(self) -> [&'static str; 3] {
        match self {
            Self::Overview => ["overview", "Overview", "Runs, success, speed and counts by day"],
            Self::Actives => ["actives", "Actives", "How many installations were active in each day, week and month"],
            Self::Invocations => ["invocations", "Invocations", "How often an active installation runs the tool"],
            Self::Retention => {
                ["retention", "Retention", "How many of the installations of a week are still there later"]
            }
            Self::Versions => ["versions", "Versions", "Which versions of the tool are in use"],
            Self::Operations => {
                ["operations", "Operations", "How often each operation ran, how it ended, how long it took"]
            }
            Self::Parts => ["parts", "Parts", "Where the time of each operation goes"],
            Self::Components => {
                ["components", "Components", "Which plugins or providers were there, in which versions"]
            }
            Self::Counts => ["counts", "Counts", "What was counted, and what started, stopped or kept running"],
            Self::Uptime => ["uptime", "Uptime", "How many instances started, and how many kept running"],
            Self::Platforms => ["platforms", "Platforms", "Which operating systems and architectures it runs on"],
            Self::Ci => ["ci", "CI", "Whether it runs in CI, in containers, at a terminal, for a coding agent"],
            Self::Geography => ["geography", "Geography", "Which countries the reports come from"],
            Self::Errors => ["errors", "Errors", "What crashed and what was handled, in which release"],
            Self::Crashes => ["crashes", "Crashes", "What crashed in which release, and how many runs were free of it"],
            Self::Live => ["live", "Live", "What arrived last"],
            Self::Pipeline => ["pipeline", "Pipeline", "What became of everything that was sent"],
        }
    }

    /// The name in commands and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.texts()[0]
    }

    /// The heading for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.texts()[1]
    }

    /// The question that it answers, in one line.
    #[must_use]
    pub fn description(self) -> &'static str {
        self.texts()[2]
    }

    /// Its columns, in order; one more, [`BREAKDOWN_COLUMN`](crate::BREAKDOWN_COLUMN), is behind the first
    /// [`ReportName::keys`] where it was broken down.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        questions::shape(self).columns
    }

    /// How many of its columns, from the first on, say what a row is about: no two rows are equal in them.
    #[must_use]
    pub fn keys(self) -> usize {
        questions::shape(self).keys
    }

    /// Whether its rows can be broken down by a field.
    #[must_use]
    pub fn has_breakdown(self) -> bool {
        questions::shape(self).breakdown.is_some()
    }

    /// Whether it can be compared with the period before: the last events have none.
    #[must_use]
    pub fn has_comparison(self) -> bool {
        self != Self::Live
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
        assert!(error.to_string().contains("overview, actives"), "{error}");
    }

    #[test]
    fn keys_are_among_the_columns() {
        for report in ReportName::ALL {
            assert!(report.keys() <= report.columns().len(), "{report}");
        }
    }
}
