//! Reports on the threads for queries.

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::project::unavailable;
use candor_report::{Field, Filter, Outcome, Period, Query, Report, ReportError, ReportName, Source};
use candor_store::{Catalog, CatalogError, OutcomeCount, is_out_of_memory};
use candor_wire::Timestamp;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;

/// How far back a report looks unless it is told.
const DEFAULT_PERIOD: Period = Period::of_days(30);

/// Reports that are worked on at once: while one is planned, another one's files are read.
const AT_ONCE: usize = 2;

/// What a request looks at: `since`, and filters by their names.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) since: Period,
    pub(crate) filters: Vec<Filter>,
}

/// What a request asks about a project.
#[derive(Debug)]
pub(crate) struct Question {
    view: View,
    source: Source,
    by: Option<Field>,
    top: Option<u32>,
    compare: bool,
}

/// The parameters of a [`Question`] beside those of its [`View`].
const OF_QUESTIONS: [&str; 4] = ["source", "by", "top", "compare"];

fn invalid(detail: impl std::fmt::Display) -> ApiError {
    ApiError::from(Code::InvalidParameter).detail(detail.to_string())
}

impl View {
    /// Reads the parameters of an address; what `skip` names is for the caller.
    ///
    /// # Errors
    /// `invalid_parameter` for an unknown name and a malformed value.
    pub(crate) fn parse(parameters: &[(String, String)], skip: &[&str]) -> Result<Self, ApiError> {
        let mut view = Self { since: DEFAULT_PERIOD, filters: Vec::new() };
        for (name, value) in parameters.iter().filter(|(name, _)| !skip.contains(&name.as_str())) {
            match name.as_str() {
                "since" => view.since = value.parse().map_err(|error| invalid(format!("since: {error}")))?,
                _ => view.filters.push(Filter::parse(name, value).map_err(invalid)?),
            }
        }
        Ok(view)
    }
}

impl From<View> for Question {
    fn from(view: View) -> Self {
        Self { view, source: Source::Auto, by: None, top: None, compare: false }
    }
}

impl Question {
    /// Reads the parameters of an address; what `skip` names is for the caller.
    ///
    /// # Errors
    /// `invalid_parameter` for an unknown name and a malformed value.
    pub(crate) fn parse(parameters: &[(String, String)], skip: &[&str]) -> Result<Self, ApiError> {
        let mut question = Self::from(View::parse(parameters, &[skip, &OF_QUESTIONS].concat())?);
        for (name, value) in parameters.iter().filter(|(name, _)| OF_QUESTIONS.contains(&name.as_str())) {
            match name.as_str() {
                "source" => question.source = value.parse().map_err(invalid)?,
                "by" => question.by = Some(value.parse().map_err(invalid)?),
                "top" => question.top = Some(value.parse().map_err(|error| invalid(format!("top: {error}")))?),
                _ => question.compare = value.parse().map_err(|_| invalid("compare: true or false"))?,
            }
        }
        Ok(question)
    }

    /// The same about a project, up to and including `today`.
    fn about(self, project: &str, today: Date) -> Result<Query, ApiError> {
        let query = Query::last_days(project, today, self.view.since.days()).map_err(invalid)?;
        let mut query = query.with_filters(self.view.filters).with_source(self.source);
        if let Some(field) = self.by {
            query = query.by(field);
        }
        if let Some(top) = self.top {
            query = query.with_top(top).map_err(invalid)?;
        }
        Ok(if self.compare { query.compared() } else { query })
    }
}

/// Answers several questions about a project from one state of the tables.
///
/// # Errors
/// `overloaded`, `query_timeout`, `query_too_large`, `invalid_parameter` for what a report cannot be asked, and
/// `storage_unavailable` when the tables cannot be read.
pub(crate) async fn run(
    app: &App,
    project: &str,
    names: &'static [ReportName],
    question: Question,
) -> Result<Vec<Report>, ApiError> {
    let query = question.about(project, today())?;
    let outcomes = match names.contains(&ReportName::Pipeline) {
        true => outcomes(app, &query).await?,
        false => Vec::new(),
    };
    let wait = app.limits().retry_after;
    let shared = app.clone();
    let work = async move {
        let unavailable = |error| ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error);
        let session = shared.store().session().await;
        let session =
            session.map_err(|error| ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error))?;
        candor_report::register_outcomes(&session, &query.project, &outcomes)
            .map_err(|error| ApiError::from(Code::Internal).because(error))?;
        let report = async |name: &ReportName| {
            let report = candor_report::run(&session, *name, &query).await;
            report.map_err(|error| match error {
                ReportError::Query { ref source, .. } if is_out_of_memory(&**source) => {
                    ApiError::from(Code::QueryTooLarge).because(error)
                }
                error if error.is_refusal() => invalid(error),
                error => unavailable(error),
            })
        };
        stream::iter(names).map(report).buffered(AT_ONCE).try_collect().await
    };
    app.shared().queries.run(work).await
}

/// The same of a running collector, which has the last second's in memory.
async fn outcomes(app: &App, query: &Query) -> Result<Vec<Outcome>, ApiError> {
    app.flush_outcomes().await;
    let counted = outcomes_of(app.catalog(), query).await;
    counted.map_err(|error| unavailable(error, app.limits().retry_after))
}

/// How a project's items ended, in the days of a question and as many before; nothing where there is no such project.
///
/// # Errors
/// When the catalog cannot be read.
pub async fn outcomes_of(catalog: &Catalog, query: &Query) -> Result<Vec<Outcome>, CatalogError> {
    let Some(project) = catalog.project_by_name(&query.project).await? else { return Ok(Vec::new()) };
    let day = |date: Date| (date - jiff::civil::date(1970, 1, 1)).get_days();
    let from = day(query.from).saturating_sub(i32::try_from(query.days()).unwrap_or(i32::MAX));
    let counts = catalog.outcomes(project.id, from, day(query.to)).await?;
    let outcome = |ended: OutcomeCount| Outcome {
        day: ended.day,
        outcome: ended.outcome.as_str().to_owned(),
        reason: ended.reason,
        count: i64::try_from(ended.count).unwrap_or(i64::MAX),
    };
    Ok(counts.into_iter().map(outcome).collect())
}

/// The day of `time`, UTC.
pub(crate) fn date_of(time: Timestamp) -> Date {
    jiff::Timestamp::from_microsecond(time.micros())
        .map_or(Date::ZERO, |time| time.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn today() -> Date {
    date_of(crate::clock::now())
}
