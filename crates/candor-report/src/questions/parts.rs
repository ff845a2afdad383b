//! Parts: where the time of each operation goes.

use std::collections::HashMap;

use super::{MAX_ROWS, QuestionError, Selection, durations_note, timed::timed};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, DurationMicros, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("operation", "operation", Text, "The operation that it is a part of."),
    Column::new("part", "part", Text, "The part's name."),
    Column::new("runs", "runs", Count, "How often it ran; more than once in a run of its operation is possible."),
    Column::new("error", "failed", Count, "How often it failed."),
    Column::new(
        "success",
        "success",
        Share,
        "ok / (ok + error): of the times it came to an end, those that succeeded.",
    ),
    Column::new("time_us", "time", DurationMicros, "What all of its runs took together."),
    Column::new("time_share", "share of time", Share, "Its time among the time of all parts of its operation."),
    Column::new("p50_us", "p50", DurationMicros, "Half of its runs took no longer than this."),
    Column::new("p90_us", "p90", DurationMicros, "90 % of its runs took no longer than this."),
    Column::new("p95_us", "p95", DurationMicros, "95 % of its runs took no longer than this."),
    Column::new("p99_us", "p99", DurationMicros, "99 % of its runs took no longer than this."),
];

/// How far off a part's duration may be, in percent: there are many parts, and they are summed up more coarsely.
const OFF_PERCENT: u32 = 7;

const SOURCE: &str = "parent, name, duration_bucket AS bucket, count AS runs, timed,
        CASE WHEN outcome = 'ok' THEN count ELSE 0 END AS ok,
        CASE WHEN outcome = 'error' THEN count ELSE 0 END AS error
    FROM selected WHERE kind = 'part'";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let source = format!("SELECT {}{SOURCE}", selection.by_value());
    let sql = timed(&source, &selection.keys(&["parent", "name"]), &["ok", "error"]);
    let order = format!("ORDER BY parent NULLS LAST, time_us DESC NULLS LAST, runs DESC, {}name", selection.by_value());
    let answer = selection.ask(&["duration_bucket"], &format!("{sql} {order} LIMIT {}", MAX_ROWS + 1)).await?;
    let mut of_operation = HashMap::new();
    for row in answer.rows() {
        *of_operation.entry(answer.text(row, "parent")).or_insert(0.0) += answer.float(row, "time_us").unwrap_or(0.0);
    }
    let mut report = selection.report(ReportName::Parts);
    for row in answer.rows() {
        let time = answer.float(row, "time_us");
        let all = of_operation.get(&answer.text(row, "parent")).copied().unwrap_or(0.0);
        let cells = vec![
            answer.text_cell(row, "parent"),
            answer.text_cell(row, "name"),
            answer.count(row, "runs"),
            answer.count(row, "error"),
            answer.success(row),
            time.map_or(Cell::Empty, |micros| Cell::DurationMicros(micros as u64)),
            time.filter(|_| all > 0.0).map_or(Cell::Empty, |micros| Cell::Share(micros / all)),
            answer.duration(row, "p50"),
            answer.duration(row, "p90"),
            answer.duration(row, "p95"),
            answer.duration(row, "p99"),
        ];
        report.rows.push(selection.broken(ReportName::Parts, &answer, row, cells));
    }
    selection.group(&mut report);
    report.notes.push(durations_note(OFF_PERCENT));
    if !report.rows.is_empty() {
        report.notes.push("Parts that run side by side add up to more time than their operation took.".to_owned());
    }
    Ok(report)
}
