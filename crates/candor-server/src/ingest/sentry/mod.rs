//! The routes of the Sentry API.

use super::protocol::{Fate, Protocol};
use super::{Head, receive};
use crate::access::credentials;
use crate::app::App;
use crate::error::ApiError;
use crate::origin::Origin;
use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use candor_wire::sentry::{self as wire, Decoded, Endpoint};
use candor_wire::{DecodeError, Dropped, Event, Limits, Timestamp};
use serde::Serialize;

/// The answer to everything that was taken: the id of the event, if there was one.
#[derive(Debug, Serialize)]
pub(crate) struct Taken {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// `POST /api/ID/envelope/` and `/store/`. The key says which project it is for; the number in the path is not needed.
pub(crate) async fn receive_envelope(
    endpoint: Endpoint,
    State(app): State<App>,
    origin: Origin,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Taken>, ApiError> {
    let head = Head { origin, key: credentials::sentry_key(&headers, query.as_deref()), headers: &headers };
    let id = receive(&app, endpoint, head, body).await?;
    Ok(Json(Taken { id }))
}

impl Protocol for Endpoint {
    type Decoded = Decoded;
    type Item = Event;
    type Draft = Option<String>;
    type Answer = Option<String>;

    const KEY_PLACES: &'static str =
        "give it as sentry_key in the header X-Sentry-Auth or in the query, or in the dsn of the envelope";

    fn decode(self, body: &[u8], received: Timestamp) -> Result<Decoded, DecodeError> {
        wire::decode(body, self, received, &Limits::default())
    }

    fn key(decoded: &Decoded) -> Option<&str> {
        decoded.public_key.as_deref()
    }

    fn items(decoded: &Decoded) -> usize {
        decoded.items.len()
    }

    fn draft(decoded: &Decoded) -> Option<String> {
        decoded.event_id.clone()
    }

    fn answer(event_id: Option<String>, _: &[Fate]) -> Option<String> {
        event_id
    }

    fn into_items(decoded: Decoded) -> Vec<Result<Event, Dropped>> {
        decoded.items
    }
}
