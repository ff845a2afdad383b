//! The body: a batch, an array, or one event by itself. Clients send any of them to any route.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::raw_event::RawEvent;
use crate::{
    decode::{
        Claim, DecodeError, Dropped, Limits,
        items::{Blank, Items, ObjectOr},
        object::Members,
        read_seed,
    },
    posthog::Endpoint,
};

/// What a body says as a whole, and its events.
pub(super) struct Body<'l> {
    pub(super) key: Option<String>,
    pub(super) sent_at: Claim,
    /// Every event in its place: what it says, or why it is none.
    pub(super) events: Vec<Result<RawEvent<'l>, Dropped>>,
}

/// An object: an event, or what a batch says around its events.
struct Object<'l> {
    own: RawEvent<'l>,
    has_batch: bool,
    batch: Items<'l, RawEvent<'l>>,
}

/// Reads a body of this endpoint.
pub(super) fn read<'l>(text: &str, endpoint: Endpoint, limits: &'l Limits) -> Result<Body<'l>, DecodeError> {
    let items = || Items::new(text.len(), limits);
    let mut object = Object { own: RawEvent::blank(limits), has_batch: false, batch: items() };
    let mut list = items();
    let read = read_seed(text, ObjectOr(&mut object, &mut list));
    let Object { mut own, has_batch, batch } = object;
    let (key, sent_at) = (own.take_key(), own.sent_at);
    let is_v1 = endpoint == Endpoint::V1;
    let items = match read {
        Err(error) if list.found => return Err(list.error(&error)),
        Err(error) => return Err(batch.error(&error)),
        Ok(_) if batch.found => batch,
        Ok(_) if list.found && !is_v1 => list,
        Ok(true) if !has_batch && !is_v1 => Items::alone(own, text.len(), limits),
        Ok(_) => return Err(DecodeError::NotABatch),
    };
    Ok(Body { key, sent_at, events: items.list })
}

impl<'de> Members<'de> for Object<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "batch" => {
                self.has_batch = true;
                object.next_value_seed(&mut self.batch)
            }
            _ => self.own.member(name, object),
        }
    }
}
