//! Bytes to records: the body of a request becomes items, each by itself accepted or dropped.
//!
//! `envelope` reads the body, `raw_item` what one item says, `attributes` its properties, `context` where it was made;
//! `finish` makes an [`Item`] of it.

mod attributes;
mod content_id;
mod context;
mod endpoint;
mod envelope;
mod finish;
mod own;
mod raw_item;

pub use endpoint::Endpoint;

use super::Item;
use crate::{
    Timestamp,
    decode::{DecodeError, Dropped, Limits, repair::repair},
};

/// What a body said.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The key in the body (`writeKey`, of the batch or of its first item that has one).
    pub write_key: Option<String>,
    /// Every item in its place in the batch: what it says, or why it was dropped.
    pub items: Vec<Result<Item, Dropped>>,
}

/// Reads the body of a request to `endpoint` that arrived at `received`, which corrects the client's clock.
///
/// The body is the inflated JSON. What encoders write that is not quite JSON (half a surrogate pair, `NaN`) is read as
/// `\ufffd` and `null`, as the rest of such a batch is good.
///
/// # Errors
/// When the body as a whole cannot be read. A bad item never makes an error of its batch.
pub fn decode(body: &[u8], endpoint: Endpoint, received: Timestamp, limits: &Limits) -> Result<Decoded, DecodeError> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::InvalidUtf8)?;
    match read(text, endpoint, received, limits) {
        Err(error @ DecodeError::NotJson { .. }) => match repair(text) {
            Some(repaired) => read(&repaired, endpoint, received, limits),
            None => Err(error),
        },
        read => read,
    }
}

fn read(text: &str, endpoint: Endpoint, received: Timestamp, limits: &Limits) -> Result<Decoded, DecodeError> {
    let envelope = envelope::read(text, endpoint, limits)?;
    finish::finish(envelope, endpoint, received, limits)
}
