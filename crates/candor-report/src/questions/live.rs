//! Live: what arrived last.

use jiff::ToSpan;

use super::{QuestionError, Selection};
use crate::{
    Column, Report, ReportName,
    Unit::{Count, DurationMicros, Text, Time, Version},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("time", "time", Time, "When it happened (UTC), as exactly as the tool says: often to the hour only."),
    Column::new("kind", "kind", Text, "operation, part, count, lifecycle, component, error, crash, active or track."),
    Column::new("name", "name", Text, "What happened."),
    Column::new("parent", "of", Text, "What it belongs to: a part's operation, a component's set."),
    Column::new("outcome", "outcome", Text, "How it ended: ok, error or cancelled."),
    Column::new("duration_us", "took", DurationMicros, "How long it took."),
    Column::new("count", "count", Count, "How many times: more than 1 where the tool added it up."),
    Column::new("version", "version", Version, "The tool's version."),
    Column::new("os", "os", Text, "The operating system."),
];

/// The most events that are listed: a few screens of them.
const MAX_EVENTS: usize = 100;

/// How many days are looked at: a project in which nothing happened since is not live.
const DAYS: i64 = 2;

/// Identifiers are not among them, so that nobody is watched.
const READ: [&str; 9] = ["time", "kind", "name", "parent", "outcome", "duration_bucket", "count", "version", "os"];

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let (from, to) = selection.days();
    let since = from.max(to.saturating_sub(DAYS.days()));
    let sql = format!(
        "SELECT * FROM selected ORDER BY time DESC, kind, name, parent, version, os, outcome, duration_bucket, count
        LIMIT {MAX_EVENTS}"
    );
    let answer = selection.ask_rows(since, &READ, &sql).await?;
    let mut report = selection.report(ReportName::Live);
    for row in answer.rows() {
        report.rows.push(vec![
            answer.time_cell(row, "time"),
            answer.text_cell(row, "kind"),
            answer.text_cell(row, "name"),
            answer.text_cell(row, "parent"),
            answer.text_cell(row, "outcome"),
            answer.duration(row, "duration_bucket"),
            answer.count(row, "count"),
            answer.text_cell(row, "version"),
            answer.text_cell(row, "os"),
        ]);
    }
    if !report.rows.is_empty() {
        report.notes.push(format!(
            "At most {MAX_EVENTS} records of the last {DAYS} days, newest first; what a tool adds up arrives later than it happens."
        ));
    }
    Ok(report)
}
