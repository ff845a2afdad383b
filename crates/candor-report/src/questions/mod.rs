//! The questions: one file each, and what they share.

mod actives;
mod answer;
mod breakdown;
mod ci;
mod components;
mod condition;
mod counts;
mod crashes;
mod derived;
mod errors;
mod geography;
mod invocations;
mod live;
mod operations;
mod overview;
mod parts;
mod periods;
mod pipeline;
mod platforms;
mod presence;
mod retention;
mod seen;
mod selection;
mod tables;
mod timed;
mod uptime;
mod versions;

use datafusion::{error::DataFusionError, prelude::SessionContext};

use crate::{Cell, Column, Previous, Query, QueryError, Report, ReportName, Unit};
use answer::Answer;
use breakdown::Breakdown;
pub use pipeline::{Outcome, register_outcomes};
use selection::Selection;

/// The most rows of a report. Names come from outside, so that there is no other bound on them; more than this nobody
/// reads, and a page of it still opens on a phone.
const MAX_ROWS: usize = 1000;

/// How long the rows themselves are kept unless a project says otherwise.
const RAW_DAYS: u32 = 90;

/// How far off a duration may be, in percent, where days are summed up ([`candor_wire::DurationBucket::coarse`]).
const OFF_PERCENT: u32 = 4;

/// What every report with percentiles says about them.
fn durations_note(off_percent: u32) -> String {
    format!("Durations are at most {off_percent} % off; percentiles are over all runs that said how long they took.")
}

/// The column that a breakdown adds.
pub const BREAKDOWN_COLUMN: Column = Column::new(
    "value",
    "value",
    Unit::Text,
    "The value of the field that the report is broken down by; other is every value beyond the most frequent ones.",
);

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
    /// Only sums were to be asked, and none has what is needed.
    #[error("no sum of the rollup has what {report} needs here ({columns}); ask with source auto or raw")]
    NotInRollup {
        /// Which report.
        report: ReportName,
        /// The columns that it needs together.
        columns: String,
    },
    /// The report has no breakdown.
    #[error("the report {report} cannot be broken down; {names} can", names = breakable())]
    NoBreakdown {
        /// Which report.
        report: ReportName,
    },
    /// The report has no period before.
    #[error("the report {report} cannot be compared with the period before")]
    NoComparison {
        /// Which report.
        report: ReportName,
    },
    /// The period before lies outside the calendar.
    #[error("there is no period before")]
    Range(#[from] QueryError),
}

impl ReportError {
    /// Whether the question is at fault, and not the engine.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Query { .. })
    }
}

/// Why a report has no answer, before it is known which.
#[derive(Debug)]
enum QuestionError {
    Engine(DataFusionError),
    NotInRollup(String),
}

impl From<DataFusionError> for QuestionError {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error)
    }
}

impl QuestionError {
    fn of(self, report: ReportName) -> ReportError {
        match self {
            Self::Engine(source) => ReportError::Query { report, source: Box::new(source) },
            Self::NotInRollup(columns) => ReportError::NotInRollup { report, columns },
        }
    }
}

fn breakable() -> String {
    let names = ReportName::ALL.into_iter().filter(|name| name.has_breakdown()).map(ReportName::as_str);
    names.collect::<Vec<_>>().join(", ")
}

/// Answers the question `name` about what `query` selects, from the tables of `session`: `facts`, and where they are
/// registered `daily`, `installation_days`, `actives` and `crashes`, which answer the same faster. The report `pipeline`
/// is about what [`register_outcomes`] registered.
///
/// # Errors
/// When the engine fails, and when the question cannot be asked like that ([`ReportError::is_refusal`]). A project
/// without facts is not an error: its report has no rows and says so.
pub async fn run(session: &SessionContext, name: ReportName, query: &Query) -> Result<Report, ReportError> {
    if query.by.is_some() && !name.has_breakdown() {
        return Err(ReportError::NoBreakdown { report: name });
    }
    if query.compare && !name.has_comparison() {
        return Err(ReportError::NoComparison { report: name });
    }
    let before = if query.compare { Some(query.before()?) } else { None };
    let answered = async {
        let (mut report, breakdown) = answer(session, name, query, None).await?;
        if let Some(before) = before {
            // Broken down by the same values, so that each has its counterpart.
            let (previous, _) = answer(session, name, &before, breakdown).await?;
            report.previous = Some(Previous::of(previous));
        }
        Ok(report)
    };
    answered.await.map_err(|error: QuestionError| error.of(name))
}

