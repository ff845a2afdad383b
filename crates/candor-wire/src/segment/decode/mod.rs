//! Bytes to records: the body of a request becomes items, each by itself accepted or dropped.
//!
//! `envelope` reads the body, `raw_item` what one item says, `context` where it was made; `finish` makes an [`Item`] of it.

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
    decode::{DecodeError, Dropped, Limits, read_body},
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
/// The body is the inflated JSON, or nearly JSON: half a surrogate pair and `NaN` are forgiven.
///
/// # Errors
/// When the body as a whole cannot be read. A bad item never makes an error of its batch.
pub fn decode(body: &[u8], endpoint: Endpoint, received: Timestamp, limits: &Limits) -> Result<Decoded, DecodeError> {
    read_body(body, |text| finish::finish(envelope::read(text, endpoint, limits)?, endpoint, received, limits))
}
