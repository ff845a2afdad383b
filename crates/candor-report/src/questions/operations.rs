//! Operations: how often each ran, how it ended, how long it took.

use super::{MAX_ROWS, OFF_PERCENT, QuestionError, Selection, durations_note, timed::timed};
use crate::{
    Column, Report, ReportName,
    Unit::{Count, DurationMicros, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("operation", "operation", Text, "The operation's name."),
    Column::new("runs", "runs", Count, "How often it ran."),
    Column::new("ok", "ok", Count, "How often it did what it was asked to do."),
    Column::new("error", "failed", Count, "How often it failed."),
    Column::new(
        "cancelled",
        "cancelled",
        Count,
        "How often a user or a signal stopped it, or it never came to its end.",
    ),
    Column::new(
        "success",
        "success",
        Share,
        "ok / (ok + error): of the runs that came to an end, those that succeeded.",
    ),
    Column::new("p50_us", "p50", DurationMicros, "Half of the runs took no longer than this."),
    Column::new("p90_us", "p90", DurationMicros, "90 % of the runs took no longer than this."),
    Column::new("p95_us", "p95", DurationMicros, "95 % of the runs took no longer than this."),
    Column::new("p99_us", "p99", DurationMicros, "99 % of the runs took no longer than this."),
];

const SOURCE: &str = "name, duration_bucket AS bucket, count AS runs, timed,
        CASE WHEN outcome = 'ok' THEN count ELSE 0 END AS ok,
        CASE WHEN outcome = 'error' THEN count ELSE 0 END AS error,
        CASE WHEN outcome = 'cancelled' THEN count ELSE 0 END AS cancelled
    FROM selected WHERE kind = 'operation'";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let source = format!("SELECT {}{SOURCE}", selection.by_value());
    let sql = timed(&source, &selection.keys(&["name"]), &["ok", "error", "cancelled"]);
    let order = format!("ORDER BY runs DESC, {}name LIMIT {}", selection.by_value(), MAX_ROWS + 1);
    let answer = selection.ask(&["duration_bucket"], &format!("{sql} {order}")).await?;
    let mut report = selection.report(ReportName::Operations);
    for row in answer.rows() {
        let cells = vec![
            answer.text_cell(row, "name"),
            answer.count(row, "runs"),
            answer.count(row, "ok"),
            answer.count(row, "error"),
            answer.count(row, "cancelled"),
            answer.success(row),
            answer.duration(row, "p50"),
            answer.duration(row, "p90"),
            answer.duration(row, "p95"),
            answer.duration(row, "p99"),
        ];
        report.rows.push(selection.broken(ReportName::Operations, &answer, row, cells));
    }
    selection.group(&mut report);
    report.notes.push(durations_note(OFF_PERCENT));
    Ok(report)
}
