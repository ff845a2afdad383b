//! Platforms: which operating systems and architectures it runs on.

use super::{MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("os", "os", Text, "The operating system."),
    Column::new("os_version", "os version", Text, "Its version."),
    Column::new("arch", "arch", Text, "The processor's architecture."),
    Column::new("runtime", "runtime", Text, "The language runtime and its version."),
    Column::new("runs", "runs", Count, "How many operations ran there, or events of foreign clients came from there."),
    Column::new("share", "share", Share, "Its runs among all runs, also those of unknown platforms."),
    Column::new("started", "started", Count, "How many instances started there."),
    Column::new(
        "success",
        "success",
        Share,
        "ok / (ok + error): of the runs that came to an end, those that succeeded.",
    ),
];

const SQL: &str = ", platforms AS (
        SELECT os, os_version, arch, runtime,
            SUM(CASE WHEN kind IN ('operation', 'track') THEN count ELSE 0 END) AS runs,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END) AS ok,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END) AS error,
            SUM(CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END) AS started
        FROM selected WHERE kind IN ('operation', 'track', 'lifecycle') GROUP BY os, os_version, arch, runtime)
    SELECT *, SUM(runs) OVER () AS total FROM platforms WHERE runs > 0 OR started > 0
    ORDER BY runs DESC, started DESC, os NULLS LAST, os_version NULLS LAST, arch NULLS LAST, runtime NULLS LAST";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let columns = ["os", "os_version", "arch", "runtime"];
    let answer = selection.ask(&columns, &format!("{SQL} LIMIT {}", MAX_ROWS + 1)).await?;
    let mut report = selection.report(ReportName::Platforms);
    for row in answer.rows() {
        let mut cells: Vec<_> = columns.iter().map(|column| answer.text_cell(row, column)).collect();
        cells.extend([
            answer.count(row, "runs"),
            Cell::share_of(answer.sum(row, "runs"), answer.sum(row, "total")),
            answer.count(row, "started"),
            answer.success(row),
        ]);
        report.rows.push(cells);
    }
    Ok(report)
}
