//! The routes of the Segment and RudderStack API.

mod rows;

use super::protocol::{Fate, Protocol};
use super::{Head, receive};
use crate::access::credentials;
use crate::app::App;
use crate::error::ApiError;
use crate::origin::Origin;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use candor_wire::segment::{self as wire, Decoded, Endpoint, Item};
use candor_wire::{DecodeError, Dropped, Limits, Timestamp};
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
    origin: Origin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Taken>, ApiError> {
    let head = Head { origin, key: credentials::write_key(&headers), headers: &headers };
    receive(&app, endpoint, head, body).await?;
    Ok(Json(Taken { success: true }))
}

impl Protocol for Endpoint {
    type Decoded = Decoded;
    type Item = Item;
    type Draft = ();
    type Answer = ();

    const KEY_PLACES: &'static str =
        "give it as the user name of Basic authorization, as a Bearer token, or as writeKey in the body";

    fn decode(self, body: &[u8], received: Timestamp) -> Result<Decoded, DecodeError> {
        wire::decode(body, self, received, &Limits::default())
    }

    fn key(decoded: &Decoded) -> Option<&str> {
        decoded.write_key.as_deref()
    }

    fn items(decoded: &Decoded) -> usize {
        decoded.items.len()
    }

    fn draft(_: &Decoded) {}

    fn answer(_: (), _: &[Fate]) {}

    fn into_items(decoded: Decoded) -> Vec<Result<Item, Dropped>> {
        decoded.items
    }
}
