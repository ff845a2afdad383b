//! The questions: one file each, and what they share.

mod answer;
mod components;
mod counts;
mod errors;
mod geography;
mod operations;
mod overview;
mod parts;
mod selection;
mod timed;
mod versions;

use datafusion::{error::DataFusionError, prelude::SessionContext};

use crate::{Column, Query, Report, ReportName};
use answer::Answer;
use selection::Selection;

/// The most rows of a report. Names come from outside, so that there is no other bound on them; more than this nobody
/// reads, and a page of it still opens on a phone.
const MAX_ROWS: usize = 1000;

/// What every report with percentiles says about them.
const DURATIONS_NOTE: &str =
    "Durations are at most 1 % off; percentiles are over all runs that said how long they took.";

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The engine failed: a file that cannot be read, no memory, or a table without the expected columns.
    #[error("the report {report} could not be computed")]
    Query {
        /// Which report.
        report: ReportName,
        /// What the engine says.
        source: Box<DataFusionError>,
    },
}

/// Answers the question `name` about what `query` selects, from the table `facts` of `session`.
///
/// # Errors
/// When the engine fails. A project without facts is not an error: its report has no rows and says so.
pub async fn run(session: &SessionContext, name: ReportName, query: &Query) -> Result<Report, ReportError> {
    let selection = Selection::new(session, query);
    let report = match name {
        ReportName::Overview => overview::run(&selection).await,
        ReportName::Operations => operations::run(&selection).await,
        ReportName::Parts => parts::run(&selection).await,
        ReportName::Components => components::run(&selection).await,
        ReportName::Versions => versions::run(&selection).await,
        ReportName::Geography => geography::run(&selection).await,
        ReportName::Counts => counts::run(&selection).await,
        ReportName::Errors => errors::run(&selection).await,
    };
    let mut report = report.map_err(|source| ReportError::Query { report: name, source: Box::new(source) })?;
    if report.rows.is_empty() {
        report.notes.insert(0, selection.nothing_found());
    }
    if report.rows.len() > MAX_ROWS {
        report.rows.truncate(MAX_ROWS);
        report.notes.push(format!("Only the first {MAX_ROWS} rows are listed."));
    }
    Ok(report)
}

/// The columns of the report `name`.
pub(crate) fn columns(name: ReportName) -> &'static [Column] {
    match name {
        ReportName::Overview => overview::COLUMNS,
        ReportName::Operations => operations::COLUMNS,
        ReportName::Parts => parts::COLUMNS,
        ReportName::Components => components::COLUMNS,
        ReportName::Versions => versions::COLUMNS,
        ReportName::Geography => geography::COLUMNS,
        ReportName::Counts => counts::COLUMNS,
        ReportName::Errors => errors::COLUMNS,
    }
}
