//! The routes of OpenTelemetry's protocol.

mod answer;

use super::protocol::{Beside, Fate, Item, Protocol};
use super::scrubber::Scrubber;
use super::{Head, receive};
use crate::access::credentials;
use crate::app::App;
use crate::error::ApiError;
use crate::origin::Origin;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use answer::Answer;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use candor_store::AppendItem;
use candor_wire::otlp::{self as wire, Encoding, Signal, Total};
use candor_wire::{DecodeError, Dropped, Event, Limits, Timestamp};

/// `POST /v1/logs`, `/v1/metrics` and `/v1/traces`, in protobuf or JSON, and answered in the same.
pub(crate) async fn receive_export(
    signal: Signal,
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let head = Head { origin, key: credentials::exporter_key(&headers), headers: &headers };
    let answer = receive(&app, Export { signal, content_type }, head, body).await?;
    Ok(answer.into_response())
}

/// A request, as its head describes it.
struct Export {
    signal: Signal,
    content_type: Option<String>,
}

/// What a request says, and how it says it.
struct Decoded {
    signal: Signal,
    encoding: Encoding,
    items: Vec<Result<Said, Dropped>>,
}

/// An item, and the total of a counter that says one.
struct Said {
    event: Event,
    total: Option<Total>,
}

impl Item for Said {
    fn beside(&mut self) -> Option<Beside> {
        self.total.take().map(Beside::Total)
    }

    fn append(
        self,
        project: &Ingesting,
        scrubber: &mut Scrubber,
        tally: &mut Tally,
    ) -> Result<AppendItem, &'static str> {
        self.event.append(project, scrubber, tally)
    }
}

impl Protocol for Export {
    type Decoded = Decoded;
    type Item = Said;
    type Draft = (Signal, Encoding);
    type Answer = Answer;

    const KEY_PLACES: &'static str =
        "give it as a Bearer token, as the user name of Basic authorization, or in the header x-api-key or api-key";

    fn decode(self, body: &[u8], received: Timestamp) -> Result<Decoded, DecodeError> {
        let encoding = Encoding::of(self.content_type.as_deref(), body);
        let decoded = wire::decode(body, self.signal, encoding, received, &Limits::default())?;
        let mut items: Vec<_> =
            decoded.items.into_iter().map(|item| item.map(|event| Said { event, total: None })).collect();
        for (place, total) in decoded.totals {
            if let Some(Ok(said)) = items.get_mut(place) {
                said.total = Some(total);
            }
        }
        Ok(Decoded { signal: self.signal, encoding, items })
    }

    /// The protocol has no place for a key in its body.
    fn key(_: &Decoded) -> Option<&str> {
        None
    }

    fn items(decoded: &Decoded) -> usize {
        decoded.items.len()
    }

    fn draft(decoded: &Decoded) -> Self::Draft {
        (decoded.signal, decoded.encoding)
    }

    fn answer((signal, encoding): Self::Draft, fates: &[Fate]) -> Answer {
        Answer::new(signal, encoding, fates)
    }

    fn into_items(decoded: Decoded) -> Vec<Result<Said, Dropped>> {
        decoded.items
    }
}
