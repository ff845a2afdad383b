//! Versions: which versions of the tool are in use.

use std::{cmp::Reverse, collections::HashMap};

use super::{MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, Flag, Share, Version},
    release::Release,
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new(
        "version",
        "version",
        Version,
        "The tool's version, newest first; what does not look like one is last.",
    ),
    Column::new(
        "latest",
        "latest",
        Flag,
        "Whether it is the newest release that was seen; a pre-release only where there is no other.",
    ),
    Column::new("runs", "runs", Count, "How many operations ran in it."),
    Column::new("share", "share", Share, "Its runs among all runs."),
    Column::new("started", "started", Count, "How many instances of it started."),
    Column::new(
        "success",
        "success",
        Share,
        "ok / (ok + error): of the runs that came to an end, those that succeeded.",
    ),
    Column::new("first_seen", "first seen", Date, "The first of these days on which it was seen."),
    Column::new("last_seen", "last seen", Date, "The last of these days on which it was seen."),
    Column::new(
        "active_days",
        "active days",
        Count,
        "On how many days an installation was active in it, summed up over installations; empty where none says so.",
    ),
    Column::new("active_share", "of active days", Share, "Its active days among those of all versions: its adoption."),
];

/// The days on which an installation was active, by version: what its flags say.
const ACTIVES: &str = "SELECT version, SUM(count) AS active_days FROM selected WHERE sketch IS NULL GROUP BY version";

const SQL: &str = ", versions AS (
        SELECT version, MIN(day) AS first_seen, MAX(day) AS last_seen,
            SUM(CASE WHEN kind = 'operation' THEN count ELSE 0 END) AS runs,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END) AS ok,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END) AS error,
            SUM(CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END) AS started
        FROM selected GROUP BY version)
    SELECT *, SUM(runs) OVER () AS total FROM versions ORDER BY runs DESC, last_seen DESC, version";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let answer = selection.ask(&["version"], &format!("{SQL} LIMIT {}", MAX_ROWS + 1)).await?;
    let (from, _) = selection.days();
    let actives = selection.ask_actives(from, ACTIVES).await?;
    let active_days: HashMap<_, _> =
        actives.rows().map(|row| (actives.text(row, "version"), actives.sum(row, "active_days"))).collect();
    let all_active_days = active_days.values().sum::<i64>();
    // `None` is less than every release, so it comes last: first texts that are no version, then "not reported".
    let mut rows: Vec<_> =
        answer.rows().map(|row| (answer.text(row, "version").and_then(Release::parse), row)).collect();
    rows.sort_by_key(|(release, row)| {
        let text = answer.text(*row, "version");
        (Reverse(release.clone()), text.is_none(), text)
    });
    let stable = rows.iter().find(|(release, _)| release.as_ref().is_some_and(|release| !release.is_pre_release()));
    let latest = stable.or(rows.first().filter(|(release, _)| release.is_some())).map(|(_, row)| *row);

    let mut report = selection.report(ReportName::Versions);
    for (_, row) in rows {
        let active = active_days.get(&answer.text(row, "version")).copied().unwrap_or(0);
        report.rows.push(vec![
            answer.text_cell(row, "version"),
            Cell::Flag(Some(row) == latest),
            answer.count(row, "runs"),
            Cell::share_of(answer.sum(row, "runs"), answer.sum(row, "total")),
            answer.count(row, "started"),
            answer.success(row),
            answer.date(row, "first_seen").map_or(Cell::Empty, Cell::Date),
            answer.date(row, "last_seen").map_or(Cell::Empty, Cell::Date),
            if all_active_days > 0 { Cell::Count(active) } else { Cell::Empty },
            Cell::share_of(active, all_active_days),
        ]);
    }
    if let Some((row, version)) = latest.and_then(|row| Some((row, answer.text(row, "version")?))) {
        let (runs, total) = (answer.sum(row, "runs"), answer.sum(row, "total"));
        if total > 0 {
            let percent = runs as f64 / total as f64 * 100.0;
            report.notes.push(format!("{percent:.1} % of the runs are on {version}, the newest release seen."));
        }
    }
    Ok(report)
}
