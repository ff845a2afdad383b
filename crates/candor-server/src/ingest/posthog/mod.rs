//! The routes of the PostHog API.

mod answer;
mod flags;

pub(crate) use flags::receive_flags_question;

use super::protocol::{Fate, Protocol};
use super::{Head, receive};
use crate::access::credentials;
use crate::app::App;
use crate::error::ApiError;
use crate::origin::Origin;
use answer::{Results, Taken};
use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use candor_wire::posthog::{self as wire, Decoded, Endpoint};
use candor_wire::{DecodeError, Dropped, Event, Limits, Timestamp};

/// `POST /batch/`, `/capture/`, …, whose key is in the body, and `/i/v1/analytics/events`, whose key is in the head.
pub(crate) async fn receive_captures(
    endpoint: Endpoint,
    State(app): State<App>,
    origin: Origin,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let key = (endpoint == Endpoint::V1).then(|| credentials::write_key(&headers)).flatten();
    let said = head(endpoint, query.as_deref(), &headers);
    let results = receive(&app, said, Head { origin, key, headers: &headers }, body).await?;
    Ok(match endpoint {
        Endpoint::V1 => Json(results).into_response(),
        _ => Json(Taken::default()).into_response(),
    })
}

/// What the head says of the events.
fn head(endpoint: Endpoint, query: Option<&str>, headers: &HeaderMap) -> wire::Head {
    let head = wire::Head::new(endpoint);
    if endpoint != Endpoint::V1 {
        return head.query(query.unwrap_or_default());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    head.request_timestamp(text("posthog-request-timestamp")).sdk_info(text("posthog-sdk-info"))
}

impl Protocol for wire::Head {
    type Decoded = Decoded;
    type Item = Event;
    type Draft = Vec<Option<String>>;
    type Answer = Results;

    const KEY_PLACES: &'static str = "give it as api_key or token in the body, or as a Bearer token to V1";

    fn decode(self, body: &[u8], received: Timestamp) -> Result<Decoded, DecodeError> {
        wire::decode(body, &self, received, &Limits::default())
    }

    fn key(decoded: &Decoded) -> Option<&str> {
        decoded.api_key.as_deref()
    }

    fn items(decoded: &Decoded) -> usize {
        decoded.items.len()
    }

    fn draft(decoded: &Decoded) -> Self::Draft {
        decoded.uuids.clone()
    }

    fn answer(uuids: Self::Draft, fates: &[Fate]) -> Results {
        Results::new(uuids, fates)
    }

    fn into_items(decoded: Decoded) -> Vec<Result<Event, Dropped>> {
        decoded.items
    }
}
