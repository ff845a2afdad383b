//! What was really run, to be held against what is reported.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::plan::{PlannedRun, Task, Telemetry, VERSIONS};

/// Counts of the runs that were made with telemetry on, by the same keys as the reports.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// Runs by operation and outcome.
    pub(crate) operations: BTreeMap<(String, String), u64>,
    /// Runs by version of the tool.
    pub(crate) versions: BTreeMap<String, u64>,
}

impl Ledger {
    /// Counts a run that was made.
    pub(crate) fn add(&mut self, run: &PlannedRun) {
        if run.telemetry != Telemetry::On {
            return;
        }
        let (operation, outcome) = match run.task {
            Task::Fetch => ("fetch", "ok"),
            Task::FetchIntoNowhere => ("fetch", "error"),
            Task::PolicyRun => ("policy run", "ok"),
            Task::ProvidersList => ("providers list", "ok"),
        };
        *self.operations.entry((operation.to_owned(), outcome.to_owned())).or_default() += 1;
        *self.versions.entry(VERSIONS[run.version].to_owned()).or_default() += 1;
    }

    /// How many operations were recorded.
    pub(crate) fn total(&self) -> u64 {
        self.operations.values().sum()
    }

    /// The same counts, read from the reports `operations` and `versions`.
    pub(crate) fn from_reports(operations: &Value, versions: &Value) -> Self {
        let mut ledger = Self::default();
        for row in rows(operations) {
            for outcome in ["ok", "error", "cancelled"] {
                let count = row[outcome].as_u64().unwrap_or(0);
                if count > 0 {
                    let operation = row["operation"].as_str().unwrap_or_default().to_owned();
                    ledger.operations.insert((operation, outcome.to_owned()), count);
                }
            }
        }
        for row in rows(versions) {
            let version = row["version"].as_str().unwrap_or_default().to_owned();
            ledger.versions.insert(version, row["runs"].as_u64().unwrap_or(0));
        }
        ledger
    }

    /// The counts as JSON, for a script that compares.
    pub(crate) fn to_json(&self) -> Value {
        let operation = |((operation, outcome), runs): (&(String, String), &u64)| json!({"operation": operation, "outcome": outcome, "runs": runs});
        json!({"operations": self.operations.iter().map(operation).collect::<Vec<_>>(), "versions": self.versions})
    }

    /// The counts that differ, one line each.
    pub(crate) fn differences(&self, reported: &Self) -> Vec<String> {
        let operations = differing(&self.operations, &reported.operations);
        let operations = operations
            .map(|((operation, outcome), made, said)| format!("{operation} ({outcome}): {made} made, {said} reported"));
        let versions = differing(&self.versions, &reported.versions);
        let versions = versions.map(|(version, made, said)| format!("version {version}: {made} made, {said} reported"));
        operations.chain(versions).collect()
    }
}

fn rows(report: &Value) -> impl Iterator<Item = &Value> {
    report["rows"].as_array().into_iter().flatten()
}

/// Keys whose counts differ, each with both counts.
fn differing<'a, K: Ord>(
    made: &'a BTreeMap<K, u64>,
    reported: &'a BTreeMap<K, u64>,
) -> impl Iterator<Item = (&'a K, u64, u64)> {
    let keys: std::collections::BTreeSet<&K> = made.keys().chain(reported.keys()).collect();
    let count = |map: &BTreeMap<K, u64>, key: &K| map.get(key).copied().unwrap_or(0);
    keys.into_iter()
        .map(move |key| (key, count(made, key), count(reported, key)))
        .filter(|(_, made, said)| made != said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_read_back_from_the_reports_differs_nowhere_and_a_missing_run_is_named() {
        let mut ledger = Ledger::default();
        let run = PlannedRun { computer: 0, version: 1, task: Task::Fetch, telemetry: Telemetry::On };
        ledger.add(&run);
        ledger.add(&PlannedRun { telemetry: Telemetry::OffByFlag, ..run });
        let operations = json!({"rows": [{"operation": "fetch", "runs": 1, "ok": 1, "error": 0, "cancelled": 0}]});
        let versions = json!({"rows": [{"version": "1.1.0", "runs": 1}]});
        assert_eq!(Ledger::from_reports(&operations, &versions), ledger);
        let none = Ledger::from_reports(&json!({"rows": []}), &versions);
        assert_eq!(ledger.differences(&none), ["fetch (ok): 1 made, 0 reported"]);
    }
}
