//! Bytes to crash reports and records: an envelope, or an event by itself, becomes items, each accepted or dropped.
//!
//! `framing` finds the items of an envelope, `event` reads what an event says of itself, `contexts` where it was made;
//! `finish` makes an [`Event`] of it. What has no place in a [`CrashReport`](super::CrashReport) is skipped while it is
//! read.

mod contexts;
mod event;
mod finish;
mod framing;
mod native;

pub use native::native_crash;

use crate::{
    Event, Timestamp,
    decode::{DecodeError, Dropped, Limits, content_id::simple_id, read_object, repair},
    record::closed_names,
    sentry::minidump::Attached,
};
use event::RawEvent;
use finish::Finish;
use framing::Envelope;

closed_names! {
    /// The last word of `/api/ID/…`.
    Endpoint {
        /// An envelope of items.
        Envelope = "envelope",
        /// One event as JSON, from old clients.
        Store = "store",
    }
}

/// What a body said.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The public key of the DSN in the envelope's header.
    pub public_key: Option<String>,
    /// The id that the answer names: the envelope's, as the client spelled it, or the event's.
    pub event_id: Option<String>,
    /// Every item in its place: what it says, or why it was dropped.
    pub items: Vec<Result<Event, Dropped>>,
    /// The first minidump that is attached. It is none of the items.
    pub minidump: Option<Attached>,
}

/// Reads the body of a request to `endpoint` that arrived at `received`, which corrects the client's clock.
///
/// # Errors
/// When the body as a whole cannot be read. A bad item never makes an error of its envelope, unless it says wrongly
/// where it ends.
pub fn decode(body: &[u8], endpoint: Endpoint, received: Timestamp, limits: &Limits) -> Result<Decoded, DecodeError> {
    let envelope = match endpoint {
        Endpoint::Envelope => framing::read(body, limits)?,
        Endpoint::Store => {
            // Here the event is the body, so what is wrong with it is wrong with the request.
            let text = std::str::from_utf8(body).map_err(|_| DecodeError::InvalidUtf8)?;
            if !read_event(text, limits).map_err(|error| DecodeError::from(&error))?.1 {
                return Err(DecodeError::NotABatch);
            }
            Envelope::of_event(body)
        }
    };
    let (envelope_id, sent_at) = (envelope.header.event_id.as_deref(), envelope.header.sent_at);
    let mut finish = Finish::new(envelope_id, sent_at, received);
    let mut event_id = envelope.header.event_id.clone().filter(|id| simple_id(id).is_some());
    let mut items = Vec::with_capacity(envelope.items.len());
    let mut minidump = None;
    for raw in &envelope.items {
        let item = match raw.item_type.as_deref() {
            Some("event") => event(raw.payload, &mut finish, limits),
            Some("attachment") if raw.is_minidump && minidump.is_none() => {
                minidump = Some(raw.payload);
                continue;
            }
            Some(_) => Err(Dropped::NotKept),
            None => Err(Dropped::MissingType),
        };
        if event_id.is_none() {
            event_id = item.as_ref().ok().map(|item| item.message_id.clone());
        }
        items.push(item);
    }
    let minidump = minidump.map(|bytes| {
        let own_id = event_id.as_deref().and_then(simple_id);
        let is_it = |event: &Event| Some(&event.message_id) == own_id.as_ref();
        let has_event = items.iter().flatten().any(is_it);
        Attached { event_id: own_id, has_event, bytes: bytes.to_vec() }
    });
    Ok(Decoded { public_key: envelope.header.public_key(), event_id, items, minidump })
}

fn event(payload: &[u8], finish: &mut Finish<'_>, limits: &Limits) -> Result<Event, Dropped> {
    if payload.len() > limits.max_event_bytes {
        return Err(Dropped::EventTooLarge);
    }
    let text = std::str::from_utf8(payload).map_err(|_| Dropped::NotJson)?;
    match read_event(text, limits).map_err(|_| Dropped::NotJson)? {
        (event, true) => finish.event(event, payload),
        (_, false) => Err(Dropped::NotAnObject),
    }
}

/// Reads an event, and says whether it is an object. Old clients write `NaN` and halves of surrogate pairs.
fn read_event<'l>(text: &str, limits: &'l Limits) -> Result<(RawEvent<'l>, bool), serde_json::Error> {
    let read = |text: &str| {
        let mut event = RawEvent::new(limits);
        let is_object = read_object(text, &mut event)?;
        Ok((event, is_object))
    };
    read(text).or_else(|error: serde_json::Error| match repair(text) {
        Some(repaired) => read(&repaired),
        None => Err(error),
    })
}
