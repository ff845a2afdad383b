//! The routes of the Aptabase API.

use super::protocol::{Fate, Protocol};
use super::{Head, receive};
use crate::app::App;
use crate::error::ApiError;
use crate::origin::Origin;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use candor_wire::aptabase::{self as wire, Decoded, Endpoint};
use candor_wire::{DecodeError, Dropped, Event, Limits, Timestamp};
use serde::Serialize;

/// The answer to everything that was taken.
#[derive(Debug, Serialize)]
pub(crate) struct Taken {}

/// `POST /api/v0/event` and `/api/v0/events`, whose key is in the header `App-Key`.
pub(crate) async fn receive_items(
    endpoint: Endpoint,
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Taken>, ApiError> {
    let key = headers.get("app-key").and_then(|key| key.to_str().ok()).map(|key| key.trim().to_owned());
    receive(&app, endpoint, Head { origin, key, headers: &headers }, body).await?;
    Ok(Json(Taken {}))
}

impl Protocol for Endpoint {
    type Decoded = Decoded;
    type Item = Event;
    type Draft = ();
    type Answer = ();

    const KEY_PLACES: &'static str = "give it in the header App-Key";

    fn decode(self, body: &[u8], received: Timestamp) -> Result<Decoded, DecodeError> {
        wire::decode(body, received, &Limits::default())
    }

    fn key(_: &Decoded) -> Option<&str> {
        None
    }

    fn items(decoded: &Decoded) -> usize {
        decoded.items.len()
    }

    fn draft(_: &Decoded) {}

    fn answer(_: (), _: &[Fate]) {}

    fn into_items(decoded: Decoded) -> Vec<Result<Event, Dropped>> {
        decoded.items
    }
}
