//! The body: a batch, or one item by itself.

use std::{borrow::Cow, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    Endpoint,
    context::Context,
    raw_item::{RawItem, claim_of},
};
use crate::decode::{
    Claim, DecodeError, Dropped, Limits,
    object::{Into, Members, other_values_are, skip},
    read_object,
    scalar::Scalar,
};

/// What a body says as a whole, and its items.
pub(super) struct Envelope<'l> {
    pub(super) write_key: Option<String>,
    pub(super) sent_at: Claim,
    pub(super) context: Context<'l>,
    pub(super) items: Vec<RawItem<'l>>,
    /// Whether there was an array called `batch`.
    has_batch: bool,
    too_many: bool,
    /// Whether the body is so large that one of its items may be larger than one event may be.
    measured: bool,
    limits: &'l Limits,
}

/// Reads a body of this endpoint.
pub(super) fn read<'l>(body: &str, endpoint: Endpoint, limits: &'l Limits) -> Result<Envelope<'l>, DecodeError> {
    let mut envelope = Envelope {
        write_key: None,
        sent_at: None,
        context: Context::new(limits),
        items: Vec::new(),
        has_batch: false,
        too_many: false,
        measured: body.len() > limits.max_event_bytes,
        limits,
    };
    if endpoint.item_type().is_some() {
        let mut item = RawItem::new(limits);
        if !read_object(body, &mut item).map_err(|error| DecodeError::from(&error))? {
            return Err(DecodeError::NotABatch);
        }
        if envelope.measured {
            item.fault = Some(Dropped::EventTooLarge);
        }
        envelope.items.push(item);
        return Ok(envelope);
    }
    match read_object(body, &mut envelope) {
        Err(_) if envelope.too_many => Err(DecodeError::TooManyItems { limit: limits.max_records }),
        Err(error) => Err(DecodeError::from(&error)),
        Ok(_) if !envelope.has_batch => Err(DecodeError::NotABatch),
        Ok(_) => Ok(envelope),
    }
}

impl<'de> Members<'de> for Envelope<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "batch" => object.next_value_seed(Items(self))?,
            "context" => drop(object.next_value_seed(Into(&mut self.context))?),
            "sentAt" => self.sent_at = claim_of(object)?,
            "writeKey" => self.write_key = object.next_value::<Scalar<'_>>()?.into_name(),
            _ => skip(object)?,
        }
        Ok(())
    }
}

/// The array `batch`.
struct Items<'a, 'l>(&'a mut Envelope<'l>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self(envelope) = self;
        envelope.has_batch = true;
        loop {
            let mut item = RawItem::new(envelope.limits);
            let found = if envelope.measured {
                read_measured(&mut list, &mut item, envelope.limits)?
            } else {
                list.next_element_seed(Into(&mut item))?
            };
            match found {
                None => return Ok(()),
                Some(false) => item.fault = Some(Dropped::NotAnObject),
                Some(true) => {}
            }
            if envelope.items.len() == envelope.limits.max_records {
                envelope.too_many = true;
                return Err(A::Error::custom("too many items"));
            }
            envelope.items.push(item);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    other_values_are!(());
}

/// Reads an item whose size must be known first, at the price of looking at it twice.
fn read_measured<'de, A: SeqAccess<'de>>(
    list: &mut A,
    item: &mut RawItem<'_>,
    limits: &Limits,
) -> Result<Option<bool>, A::Error> {
    let Some(raw) = list.next_element::<&'de RawValue>()? else { return Ok(None) };
    if raw.get().len() > limits.max_event_bytes {
        item.fault = Some(Dropped::EventTooLarge);
        return Ok(Some(true));
    }
    read_object(raw.get(), item).map(Some).map_err(A::Error::custom)
}
