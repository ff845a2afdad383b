//! What jobs did, in two tables beside those of the inventory.

use std::{collections::BTreeMap, time::Duration};

use inventory_store::{
    database::{Change, Database, DatabaseError},
    policy::Finding,
    schema::{Column, Kind, Kind::*, Rows, Table, Value, column, key, optional},
};
use jiff::Timestamp;
use serde::Serialize;

const JOB_RUNS: Table = Table { name: "job_runs", kind: "job_run", about: "a job that ran", columns: &RUN_COLUMNS };
const RUN_COLUMNS: [Column; 7] = [
    column("job", Text, "its name in the configuration"),
    column("task", Text, "collect, check or prune"),
    column("started_at", Text, "UTC"),
    column("duration_ms", Integer, "how long it took"),
    optional("error_class", Text, "why it failed; NULL where it did not"),
    optional("error", Text, "the same as a sentence"),
    optional("summary", Text, "what it did"),
];

const FINDINGS: Table = Table {
    name: "findings",
    kind: "finding",
    about: "what the last check found of a rule",
    columns: &FINDING_COLUMNS,
};
const FINDING_COLUMNS: [Column; 3] = [
    key("rule", Text, "its name"),
    column("violations", Integer, "how many there are"),
    column("checked_at", Text, "UTC"),
];

/// How a job went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct JobRun {
    /// Its name in the configuration.
    pub(crate) job: String,
    /// `collect`, `check` or `prune`.
    pub(crate) task: String,
    /// When, in UTC and RFC 3339.
    pub(crate) started_at: String,
    /// How long it took.
    pub(crate) duration_ms: u64,
    /// `ok` or `error`.
    pub(crate) outcome: &'static str,
    /// Why it failed, as one of a list of words.
    pub(crate) error_class: Option<String>,
    /// Why it failed, as a sentence.
    pub(crate) error: Option<String>,
    /// What it did.
    pub(crate) summary: Option<String>,
}

impl JobRun {
    /// How long ago it started; nothing where the clock went back.
    pub(crate) fn age(&self) -> Duration {
        let started: Option<Timestamp> = self.started_at.parse().ok();
        started
            .and_then(|started| Duration::try_from(Timestamp::now().duration_since(started)).ok())
            .unwrap_or_default()
    }
}

/// A time as it is written here: with milliseconds, so that texts are in the order of times.
pub(crate) fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Makes the tables, unless they are there.
pub(crate) fn define(database: &mut Database) -> Result<(), DatabaseError> {
    database.write(&[Change::Define(&JOB_RUNS), Change::Define(&FINDINGS)])
}

/// Notes how a job went.
pub(crate) fn note(database: &mut Database, run: &JobRun) -> Result<(), DatabaseError> {
    database.write(&[Change::execute(
        "INSERT INTO job_runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [
            run.job.clone().into(),
            run.task.clone().into(),
            run.started_at.clone().into(),
            run.duration_ms.into(),
            run.error_class.clone().into(),
            run.error.clone().into(),
            run.summary.clone().into(),
        ],
    )])
}

/// The last run of each job, by its name.
pub(crate) fn last_runs(database: &mut Database) -> Result<BTreeMap<String, JobRun>, DatabaseError> {
    let sql = "SELECT job, task, started_at, duration_ms, error_class, error, summary FROM job_runs AS run
               WHERE started_at = (SELECT max(started_at) FROM job_runs WHERE job = run.job)";
    let kinds: Vec<Kind> = RUN_COLUMNS.iter().map(|column| column.kind).collect();
    let rows = database.query(sql, &[], &kinds)?;
    Ok(rows.into_iter().filter_map(run).map(|run| (run.job.clone(), run)).collect())
}

fn run(row: Vec<Value>) -> Option<JobRun> {
    let [job, task, started_at, duration_ms, error_class, error, summary] = <[Value; 7]>::try_from(row).ok()?;
    Some(JobRun {
        job: job.into_text()?,
        task: task.into_text()?,
        started_at: started_at.into_text()?,
        duration_ms: duration_ms.into_integer()?.unsigned_abs(),
        outcome: if error_class == Value::Absent { "ok" } else { "error" },
        error_class: error_class.into_text(),
        error: error.into_text(),
        summary: summary.into_text(),
    })
}

