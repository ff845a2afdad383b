//! A list of items in a body, each read by itself: what is wrong with one costs no other.

use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    DecodeError, Dropped, Limits,
    object::{Into, Members, other_values_are},
    read_object,
    stack::Room,
};

/// What an item is read into.
pub(crate) trait Blank<'l> {
    /// An item that says nothing yet.
    fn blank(limits: &'l Limits) -> Self;

    /// Now that all of it is read, keeps what is needed of it, and of stacks what there is room for.
    fn complete(&mut self, _room: &mut Room) {}
}

/// The items of a list, held to the limits. It is read as `next_value_seed(&mut items)`; what is no list is skipped.
pub(crate) struct Items<'l, T> {
    /// Every item in its place: what it says, or why it is none.
    pub(crate) list: Vec<Result<T, Dropped>>,
    /// Whether there was a list.
    pub(crate) found: bool,
    too_many: bool,
    /// Whether the body is so large that one of its items may be larger than one event may be.
    measured: bool,
    limits: &'l Limits,
    room: Room,
}

impl<'l, T: Blank<'l>> Items<'l, T> {
    /// Those of a body of so many bytes.
    pub(crate) fn new(body_bytes: usize, limits: &'l Limits) -> Self {
        let measured = body_bytes > limits.max_event_bytes;
        Self { list: Vec::new(), found: false, too_many: false, measured, limits, room: Room::default() }
    }

    /// The one item of a body that is nothing but it.
    pub(crate) fn alone(mut item: T, body_bytes: usize, limits: &'l Limits) -> Self {
        let mut items = Self::new(body_bytes, limits);
        item.complete(&mut items.room);
        items.list.push(if items.measured { Err(Dropped::EventTooLarge) } else { Ok(item) });
        items
    }

    /// What the failure to read the body is called.
    pub(crate) fn error(&self, error: &serde_json::Error) -> DecodeError {
        match self.too_many {
            true => DecodeError::TooManyItems { limit: self.limits.max_records },
            false => DecodeError::from(error),
        }
    }
}

impl<'de, 'l, T: Members<'de> + Blank<'l>> DeserializeSeed<'de> for &mut Items<'l, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'l, T: Members<'de> + Blank<'l>> Visitor<'de> for &mut Items<'l, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.found = true;
        loop {
            let mut item = T::blank(self.limits);
            let found = if self.measured {
                read_measured(&mut list, &mut item, self.limits)?
            } else {
                list.next_element_seed(Into(&mut item))?
                    .map(|is_object| is_object.then_some(()).ok_or(Dropped::NotAnObject))
            };
            let Some(found) = found else { return Ok(()) };
            if self.list.len() == self.limits.max_records {
                self.too_many = true;
                return Err(A::Error::custom("too many items"));
            }
            item.complete(&mut self.room);
            self.list.push(found.map(|()| item));
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
    item: &mut impl Members<'de>,
    limits: &Limits,
) -> Result<Option<Result<(), Dropped>>, A::Error> {
    let Some(raw) = list.next_element::<&'de RawValue>()? else { return Ok(None) };
    if raw.get().len() > limits.max_event_bytes {
        return Ok(Some(Err(Dropped::EventTooLarge)));
    }
    let is_object = read_object(raw.get(), item).map_err(A::Error::custom)?;
    Ok(Some(is_object.then_some(()).ok_or(Dropped::NotAnObject)))
}

/// Reads a body that is an object or a list of items. Its value says whether it was an object.
pub(crate) struct ObjectOr<'a, 'l, O, T>(pub(crate) &'a mut O, pub(crate) &'a mut Items<'l, T>);

impl<'de, 'l, O: Members<'de>, T: Members<'de> + Blank<'l>> DeserializeSeed<'de> for ObjectOr<'_, 'l, O, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'l, O: Members<'de>, T: Members<'de> + Blank<'l>> Visitor<'de> for ObjectOr<'_, 'l, O, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item or a list of items")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<bool, A::Error> {
        Into(self.0).visit_map(object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<bool, A::Error> {
        self.1.visit_seq(list).map(|()| false)
    }

    other_values_are!(false);
}
