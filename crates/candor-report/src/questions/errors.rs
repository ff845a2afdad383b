//! Errors: what crashed and what was handled, in which release.

use datafusion::error::DataFusionError;

use super::{MAX_ROWS, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, Text, Version},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("kind", "kind", Text, "crash for what ended the tool, error for what it handled."),
    Column::new("type", "type", Text, "The type of the exception or panic, or the name of a declared error."),
    Column::new("version", "release", Version, "The tool's version."),
    Column::new("count", "count", Count, "How often it happened in this version."),
    Column::new(
        "installations",
        "installations",
        Count,
        "How many installations reported it, as far as they can be told apart; empty where none says who it is.",
    ),
    Column::new("first_seen", "first seen", Date, "The first of these days on which it happened."),
    Column::new("last_seen", "last seen", Date, "The last of these days on which it happened."),
];

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, DataFusionError> {
    let answer = selection
        .ask(&format!(
            "SELECT kind, name, version, SUM(count) AS count, COUNT(DISTINCT installation) AS installations,
                MIN(day) AS first_seen, MAX(day) AS last_seen
            FROM selected WHERE kind IN ('crash', 'error') GROUP BY kind, name, version
            ORDER BY 4 DESC, kind, name, version LIMIT {}",
            MAX_ROWS + 1
        ))
        .await?;
    let mut report = selection.report(ReportName::Errors);
    for row in answer.rows() {
        let date = |name| answer.date(row, name).map_or(Cell::Empty, Cell::Date);
        report.rows.push(vec![
            answer.text_cell(row, "kind"),
            answer.text_cell(row, "name"),
            answer.text_cell(row, "version"),
            answer.count(row, "count"),
            answer.integer(row, "installations").filter(|count| *count > 0).map_or(Cell::Empty, Cell::Count),
            date("first_seen"),
            date("last_seen"),
        ]);
    }
    Ok(report)
}