/// Takes out the runs that started before this time; says how many there were.
pub(crate) fn prune(database: &mut Database, before: Timestamp) -> Result<u64, DatabaseError> {
    let before = Value::from(written(before));
    let sql = "SELECT count(*) FROM job_runs WHERE started_at < ?1";
    let rows = database.query(sql, std::slice::from_ref(&before), &[Integer])?;
    database.write(&[Change::execute("DELETE FROM job_runs WHERE started_at < ?1", [before])])?;
    Ok(rows.into_iter().flatten().find_map(Value::into_integer).map_or(0, i64::unsigned_abs))
}

/// Keeps what a check found, in the place of what the one before found.
pub(crate) fn note_findings(database: &mut Database, findings: &[Finding<'_>]) -> Result<(), DatabaseError> {
    let now = written(Timestamp::now());
    let mut rows = Rows::of(&FINDINGS);
    for finding in findings {
        rows.push([finding.rule.name.as_str().into(), finding.violations.into(), now.as_str().into()]);
    }
    database.write(&[Change::Replace(&rows)])
}

/// What the last check found: violations and time, by the rule's name.
pub(crate) fn findings(database: &mut Database) -> Result<BTreeMap<String, [Value; 2]>, DatabaseError> {
    let rows = database.query("SELECT rule, violations, checked_at FROM findings", &[], &[Text, Integer, Text])?;
    let finding = |row: Vec<Value>| {
        let [rule, violations, checked_at] = <[Value; 3]>::try_from(row).ok()?;
        Some((rule.into_text()?, [violations, checked_at]))
    };
    Ok(rows.into_iter().filter_map(finding).collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use candor_testkit::Postgres;
    use inventory_store::database::Location;

    use super::*;

    fn in_both(test: impl Fn(&mut Database)) {
        let folder = tempfile::tempdir().unwrap();
        let postgres = Postgres::shared().new_database();
        for location in [Location::Sqlite(folder.path().join("inventory.db")), postgres.parse().unwrap()] {
            let mut database = Database::create_or_open(&location).unwrap();
            define(&mut database).unwrap();
            define(&mut database).unwrap();
            test(&mut database);
        }
    }

    fn run(job: &str, started_at: &str, error_class: Option<&str>) -> JobRun {
        JobRun {
            job: job.into(),
            task: "check".into(),
            started_at: started_at.into(),
            duration_ms: 5,
            outcome: if error_class.is_some() { "error" } else { "ok" },
            error_class: error_class.map(Into::into),
            error: None,
            summary: Some("done".into()),
        }
    }

    #[test]
    fn the_last_run_of_every_job_is_found_as_it_was_noted() {
        in_both(|database| {
            let last = run("a", "2026-11-22T06:00:38.123Z", Some("rule_sql"));
            let other = run("b", "2026-11-21T06:00:38.123Z", None);
            for run in [&run("a", "2026-11-22T06:00:38.122Z", None), &last, &other] {
                note(database, run).unwrap();
            }
            let found = last_runs(database).unwrap();
            assert_eq!(found.into_values().collect::<Vec<_>>(), [last, other]);
        });
    }

    #[test]
    fn old_runs_are_taken_out() {
        in_both(|database| {
            note(database, &run("a", "2026-01-01T00:00:00.000Z", None)).unwrap();
            note(database, &run("b", "2026-02-01T00:00:00.000Z", None)).unwrap();
            assert_eq!(prune(database, "2026-01-15T00:00:00Z".parse().unwrap()).unwrap(), 1);
            assert_eq!(last_runs(database).unwrap().into_keys().collect::<Vec<_>>(), ["b"]);
        });
    }

    #[test]
    fn a_run_that_was_just_noted_is_young() {
        let minute = Duration::from_secs(60);
        assert!(run("a", &written(Timestamp::now()), None).age() < minute);
        assert!(run("a", "2026-01-01T00:00:00.000Z", None).age() > minute);
        assert_eq!(run("a", "2999-01-01T00:00:00.000Z", None).age(), Duration::ZERO);
    }
}
