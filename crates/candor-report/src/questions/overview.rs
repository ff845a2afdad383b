//! Overview: what a maintainer looks at first, by day.

use std::collections::HashMap;

use datafusion::error::DataFusionError;

use super::{Answer, DURATIONS_NOTE, Selection, timed::timed};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, DurationMicros, Share},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("day", "day", Date, "The day (UTC); every day from the first on which anything was reported."),
    Column::new("runs", "runs", Count, "How many operations ran."),
    Column::new("ok", "ok", Count, "How many did what they were asked to do."),
    Column::new("error", "failed", Count, "How many failed."),
    Column::new("cancelled", "cancelled", Count, "How many a user or a signal stopped, or never came to their end."),
    Column::new(
        "success",
        "success",
        Share,
        "ok / (ok + error): of the runs that came to an end, those that succeeded.",
    ),
    Column::new("p50_us", "p50", DurationMicros, "Half of the runs took no longer than this."),
    Column::new("p95_us", "p95", DurationMicros, "95 % of the runs took no longer than this."),
    Column::new("counted", "counted", Count, "The sum of all counters."),
    Column::new("started", "started", Count, "How many instances started."),
    Column::new("versions", "versions", Count, "How many different versions were seen."),
];

/// Lifecycle records have durations too (time up), which are not how long a run took.
const SOURCE: &str = "SELECT day, CASE WHEN kind = 'operation' THEN duration_bucket END AS bucket,
        CASE WHEN kind = 'operation' THEN count ELSE 0 END AS runs,
        CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END AS ok,
        CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END AS error,
        CASE WHEN kind = 'operation' AND outcome = 'cancelled' THEN count ELSE 0 END AS cancelled,
        CASE WHEN kind = 'count' THEN count ELSE 0 END AS counted,
        CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END AS started
    FROM selected";

const SUMS: &[&str] = &["ok", "error", "cancelled", "counted", "started"];

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, DataFusionError> {
    let days = selection.ask(&format!("{} ORDER BY day", timed(SOURCE, &["day"], SUMS))).await?;
    let versions = selection.ask("SELECT day, COUNT(DISTINCT version) AS versions FROM selected GROUP BY day").await?;
    let total = selection.ask(&timed(SOURCE, &[], SUMS)).await?;
    let facts = selection
        .ask("SELECT COUNT(DISTINCT version) AS versions, COUNT(installation) AS identified FROM selected")
        .await?;

    let mut report = selection.report(ReportName::Overview);
    let row_of: HashMap<_, _> = days.rows().filter_map(|row| Some((days.date(row, "day")?, row))).collect();
    let versions: HashMap<_, _> =
        versions.rows().filter_map(|row| Some((versions.date(row, "day")?, versions.sum(row, "versions")))).collect();
    let (_, end) = selection.days();
    let mut next = days.date(0, "day");
    while let Some(day) = next.filter(|day| *day < end) {
        let versions = versions.get(&day).copied().unwrap_or(0);
        // A day without facts has sums of nothing, which is 0, and no percentile.
        let row = row_of.get(&day).copied().unwrap_or(usize::MAX);
        report.rows.push(line(&days, row, Cell::Date(day), versions));
        next = day.tomorrow().ok();
    }
    if report.rows.is_empty() {
        return Ok(report);
    }
    report.totals = Some(line(&total, 0, Cell::Empty, facts.sum(0, "versions")));
    report.notes.push(
        match facts.sum(0, "identified") {
            0 => {
                "Nothing that was reported identifies an installation: these are runs, and there is no count of users."
            }
            _ => "These are runs; how many installations or users made them is another question.",
        }
        .to_owned(),
    );
    report.notes.push(DURATIONS_NOTE.to_owned());
    Ok(report)
}

fn line(answer: &Answer, row: usize, day: Cell, versions: i64) -> Vec<Cell> {
    vec![
        day,
        answer.count(row, "runs"),
        answer.count(row, "ok"),
        answer.count(row, "error"),
        answer.count(row, "cancelled"),
        answer.success(row),
        answer.duration(row, "p50"),
        answer.duration(row, "p95"),
        answer.count(row, "counted"),
        answer.count(row, "started"),
        Cell::Count(versions),
    ]
}
