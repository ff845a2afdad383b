//! Bytes to records: log records, spans and data points become items, each accepted or dropped.
//!
//! ```text
//! body → protobuf or json → logs, traces, metrics (what is said) → resource, log, span, point (what becomes of it)
//! ```
//!
//! `message` is what both spellings are read by: a message says where each of its fields goes, so that every field is
//! named once and what is not named is skipped. Nothing is allocated for a field before it is counted.

mod attributes;
mod body;
mod json;
mod log;
mod message;
mod metric;
mod point;
mod protobuf;
mod resource;
mod semantic;
mod span;
mod trace;
mod value;

pub use point::Total;
pub use semantic::NEVER_KEPT;

use crate::{
    Event, Timestamp,
    decode::{DecodeError, Dropped, Limits},
    record::closed_names,
};
use point::Points;

closed_names! {
    /// The last word of `/v1/…`.
    Signal {
        /// Log records, of which the events are kept and the exceptions.
        Logs = "logs",
        /// Data points, of which those of counters are kept.
        Metrics = "metrics",
        /// Spans.
        Traces = "traces",
    }
}

/// How a body is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

impl Encoding {
    /// The encoding of a body: what its content type says, else what it looks like.
    #[must_use]
    pub fn of(content_type: Option<&str>, body: &[u8]) -> Self {
        let says = |word: &str| content_type.is_some_and(|said| said.to_ascii_lowercase().contains(word));
        match body.first() {
            _ if says("json") => Self::Json,
            _ if says("protobuf") => Self::Protobuf,
            // No request begins with the group that this byte would open.
            Some(b'{') => Self::Json,
            _ => Self::Protobuf,
        }
    }
}

/// What a body said: every log record, span or data point in its place, or why it was dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// In the order of the body.
    pub items: Vec<Result<Event, Dropped>>,
    /// Of the items at these places, whose count is 0, what their counters have come to.
    pub totals: Vec<(usize, Total)>,
}

/// Reads the body of a request of `signal` that arrived at `received`.
///
/// # Errors
/// When the body as a whole cannot be read. A bad item never makes an error of its request.
pub fn decode(
    body: &[u8],
    signal: Signal,
    encoding: Encoding,
    received: Timestamp,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let items = match signal {
        Signal::Logs => log::items(body::of(body, encoding, limits)?, received, limits),
        Signal::Metrics => {
            let Points { items, totals } = point::points(body::of(body, encoding, limits)?, received, limits);
            return Ok(Decoded { items, totals });
        }
        Signal::Traces => trace::items(body::of(body, encoding, limits)?, received, limits),
    };
    Ok(Decoded { items, totals: Vec::new() })
}
