//! Overview: what a maintainer looks at first, by day.

use std::collections::{HashMap, HashSet};

use super::{
    Answer, MAX_ROWS, OFF_PERCENT, QuestionError, Selection, durations_note,
    timed::{Timed, groups, timed},
};
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

/// Lifecycle records have durations too (time up), which are not how long a run took. Parts and components are there on the days
/// of their operations. What started is asked for by itself, so that nothing else need be told apart by its name.
fn source(by_value: &str) -> String {
    format!(
        "SELECT {by_value}day, CASE WHEN kind = 'operation' THEN duration_bucket END AS bucket,
            CASE WHEN kind = 'operation' THEN count ELSE 0 END AS runs,
            CASE WHEN kind = 'operation' THEN timed ELSE 0 END AS timed,
            CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END AS ok,
            CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END AS error,
            CASE WHEN kind = 'operation' AND outcome = 'cancelled' THEN count ELSE 0 END AS cancelled,
            CASE WHEN kind = 'count' THEN count ELSE 0 END AS counted,
            0 AS started,
            CASE WHEN kind = 'active' THEN count ELSE 0 END AS actives
        FROM selected WHERE kind NOT IN ('part', 'component')
        UNION ALL SELECT {by_value}day, NULL, 0, 0, 0, 0, 0, 0, count, 0
        FROM selected WHERE kind = 'lifecycle' AND name = 'started'"
    )
}

const SUMS: &[&str] = &["ok", "error", "cancelled", "counted", "started", "actives"];

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let mut report = selection.report(ReportName::Overview);
    let (rows, total) = match selection.breakdown() {
        None => each_day(selection).await?,
        Some(_) => each_day_and_value(selection).await?,
    };
    report.rows = rows;
    if report.rows.is_empty() {
        return Ok(report);
    }
    let counts_actives = total.sums.sum(0, "actives") > 0;
    let mut totals = line(&total.sums, 0, Cell::Empty, total.versions);
    if selection.breakdown().is_some() {
        totals.insert(ReportName::Overview.keys(), Cell::Empty);
    }
    report.totals = Some(totals);
    let note = match counts_actives || selection.identifies().await? {
        true => "These are runs; how many installations made them is what the report actives says.",
        false => {
            "Nothing that was reported identifies an installation: these are runs, and there is no count of users."
        }
    };
    report.notes.push(note.to_owned());
    report.notes.push(durations_note(OFF_PERCENT));
    Ok(report)
}

/// Of all days.
struct Total {
    sums: Answer,
    /// How many different versions were seen.
    versions: i64,
}

/// A row for every day from the first on which anything was reported.
async fn each_day(selection: &Selection<'_>) -> Result<(Vec<Vec<Cell>>, Total), QuestionError> {
    let sql = groups(&source(""), &["day"], SUMS);
    let sums = Timed::new(selection.ask(&["duration_bucket"], &sql).await?, SUMS);
    let days = sums.by(&["day"], "ORDER BY day").await?;
    let seen = selection.ask(&["version"], "SELECT DISTINCT day, version FROM selected").await?;
    let (mut versions, mut of_all) = (HashMap::<_, i64>::new(), HashSet::new());
    for row in seen.rows() {
        let Some(version) = seen.text(row, "version") else { continue };
        of_all.insert(version);
        *versions.entry(seen.date(row, "day")).or_default() += 1;
    }
    let row_of: HashMap<_, _> = days.rows().filter_map(|row| Some((days.date(row, "day")?, row))).collect();
    let (_, end) = selection.days();
    let mut rows = Vec::new();
    let mut next = days.date(0, "day");
    while let Some(day) = next.filter(|day| *day < end) {
        let versions = versions.get(&Some(day)).copied().unwrap_or(0);
        // A day without facts has sums of nothing, which is 0, and no percentile.
        let row = row_of.get(&day).copied().unwrap_or(usize::MAX);
        rows.push(line(&days, row, Cell::Date(day), versions));
        next = day.tomorrow().ok();
    }
    let versions = i64::try_from(of_all.len()).unwrap_or(i64::MAX);
    Ok((rows, Total { sums: sums.by(&[], "").await?, versions }))
}

/// A row for every day and value that was reported on it.
async fn each_day_and_value(selection: &Selection<'_>) -> Result<(Vec<Vec<Cell>>, Total), QuestionError> {
    let sql = timed(&source("by_value, "), &["day", "by_value"], SUMS);
    let sql = format!("{sql} ORDER BY day, by_value LIMIT {}", MAX_ROWS + 1);
    let days = selection.ask(&["duration_bucket"], &sql).await?;
    let sql = "SELECT day, by_value, COUNT(DISTINCT version) AS versions FROM selected GROUP BY day, by_value";
    let versions = selection.ask(&["version"], sql).await?;
    let key = |answer: &Answer, row| (answer.date(row, "day"), answer.text(row, "by_value").map(str::to_owned));
    let seen: HashMap<_, _> = versions.rows().map(|row| (key(&versions, row), versions.sum(row, "versions"))).collect();
    let mut report = selection.report(ReportName::Overview);
    for row in days.rows() {
        let versions = seen.get(&key(&days, row)).copied().unwrap_or(0);
        let cells = line(&days, row, days.date_cell(row, "day"), versions);
        report.rows.push(selection.broken(ReportName::Overview, &days, row, cells));
    }
    selection.group(&mut report);
    // What does not say the value is in the totals as well.
    let sums = selection.ask_whole(&["duration_bucket"], &timed(&source(""), &[], SUMS)).await?;
    let versions =
        selection.ask_whole(&["version"], "SELECT COUNT(DISTINCT version) AS versions FROM selected").await?;
    Ok((report.rows, Total { sums, versions: versions.sum(0, "versions") }))
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
