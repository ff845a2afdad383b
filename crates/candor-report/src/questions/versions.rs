//! Versions: which versions of the tool are in use.

use std::cmp::Reverse;

use datafusion::error::DataFusionError;

use super::{MAX_ROWS, Selection};
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
];

const SQL: &str = ", versions AS (
        SELECT version, MIN(day) AS first_seen, MAX(day) AS last_seen,
            SUM(CASE WHEN kind = 'operation' THEN count ELSE 0 END) AS runs,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END) AS ok,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END) AS error,
            SUM(CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END) AS started
        FROM selected GROUP BY version)
    SELECT *, SUM(runs) OVER () AS total FROM versions ORDER BY runs DESC, last_seen DESC, version";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, DataFusionError> {
    let answer = selection.ask(&format!("{SQL} LIMIT {}", MAX_ROWS + 1)).await?;
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
        report.rows.push(vec![
            answer.text_cell(row, "version"),
            Cell::Flag(Some(row) == latest),
            answer.count(row, "runs"),
            Cell::share_of(answer.sum(row, "runs"), answer.sum(row, "total")),
            answer.count(row, "started"),
            answer.success(row),
            answer.date(row, "first_seen").map_or(Cell::Empty, Cell::Date),
            answer.date(row, "last_seen").map_or(Cell::Empty, Cell::Date),
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
