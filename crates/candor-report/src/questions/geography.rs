//! Geography: which countries the reports come from.

use std::collections::HashMap;

use datafusion::{
    arrow::{
        array::{Array, AsArray},
        compute::cast,
        datatypes::{DataType, Int64Type},
    },
    error::DataFusionError,
};
use futures::TryStreamExt;

use super::{MAX_ROWS, QuestionError, Selection, seen::Seen};
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
    let installations = installations(selection).await?;
    let mut report = selection.report(ReportName::Geography);
    for row in answer.rows() {
        report.rows.push(vec![
            answer.text_cell(row, "country"),
            answer.count(row, "runs"),
            Cell::share_of(answer.sum(row, "runs"), answer.sum(row, "total")),
            answer.count(row, "started"),
            installations
                .get(&answer.text(row, "country").map(str::to_owned))
                .map_or(Cell::Empty, |count| Cell::Count(*count)),
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

/// How many different installations reported from each country.
async fn installations(selection: &Selection<'_>) -> Result<HashMap<Option<String>, i64>, QuestionError> {
    let (from, _) = selection.days();
    let sql = "SELECT installation, country FROM selected WHERE installation IS NOT NULL";
    let mut batches = selection.installations(from, sql).await?.execute_stream().await?;
    let mut seen = Seen::new();
    let mut countries = HashMap::new();
    while let Some(batch) = batches.try_next().await? {
        let [installations, of_them] = batch.columns() else { continue };
        let (of_them, numbers) = (
            cast(of_them, &DataType::Utf8View).map_err(DataFusionError::from)?,
            installations.as_primitive_opt::<Int64Type>(),
        );
        let (Some(of_them), Some(numbers)) = (of_them.as_string_view_opt(), numbers) else {
            return Err(DataFusionError::Internal("installations that are no integers".to_owned()).into());
        };
        // Texts of one batch are the same where their views are, and mostly short enough to be their views.
        let mut of_view = datafusion::common::HashMap::new();
        for (row, installation) in numbers.values().iter().enumerate() {
            let view = of_them.is_valid(row).then(|| of_them.views()[row]);
            let thing = *of_view.entry(view).or_insert_with(|| {
                let next = countries.len() as u32;
                *countries.entry(view.map(|_| of_them.value(row).to_owned())).or_insert(next)
            });
            seen.add(*installation, thing);
        }
    }
    let counts = seen.count(countries.len());
    Ok(countries.into_iter().map(|(country, thing)| (country, counts[thing as usize])).collect())
}
