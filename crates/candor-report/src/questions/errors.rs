//! Errors: what crashed and what was handled, in which release.

use std::collections::HashMap;

use super::{Answer, MAX_ROWS, QuestionError, Selection};
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
        "How many installations sent a report of it, as far as they can be told apart; empty where none says who it is.",
    ),
    Column::new("first_seen", "first seen", Date, "The first of these days on which it happened."),
    Column::new("last_seen", "last seen", Date, "The last of these days on which it happened."),
];

const INSTALLATIONS: &str = "SELECT kind, name, version, COUNT(DISTINCT installation) AS installations FROM selected
    GROUP BY kind, name, version";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let answer = selection
        .ask(
            &["version"],
            &format!(
                "SELECT kind, name, version, SUM(count) AS count, MIN(day) AS first_seen, MAX(day) AS last_seen
                FROM selected WHERE kind IN ('crash', 'error') GROUP BY kind, name, version
                ORDER BY 4 DESC, kind, name, version LIMIT {}",
                MAX_ROWS + 1
            ),
        )
        .await?;
    let reports = selection.ask_crashes(INSTALLATIONS).await?;
    let key =
        |answer: &Answer, row| ["kind", "name", "version"].map(|column| answer.text(row, column).map(str::to_owned));
    let installations: HashMap<_, _> =
        reports.rows().map(|row| (key(&reports, row), reports.sum(row, "installations"))).collect();
    let mut report = selection.report(ReportName::Errors);
    for row in answer.rows() {
        let date = |name| answer.date(row, name).map_or(Cell::Empty, Cell::Date);
        report.rows.push(vec![
            answer.text_cell(row, "kind"),
            answer.text_cell(row, "name"),
            answer.text_cell(row, "version"),
            answer.count(row, "count"),
            installations
                .get(&key(&answer, row))
                .filter(|count| **count > 0)
                .map_or(Cell::Empty, |count| Cell::Count(*count)),
            date("first_seen"),
            date("last_seen"),
        ]);
    }
    Ok(report)
}
