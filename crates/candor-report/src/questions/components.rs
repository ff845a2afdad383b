//! Components: which plugins or providers were there, in which versions.

use std::collections::HashMap;

use super::{Answer, MAX_ROWS, QuestionError, Selection};
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
const VERSION: &str = "text_component_version";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let all = selection
        .ask(
            &[],
            &format!(
                "SELECT parent, name, SUM(count) AS runs FROM selected WHERE kind = 'component' GROUP BY parent, name
                ORDER BY parent NULLS LAST, runs DESC, name LIMIT {}",
                MAX_ROWS + 1
            ),
        )
        .await?;
    let mut versions = HashMap::<_, Vec<_>>::new();
    let by_version;
    if selection.tables.facts_have(VERSION) {
        by_version = versions_of(selection).await?;
        for row in by_version.rows() {
            let version = (by_version.text(row, VERSION), by_version.sum(row, "runs"));
            versions.entry((by_version.text(row, "parent"), by_version.text(row, "name"))).or_default().push(version);
        }
    }
    let mut report = selection.report(ReportName::Components);
    for row in all.rows() {
        let total = all.sum(row, "runs");
        let mut known = versions.remove(&(all.text(row, "parent"), all.text(row, "name"))).unwrap_or_default();
        let unknown = total - known.iter().map(|(_, runs)| runs).sum::<i64>();
        if unknown > 0 {
            known.push((None, unknown));
            known.sort_by_key(|(_, runs)| std::cmp::Reverse(*runs));
        }
        report.rows.extend(known.into_iter().map(|(version, runs)| {
            vec![
                all.text_cell(row, "parent"),
                all.text_cell(row, "name"),
                Cell::text(version),
                Cell::Count(runs),
                Cell::share_of(runs, total),
            ]
        }));
    }
    Ok(report)
}

/// The versions of each component, those with the most runs first. A component may come without one.
async fn versions_of(selection: &Selection<'_>) -> Result<Answer, QuestionError> {
    let sql = format!(
        "SELECT parent, name, {VERSION}, SUM(count) AS runs FROM selected WHERE kind = 'component'
        GROUP BY parent, name, {VERSION} ORDER BY runs DESC, {VERSION}"
    );
    selection.ask(&[VERSION], &sql).await
}
