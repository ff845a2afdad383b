//! Components: which plugins or providers were there, in which versions.

use datafusion::error::DataFusionError;

use super::{MAX_ROWS, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Share, Text, Version},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("set", "set", Text, "The set that it belongs to, such as provider."),
    Column::new("component", "component", Text, "The component's name."),
    Column::new("component_version", "version", Version, "The component's version."),
    Column::new("runs", "runs", Count, "How many runs reported it in this version."),
    Column::new("share", "share", Share, "Of the runs that reported the component in any version."),
];

/// Where the version of a component is, once one was reported.
const VERSION_COLUMN: &str = "text_component_version";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, DataFusionError> {
    let version = match selection.text_columns(VERSION_COLUMN).await?.iter().any(|column| column == VERSION_COLUMN) {
        true => VERSION_COLUMN,
        false => "CAST(NULL AS VARCHAR)",
    };
    let answer = selection
        .ask(&format!(
            ", versions AS (
                SELECT parent, name, {version} AS component_version, SUM(count) AS runs
                FROM selected WHERE kind = 'component' GROUP BY 1, 2, 3),
            shared AS (SELECT *, SUM(runs) OVER (PARTITION BY parent, name) AS total FROM versions)
            SELECT * FROM shared
            ORDER BY parent NULLS LAST, total DESC, name, runs DESC, component_version LIMIT {}",
            MAX_ROWS + 1
        ))
        .await?;
    let mut report = selection.report(ReportName::Components);
    for row in answer.rows() {
        report.rows.push(vec![
            answer.text_cell(row, "parent"),
            answer.text_cell(row, "name"),
            answer.text_cell(row, "component_version"),
            answer.count(row, "runs"),
            Cell::share_of(answer.sum(row, "runs"), answer.sum(row, "total")),
        ]);
    }
    Ok(report)
}
