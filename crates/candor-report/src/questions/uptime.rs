//! Uptime: how many instances started, and how many kept running.

use candor_wire::DurationBucket;

use super::{
    Answer, MAX_ROWS, OFF_PERCENT, QuestionError, Selection, durations_note,
    timed::{Timed, groups, timed},
};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, DurationMicros, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("day", "day", Date, "The day (UTC) on which something was reported."),
    Column::new("instance", "instance", Text, "What started, such as server."),
    Column::new("started", "started", Count, "How many started."),
    Column::new(
        "long_running",
        "long-running",
        Count,
        "How many had been up for an hour: each says so once, on the day of its first hour.",
    ),
    Column::new("long_share", "of started", Share, "long_running / started; more than 1 counts as 1."),
    Column::new(
        "heartbeats",
        "heartbeats",
        Count,
        "How many were up after one hour or any number of days more: about how many long-running ones there were.",
    ),
    Column::new("stopped", "stopped", Count, "How many came to their end in an orderly way."),
    Column::new(
        "p50_us",
        "median uptime",
        DurationMicros,
        "Half of those that stopped had been up no longer than this.",
    ),
];

/// The second heartbeat comes a day after the first one.
const A_DAY_MICROS: u64 = 86_400_000_000;

const SUMS: &[&str] = &["started", "long_running", "heartbeats"];

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let source = format!(
        "SELECT {by}day, parent, CASE WHEN name = 'stopped' THEN duration_bucket END AS bucket,
            CASE WHEN name = 'stopped' THEN count ELSE 0 END AS runs,
            CASE WHEN name = 'stopped' THEN timed ELSE 0 END AS timed,
            CASE WHEN name = 'started' THEN count ELSE 0 END AS started,
            CASE WHEN name = 'heartbeat' AND duration_bucket < {second} THEN timed ELSE 0 END AS long_running,
            CASE WHEN name = 'heartbeat' THEN count ELSE 0 END AS heartbeats
        FROM selected WHERE kind = 'lifecycle'",
        by = selection.by_value(),
        second = DurationBucket::of_micros(A_DAY_MICROS).coarse(false).index(),
    );
    let keys = selection.keys(&["day", "parent"]);
    let sums = Timed::new(selection.ask(&["duration_bucket"], &groups(&source, &keys, SUMS)).await?, SUMS);
    let order = format!("ORDER BY day, parent NULLS LAST, {}runs LIMIT {}", selection.by_value(), MAX_ROWS + 1);
    let answer = sums.by(&keys, &order).await?;
    let mut report = selection.report(ReportName::Uptime);
    for row in answer.rows() {
        let cells = line(&answer, row, [answer.date_cell(row, "day"), answer.text_cell(row, "parent")]);
        report.rows.push(selection.broken(ReportName::Uptime, &answer, row, cells));
    }
    if report.rows.is_empty() {
        return Ok(report);
    }
    selection.group(&mut report);
    let total = match selection.breakdown() {
        None => sums.by(&[], "").await?,
        // What does not say the value is in the total as well.
        Some(_) => {
            let source = source.replacen(selection.by_value(), "", 1);
            selection.ask_whole(&["duration_bucket"], &timed(&source, &[], SUMS)).await?
        }
    };
    let mut totals = line(&total, 0, [Cell::Empty, Cell::Empty]);
    if selection.breakdown().is_some() {
        totals.insert(ReportName::Uptime.keys(), Cell::Empty);
    }
    report.totals = Some(totals);
    report.notes.push(
        "Long-running is what was up for more than an hour. An instance that was killed never says that it stopped."
            .to_owned(),
    );
    report.notes.push(durations_note(OFF_PERCENT));
    Ok(report)
}

fn line(answer: &Answer, row: usize, [day, instance]: [Cell; 2]) -> Vec<Cell> {
    let (started, long_running) = (answer.sum(row, "started"), answer.sum(row, "long_running"));
    vec![
        day,
        instance,
        Cell::Count(started),
        Cell::Count(long_running),
        Cell::share_of(long_running.min(started), started),
        answer.count(row, "heartbeats"),
        answer.count(row, "runs"),
        answer.duration(row, "p50"),
    ]
}
