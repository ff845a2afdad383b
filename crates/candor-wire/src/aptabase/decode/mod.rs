//! Bytes to records: the body of a request becomes events, each by itself accepted or dropped.
//!
//! `raw_item` reads what one item says, `finish` makes an [`Event`] of it.

mod finish;
mod raw_item;

use crate::{
    Event, Timestamp,
    decode::{
        DecodeError, Dropped, Limits,
        items::{Blank, Items, ObjectOr},
        read_body, read_seed,
    },
    record::closed_names,
};
use raw_item::RawItem;

closed_names! {
    /// The last word of `/api/v0/…`.
    Endpoint {
        /// One item, of older clients.
        One = "event",
        /// An array of items.
        Many = "events",
    }
}

/// What a body said. The key is in the head.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Every item in its place: what it says, or why it was dropped.
    pub items: Vec<Result<Event, Dropped>>,
}

/// Reads the inflated body of a request that arrived at `received`: an item or an array of them, whatever the route.
///
/// # Errors
/// When the body as a whole cannot be read. A bad item never makes an error of its list.
pub fn decode(body: &[u8], received: Timestamp, limits: &Limits) -> Result<Decoded, DecodeError> {
    read_body(body, |text| Ok(finish::finish(read(text, limits)?, received, limits)))
}

fn read<'l>(text: &str, limits: &'l Limits) -> Result<Items<'l, RawItem<'l>>, DecodeError> {
    let mut alone = RawItem::blank(limits);
    let mut list = Items::new(text.len(), limits);
    match read_seed(text, ObjectOr(&mut alone, &mut list)) {
        Err(error) => Err(list.error(&error)),
        Ok(true) => Ok(Items::alone(alone, text.len(), limits)),
        Ok(false) if list.found => Ok(list),
        Ok(false) => Err(DecodeError::NotABatch),
    }
}
