//! Reports over HTTP.

use crate::access::viewer::TokenBearer;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::query::reports::{self, Question};
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use candor_report::ReportName;

/// The forms of an answer.
pub(super) const FORMATS: [&str; 3] = ["json", "csv", "parquet"];

/// The media type of Parquet (registered with IANA).
pub(super) const PARQUET: &str = "application/vnd.apache.parquet";

/// `GET /api/v1/projects/{project}/reports/{name}?since=30d&version=…&by=…&compare=true&format=json|csv|parquet`
pub(crate) async fn get_report(
    State(app): State<App>,
    viewer: TokenBearer,
    Path((project, name)): Path<(String, String)>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    viewer.require(&project)?;
    let name = ReportName::ALL.iter().find(|known| known.as_str() == name).ok_or_else(|| {
        let names = ReportName::ALL.map(ReportName::as_str).join(", ");
        ApiError::from(Code::NotFound).detail(format!("the reports are {names}"))
    })?;
    let format = parameters.iter().rev().find(|(name, _)| name == "format").map_or("json", |(_, value)| value.as_str());
    let question = Question::parse(&parameters, &["format"])?;
    if !FORMATS.contains(&format) {
        return Err(ApiError::from(Code::InvalidParameter).detail(format!("format: {}", FORMATS.join(", "))));
    }
    let answer = reports::run(&app, &project, std::slice::from_ref(name), question).await?;
    let report = answer.first().ok_or(Code::Internal)?;
    Ok(match format {
        "csv" => ([(CONTENT_TYPE, "text/csv; charset=utf-8")], report.to_csv()).into_response(),
        "parquet" => {
            let file = report.to_parquet().map_err(|error| ApiError::from(Code::Internal).because(error))?;
            ([(CONTENT_TYPE, PARQUET)], file).into_response()
        }
        _ => ([(CONTENT_TYPE, "application/json")], report.to_json()).into_response(),
    })
}
