//! Reports on the threads for queries.

use crate::app::App;
use crate::error::{ApiError, Code};
use candor_report::{Filter, Period, Query, Report, ReportName};
use candor_store::is_out_of_memory;
use candor_wire::Timestamp;
use jiff::civil::Date;

/// How far back a report looks unless it is told.
const DEFAULT_PERIOD: Period = Period::of_days(30);

/// What a request asks about a project: `since`, and filters by their names.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) since: Period,
    pub(crate) filters: Vec<Filter>,
}

impl Question {
    /// Reads the parameters of an address; what `skip` names is for the caller.
    ///
    /// # Errors
    /// `invalid_parameter` for an unknown name and a malformed value.
    pub(crate) fn parse(parameters: &[(String, String)], skip: &[&str]) -> Result<Self, ApiError> {
        let mut question = Self { since: DEFAULT_PERIOD, filters: Vec::new() };
        let invalid = |detail: String| ApiError::from(Code::InvalidParameter).detail(detail);
        for (name, value) in parameters.iter().filter(|(name, _)| !skip.contains(&name.as_str())) {
            match name.as_str() {
                "since" => question.since = value.parse().map_err(|error| invalid(format!("since: {error}")))?,
                _ => question.filters.push(Filter::parse(name, value).map_err(|error| invalid(error.to_string()))?),
            }
        }
        Ok(question)
    }

    /// The same about a project, up to and including `today`.
    fn about(self, project: &str, today: Date) -> Result<Query, ApiError> {
        let query = Query::last_days(project, today, self.since.days());
        let query = query.map_err(|error| ApiError::from(Code::InvalidParameter).detail(error.to_string()))?;
        Ok(query.with_filters(self.filters))
    }
}

/// Answers several questions about a project from one state of the tables.
///
/// # Errors
/// `overloaded`, `query_timeout`, and `storage_unavailable` when the tables cannot be read.
pub(crate) async fn run(
    app: &App,
    project: &str,
    names: &'static [ReportName],
    question: Question,
) -> Result<Vec<Report>, ApiError> {
    let query = question.about(project, today())?;
    let wait = app.limits().retry_after;
    let shared = app.clone();
    let work = async move {
        let session = shared.store().session().await;
        let session =
            session.map_err(|error| ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error))?;
        let mut reports = Vec::with_capacity(names.len());
        for name in names {
            let report = candor_report::run(&session, *name, &query).await;
            reports.push(report.map_err(|error| match is_out_of_memory(&error) {
                true => ApiError::from(Code::QueryTooLarge).because(error),
                false => ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error),
            })?);
        }
        Ok(reports)
    };
    app.shared().queries.run(work).await
}

/// The day of `time`, UTC.
pub(crate) fn date_of(time: Timestamp) -> Date {
    jiff::Timestamp::from_microsecond(time.micros())
        .map_or(Date::ZERO, |time| time.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn today() -> Date {
    date_of(crate::clock::now())
}
