//! Pipeline: what became of everything that was sent.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
    datasource::MemTable,
    error::DataFusionError,
    prelude::SessionContext,
};

use super::{MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("outcome", "outcome", Text, "accepted, duplicate, dropped or rejected."),
    Column::new(
        "reason",
        "reason",
        Text,
        "Why it was dropped or rejected. With a colon it names a property or a part that was left out of an accepted item.",
    ),
    Column::new("count", "count", Count, "How many items, requests (rejected) or parts of items (with a colon)."),
    Column::new("share", "share", Share, "Of all items; empty for requests and parts of items."),
    Column::new("first_seen", "first seen", Date, "The first of these days on which it happened."),
    Column::new("last_seen", "last seen", Date, "The last of these days on which it happened."),
];

/// How many items of a project ended so, for this reason, on a day. The catalog has it, not the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The day, in days since 1970-01-01 (UTC).
    pub day: i32,
    /// `accepted`, `duplicate`, `dropped` or `rejected`.
    pub outcome: String,
    /// Why; empty where that needs no reason.
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// Makes `outcomes` of `project` known to `session`, for the report `pipeline`.
///
/// # Errors
/// When the session has a table `outcomes` already.
pub fn register_outcomes(session: &SessionContext, project: &str, outcomes: &[Outcome]) -> Result<(), DataFusionError> {
    let columns: [(&str, ArrayRef); 5] = [
        ("project", Arc::new(outcomes.iter().map(|_| Some(project)).collect::<StringArray>())),
        ("day", Arc::new(outcomes.iter().map(|row| Some(row.day)).collect::<Date32Array>())),
        ("outcome", Arc::new(outcomes.iter().map(|row| Some(row.outcome.as_str())).collect::<StringArray>())),
        ("reason", Arc::new(outcomes.iter().map(|row| Some(row.reason.as_str())).collect::<StringArray>())),
        ("count", Arc::new(outcomes.iter().map(|row| Some(row.count)).collect::<Int64Array>())),
    ];
    let field = |(name, column): &(&str, ArrayRef)| Field::new(*name, DataType::clone(column.data_type()), false);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let batch = RecordBatch::try_new(schema.clone(), columns.into_iter().map(|(_, column)| column).collect())?;
    session.register_table("outcomes", Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))?;
    Ok(())
}

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let sql = format!(
        ", ended AS (
            SELECT outcome, reason, SUM(count) AS count, MIN(day) AS first_seen, MAX(day) AS last_seen
            FROM selected GROUP BY outcome, reason)
        SELECT *, outcome <> 'rejected' AND reason NOT LIKE '%:%' AS is_item FROM ended
        ORDER BY outcome, count DESC, reason LIMIT {}",
        MAX_ROWS + 1
    );
    let answer = selection.ask_outcomes(&sql).await?;
    let is_item = |row: &usize| answer.flag_cell(*row, "is_item") == Cell::Flag(true);
    let items = answer.rows().filter(is_item).map(|row| answer.sum(row, "count")).sum::<i64>();
    let mut report = selection.report(ReportName::Pipeline);
    for row in answer.rows() {
        let count = answer.sum(row, "count");
        report.rows.push(vec![
            answer.text_cell(row, "outcome"),
            Cell::text(answer.text(row, "reason").filter(|reason| !reason.is_empty())),
            Cell::Count(count),
            if is_item(&row) { Cell::share_of(count, items) } else { Cell::Empty },
            answer.date_cell(row, "first_seen"),
            answer.date_cell(row, "last_seen"),
        ]);
    }
    if !report.rows.is_empty() {
        report.notes.push(
            "Accepted, duplicate and dropped count items, by the day on which they arrived; rejected counts requests. Counts are at most a second old."
                .to_owned(),
        );
        if selection.is_filtered() {
            report.notes.push("Filters do not apply: an item that was dropped has nothing to filter by.".to_owned());
        }
    }
    Ok(report)
}
