//! Geography: which countries the reports come from.

use std::collections::HashMap;

use super::{MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("country", "country", Text, "The country's two-letter code (ISO 3166-1)."),
    Column::new("runs", "runs", Count, "How many operations ran there, or events of foreign clients came from there."),
    Column::new("share", "share", Share, "Its runs among all runs, also those of unknown places."),
    Column::new("started", "started", Count, "How many instances started there."),
    Column::new(
        "installations",
        "installations",
        Count,
        "How many installations reported from there, as far as they can be told apart; empty where none says who it is.",
    ),
];

/// Parts and components are where their operations are.
const SQL: &str = ", countries AS (
        SELECT country,
            SUM(CASE WHEN kind IN ('operation', 'track') THEN count ELSE 0 END) AS runs,
            SUM(CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END) AS started
        FROM selected WHERE kind NOT IN ('part', 'component') GROUP BY country)
    SELECT *, SUM(runs) OVER () AS total FROM countries
    ORDER BY runs DESC, started DESC, country NULLS LAST";

/// Where nothing tells a country.
const UNKNOWN_NOTE: &str = "No country is known: the collector needs a database for that (`candor geo update`).";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let answer = selection.ask(&["country"], &format!("{SQL} LIMIT {}", MAX_ROWS + 1)).await?;
    let (from, _) = selection.days();
    let sql = "SELECT country, COUNT(DISTINCT installation) AS installations FROM selected GROUP BY country";
    let identified = selection.ask_installations(from, sql).await?;
    let installations: HashMap<_, _> = identified
        .rows()
        .map(|row| (identified.text(row, "country"), identified.count(row, "installations")))
        .collect();
    let mut report = selection.report(ReportName::Geography);
    for row in answer.rows() {
        report.rows.push(vec![
            answer.text_cell(row, "country"),
            answer.count(row, "runs"),
            Cell::share_of(answer.sum(row, "runs"), answer.sum(row, "total")),
            answer.count(row, "started"),
            installations.get(&answer.text(row, "country")).cloned().unwrap_or(Cell::Empty),
        ]);
    }
    let known = answer.rows().any(|row| answer.text(row, "country").is_some());
    if !report.rows.is_empty() {
        let note = if known {
            "A country is where the address of the request was; the address is not kept."
        } else {
            UNKNOWN_NOTE
        };
        report.notes.push(note.to_owned());
    }
    Ok(report)
}
