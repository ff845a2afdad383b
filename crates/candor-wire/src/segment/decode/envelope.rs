//! The body: a batch, or one item by itself.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::{
    Endpoint,
    context::Context,
    raw_item::{RawItem, claim_of},
};
use crate::decode::{
    Claim, DecodeError, Limits,
    items::{Blank, Items},
    object::{Into, Members, skip},
    quick::Reader,
    scalar::name_of,
};

/// What a body says as a whole, and its items.
pub(super) struct Envelope<'l> {
    pub(super) write_key: Option<String>,
    pub(super) sent_at: Claim,
    pub(super) context: Context<'l>,
    pub(super) items: Items<'l, RawItem<'l>>,
}

/// Reads a body of this endpoint.
pub(super) fn read<'l>(body: &str, endpoint: Endpoint, limits: &'l Limits) -> Result<Envelope<'l>, DecodeError> {
    // Items of a large body are measured before they are read, which is not done quickly.
    let quickly = (body.len() <= limits.max_event_bytes).then(|| read_by(Reader::Quick, body, endpoint, limits));
    match quickly {
        Some(Ok(envelope)) => Ok(envelope),
        _ => read_by(Reader::Usual, body, endpoint, limits),
    }
}

fn read_by<'l>(
    reader: Reader,
    body: &str,
    endpoint: Endpoint,
    limits: &'l Limits,
) -> Result<Envelope<'l>, DecodeError> {
    let mut envelope = Envelope {
        write_key: None,
        sent_at: None,
        context: Context::new(limits),
        items: Items::new(body.len(), limits),
    };
    if endpoint.item_type().is_some() {
        let mut item = RawItem::blank(limits);
        if !reader.read_object(body, &mut item).map_err(|error| DecodeError::from(&error))? {
            return Err(DecodeError::NotABatch);
        }
        envelope.write_key = item.write_key.take();
        envelope.items = Items::alone(item, body.len(), limits);
        return Ok(envelope);
    }
    match reader.read_object(body, &mut envelope) {
        Err(error) => Err(envelope.items.error(&error)),
        Ok(_) if !envelope.items.found => Err(DecodeError::NotABatch),
        Ok(_) => Ok(envelope),
    }
}

impl<'de> Members<'de> for Envelope<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "batch" => object.next_value_seed(&mut self.items)?,
            "context" => drop(object.next_value_seed(Into(&mut self.context))?),
            "sentAt" => self.sent_at = claim_of(object)?,
            "writeKey" => self.write_key = name_of(object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}
