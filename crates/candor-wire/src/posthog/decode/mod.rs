//! Bytes to records: the body of a request becomes events, each by itself accepted or dropped.
//!
//! `form` unwraps what old clients wrap, `body` finds the events, `raw_event` reads what one says, `properties` most of
//! that; `exception` makes a report of an exception and `finish` an [`Event`] of anything.

mod body;
mod exception;
mod finish;
mod form;
mod properties;
mod raw_event;

use super::Head;
use crate::{
    Event, Timestamp,
    decode::{DecodeError, Dropped, Limits, read_body},
};

/// What a body said.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The key in the body: of the batch, or of its first event that has one.
    pub api_key: Option<String>,
    /// Every event in its place: what it says, or why it was dropped.
    pub items: Vec<Result<Event, Dropped>>,
    /// In V1 the `uuid` of each event as the client spelled it, where it has one: the answer names it.
    pub uuids: Vec<Option<String>>,
}

/// Reads the body of a request that arrived at `received`, which corrects the client's clock.
///
/// The body is the inflated JSON, or a form or base64 around it.
///
/// # Errors
/// When the body as a whole cannot be read. A bad event never makes an error of its batch.
pub fn decode(body: &[u8], head: &Head, received: Timestamp, limits: &Limits) -> Result<Decoded, DecodeError> {
    read_body(&form::unwrap(body), |text| {
        Ok(finish::finish(body::read(text, head.endpoint, limits)?, head, received, limits))
    })
}
