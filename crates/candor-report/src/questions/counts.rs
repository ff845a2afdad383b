//! Counts: what was counted, and what started, stopped or kept running.

use super::{Answer, MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Share, Text},
    dimension::quoted,
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new(
        "kind",
        "kind",
        Text,
        "count for a counter, lifecycle for something that started, stopped or kept running.",
    ),
    Column::new("name", "name", Text, "The counter's name, or what happened: started, heartbeat, stopped."),
    Column::new("parent", "of", Text, "What it happened to, such as server."),
    Column::new(
        "field",
        "field",
        Text,
        "Empty in the row of everything; else the declared field that the row breaks it down by.",
    ),
    Column::new("value", "value", Text, "The field's value."),
    Column::new("total", "total", Count, "How often. Rows with a field are contained in the row without one."),
    Column::new("share", "share", Share, "The value among all of the row without a field."),
];

/// How declared fields of text are called in `facts`.
const FIELD_PREFIX: &str = "text_";

/// The most values listed of one field of one counter: as many as fit a glance.
const MAX_VALUES: usize = 20;

/// What it counts.
const KINDS: &str = "kind IN ('count', 'lifecycle')";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let totals = selection
        .ask_whole(
            &[],
            &format!(
                "SELECT kind, parent, name, SUM(count) AS total FROM selected WHERE {KINDS}
                GROUP BY kind, parent, name ORDER BY kind, parent NULLS FIRST, total DESC, name LIMIT {}",
                MAX_ROWS + 1
            ),
        )
        .await?;
    let mut by_field = Vec::new();
    if let Some(field) = selection.field() {
        by_field.push((field, broken_down(selection).await?));
    } else if !totals.rows().is_empty() {
        for column in selection.used_texts(KINDS).await? {
            let values = values_of(selection, &column).await?;
            by_field.push((column.trim_start_matches(FIELD_PREFIX).to_owned(), values));
        }
    }
    let mut report = selection.report(ReportName::Counts);
    for row in totals.rows() {
        report.rows.push(line(&totals, row, None));
        for (field, values) in &by_field {
            let same = |other: &usize| {
                ["kind", "parent", "name"].iter().all(|key| totals.text(row, key) == values.text(*other, key))
            };
            let all = totals.sum(row, "total");
            report.rows.extend(values.rows().filter(same).map(|value| line(values, value, Some((field, all)))));
        }
    }
    Ok(report)
}

/// The most frequent values of the attribute in `column`, by what they were counted for.
async fn values_of(selection: &Selection<'_>, column: &str) -> Result<Answer, QuestionError> {
    let sql = format!(
        ", sums AS (
            SELECT kind, parent, name, {quoted} AS value, SUM(count) AS total FROM selected
            WHERE {KINDS} GROUP BY kind, parent, name, {quoted}),
        ranked AS (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY kind, parent, name ORDER BY total DESC, value) AS rank FROM sums)
        SELECT * FROM ranked WHERE rank <= {MAX_VALUES} ORDER BY rank, value LIMIT {MAX_ROWS}",
        quoted = quoted(column),
    );
    selection.ask(&[column], &sql).await
}

/// The values of the field that the question is broken down by, likewise; what does not say is left out.
async fn broken_down(selection: &Selection<'_>) -> Result<Answer, QuestionError> {
    let sql = format!(
        "SELECT kind, parent, name, by_value AS value, SUM(count) AS total FROM selected
        WHERE {KINDS} AND by_value IS NOT NULL GROUP BY kind, parent, name, by_value
        ORDER BY total DESC, value LIMIT {MAX_ROWS}"
    );
    selection.ask(&[], &sql).await
}

fn line(answer: &Answer, row: usize, field: Option<(&str, i64)>) -> Vec<Cell> {
    vec![
        answer.text_cell(row, "kind"),
        answer.text_cell(row, "name"),
        answer.text_cell(row, "parent"),
        Cell::text(field.map(|(name, _)| name)),
        answer.text_cell(row, "value"),
        answer.count(row, "total"),
        field.map_or(Cell::Empty, |(_, all)| Cell::share_of(answer.sum(row, "total"), all)),
    ]
}
