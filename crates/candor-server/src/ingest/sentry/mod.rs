//! The routes of the Sentry API.

use super::minidump::Native;
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
use candor_wire::{DecodeError, Dropped, Limits, Timestamp};
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

/// What a body says.
pub(super) struct Said {
    public_key: Option<String>,
    event_id: Option<String>,
    items: Vec<Result<Native, Dropped>>,
}

impl Protocol for Endpoint {
    type Decoded = Said;
    type Item = Native;
    type Draft = Option<String>;
    type Answer = Option<String>;

    const KEY_PLACES: &'static str =
        "give it as sentry_key in the header X-Sentry-Auth or in the query, or in the dsn of the envelope";

    fn decode(self, body: &[u8], received: Timestamp) -> Result<Said, DecodeError> {
        let limits = Limits::default();
        let Decoded { public_key, event_id, items, minidump } = wire::decode(body, self, received, &limits)?;
        let mut items: Vec<_> = items.into_iter().map(|item| item.map(Native::from)).collect();
        let mut said = event_id.clone();
        if let Some(attached) = minidump {
            let of_attached = Native::attached(attached, &mut items, received, &limits);
            said = said.or_else(|| of_attached.as_ref()?.as_ref().ok().map(|native| native.event.message_id.clone()));
            items.extend(of_attached);
        }
        Ok(Said { public_key, event_id: said, items })
    }

    fn key(said: &Said) -> Option<&str> {
        said.public_key.as_deref()
    }

    fn items(said: &Said) -> usize {
        said.items.len()
    }

    fn draft(said: &Said) -> Option<String> {
        said.event_id.clone()
    }

    fn answer(event_id: Option<String>, _: &[Fate]) -> Option<String> {
        event_id
    }

    fn into_items(said: Said) -> Vec<Result<Native, Dropped>> {
        said.items
    }
}
