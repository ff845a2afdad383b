//! The envelope around an event: a line about the whole, and a line about each item before its bytes.

use super::Dsn;
use crate::{Timestamp, json};

/// What an envelope says of itself.
#[derive(Debug, Clone, Copy)]
pub struct EnvelopeHeader<'a> {
    /// The event inside, 32 hexadecimal digits.
    pub event_id: &'a str,
    /// The sender's clock, by which the collector corrects the event's time.
    pub sent_at: Timestamp,
    /// Whom it is for, where the request does not say it elsewhere.
    pub dsn: Option<&'a Dsn>,
}

/// The body of `POST /api/ID/envelope/` with one event that [`encode_event`](super::encode_event) wrote.
#[must_use]
pub fn encode_envelope(header: &EnvelopeHeader<'_>, event: &str) -> Vec<u8> {
    let mut out = String::with_capacity(256 + event.len());
    let mut object = json::Object::begin(&mut out);
    object.text("event_id", header.event_id);
    object.plain("sent_at", format_args!("\"{}\"", header.sent_at));
    if let Some(dsn) = header.dsn {
        object.plain("dsn", format_args!("\"{dsn}\""));
    }
    object.end();
    out.push('\n');
    let mut object = json::Object::begin(&mut out);
    object.text("type", "event");
    object.text("content_type", "application/json");
    object.plain("length", event.len());
    object.end();
    out.push('\n');
    out.push_str(event);
    out.push('\n');
    out.into_bytes()
}
