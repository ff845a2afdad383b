//! The routes of the Segment and RudderStack API.

use super::receive;
use crate::app::App;
use crate::error::ApiError;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use candor_wire::segment::Endpoint;
use serde::Serialize;

/// The answer to everything that was taken: exactly this, with status 200. Some clients send again after 202 or 204.
#[derive(Debug, Serialize)]
pub(crate) struct Taken {
    success: bool,
}

/// `POST /v1/batch`, `/v1/track`, …: the last word of the path says what the body is, and for one event its type too.
pub(crate) async fn receive_events(
    endpoint: Endpoint,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Taken>, ApiError> {
    receive(&app, endpoint, &headers, body).await?;
    Ok(Json(Taken { success: true }))
}