/// The answer about one period, and what it was broken down by: `breakdown`, or the most frequent values.
async fn answer(
    session: &SessionContext,
    name: ReportName,
    query: &Query,
    breakdown: Option<Breakdown>,
) -> Result<(Report, Option<Breakdown>), QuestionError> {
    let mut selection = Selection::new(session, query).await?;
    if let (Some(field), Some(kinds)) = (&query.by, shape(name).breakdown) {
        let known = match breakdown {
            Some(known) => Some(known),
            None => match Breakdown::by(field, &selection.tables) {
                Some(unranked) => {
                    let ranking = Selection::new(session, query).await?.broken_down(unranked.clone());
                    Some(unranked.ranked(&ranking, kinds, query.top).await?)
                }
                None => None,
            },
        };
        let Some(known) = known else {
            let mut report = selection.report(name);
            report.notes.push(format!("Nothing that was reported has the attribute {field}."));
            return Ok((report, None));
        };
        selection = selection.broken_down(known);
    }
    let mut report = match selection.breakdown() {
        Some(breakdown) if shape(name).is_asked_each => {
            let whole = question(name, &Selection::new(session, query).await?).await?;
            let mut report = of_each_value(session, name, query, breakdown).await?;
            selection.group_as(&mut report, &whole.rows);
            report
        }
        _ => question(name, &selection).await?,
    };
    if report.rows.is_empty() {
        report.notes.insert(0, selection.nothing_found());
    }
    if report.rows.len() > MAX_ROWS {
        report.rows.truncate(MAX_ROWS);
        report.notes.push(format!("Only the first {MAX_ROWS} rows are listed."));
    }
    let reach = if query.compare { query.days() * 2 } else { query.days() };
    if selection.was_raw() && reach > RAW_DAYS && name != ReportName::Live {
        report.notes.push(format!(
            "Answered from single rows, which are kept for {RAW_DAYS} days unless the collector is told otherwise: days before that are missing."
        ));
    }
    Ok((report, selection.breakdown().cloned()))
}

/// The question itself.
async fn question(name: ReportName, selection: &Selection<'_>) -> Result<Report, QuestionError> {
    match name {
        ReportName::Overview => overview::run(selection).await,
        ReportName::Actives => actives::run(selection).await,
        ReportName::Invocations => invocations::run(selection).await,
        ReportName::Retention => retention::run(selection).await,
        ReportName::Versions => versions::run(selection).await,
        ReportName::Operations => operations::run(selection).await,
        ReportName::Parts => parts::run(selection).await,
        ReportName::Components => components::run(selection).await,
        ReportName::Counts => counts::run(selection).await,
        ReportName::Uptime => uptime::run(selection).await,
        ReportName::Platforms => platforms::run(selection).await,
        ReportName::Ci => ci::run(selection).await,
        ReportName::Geography => geography::run(selection).await,
        ReportName::Errors => errors::run(selection).await,
        ReportName::Crashes => crashes::run(selection).await,
        ReportName::Live => live::run(selection).await,
        ReportName::Pipeline => pipeline::run(selection).await,
    }
}

/// The report of each value by itself, as if it was filtered by: different installations cannot be added up.
async fn of_each_value(
    session: &SessionContext,
    name: ReportName,
    query: &Query,
    breakdown: &Breakdown,
) -> Result<Report, QuestionError> {
    let mut report = Report::empty(name, query);
    for (value, condition) in breakdown.each() {
        let selection = Selection::new(session, query).await?.narrowed(breakdown, &condition);
        let of_value = question(name, &selection).await?;
        report.rows.extend(of_value.rows.into_iter().map(|mut row| {
            row.insert(name.keys(), Cell::text(value));
            row
        }));
        for note in of_value.notes {
            if !report.notes.contains(&note) {
                report.notes.push(note);
            }
        }
    }
    Ok(report)
}

/// What a report is like, whatever its answer.
pub(crate) struct Shape {
    pub(crate) columns: &'static [Column],
    /// How many columns say what a row is about.
    pub(crate) keys: usize,
    /// The facts of which the most frequent values are looked for; none where it has no breakdown.
    pub(crate) breakdown: Option<&'static str>,
    /// Whether it is asked anew for each value that it is broken down by.
    is_asked_each: bool,
}

/// What says that an installation is there.
const WHO_IS_THERE: &str = "kind IN ('active', 'operation')";

/// The shape of the report `name`.
pub(crate) fn shape(name: ReportName) -> Shape {
    let plain = |columns, keys| Shape { columns, keys, breakdown: None, is_asked_each: false };
    let broken = |columns, keys, kinds| Shape { breakdown: Some(kinds), ..plain(columns, keys) };
    let each = |columns, keys| Shape { is_asked_each: true, ..broken(columns, keys, WHO_IS_THERE) };
    match name {
        ReportName::Overview => broken(overview::COLUMNS, 1, "kind = 'operation'"),
        ReportName::Actives => each(actives::COLUMNS, 2),
        ReportName::Invocations => each(invocations::COLUMNS, 2),
        ReportName::Retention => each(retention::COLUMNS, 2),
        ReportName::Versions => plain(versions::COLUMNS, 1),
        ReportName::Operations => broken(operations::COLUMNS, 1, "kind = 'operation'"),
        ReportName::Parts => broken(parts::COLUMNS, 2, "kind = 'part'"),
        ReportName::Components => plain(components::COLUMNS, 3),
        ReportName::Counts => broken(counts::COLUMNS, 5, "kind IN ('count', 'lifecycle')"),
        ReportName::Uptime => broken(uptime::COLUMNS, 2, "kind = 'lifecycle'"),
        ReportName::Platforms => plain(platforms::COLUMNS, 4),
        ReportName::Ci => plain(ci::COLUMNS, 4),
        ReportName::Geography => plain(geography::COLUMNS, 1),
        ReportName::Errors => plain(errors::COLUMNS, 3),
        ReportName::Crashes => plain(crashes::COLUMNS, 2),
        ReportName::Live => plain(live::COLUMNS, 0),
        ReportName::Pipeline => plain(pipeline::COLUMNS, 2),
    }
}
