//! `GET /metrics`.

use crate::app::App;
use crate::error::{ApiError, Code};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Numbers about the collector itself, for Prometheus.
pub(crate) async fn get_metrics(State(app): State<App>) -> Result<Response, ApiError> {
    let text =
        app.shared().metrics.exposed(&app.seen()).map_err(|error| ApiError::from(Code::Internal).because(error))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
