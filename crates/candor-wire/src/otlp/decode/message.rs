//! What both spellings are read by: a message that says where each of its fields goes.

use crate::{
    Value,
    decode::{DecodeError, Limits},
};

/// A field, as protobuf or as JSON calls it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'k> {
    Number(u32),
    Name(&'k str),
}

/// A message of the protocol.
pub(super) trait Message {
    /// Where the value of a field goes. Of a repeated field it is asked once for each element.
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_>;
}

/// The place of a field's value. A value of another type is skipped, as is one that is too much.
pub(super) enum Slot<'a> {
    /// It is not kept.
    Skip,
    /// A message of which there is one.
    Message(&'a mut dyn Message),
    /// A message of which there may be many, so that it counts.
    Counted(&'a mut dyn Message),
    Text(&'a mut String),
    /// Hexadecimal in JSON.
    Id(&'a mut Id),
    /// `int32`, `int64`, `bool` or an enum.
    Number(&'a mut i64),
    /// `fixed64` or `fixed32`.
    Fixed(&'a mut u64),
    /// One of several fields that exclude each other, and its type.
    OneOf(Shape, &'a mut Option<Value>),
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Bool,
    /// `int64`.
    Integer,
    /// `sfixed64`.
    Fixed,
    Double,
}

/// A message of which nothing is kept but that it was there.
#[derive(Debug, Default)]
pub(super) struct Ignored;

impl Message for Ignored {
    fn field(&mut self, _: Key<'_>, _: &Limits) -> Slot<'_> {
        Slot::Skip
    }
}

/// The id of a trace or a span: up to 16 bytes; none where there are more.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Id {
    bytes: [u8; 16],
    length: u8,
}

impl Id {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut id = Self::default();
        if bytes.len() <= id.bytes.len() {
            id.bytes[..bytes.len()].copy_from_slice(bytes);
            id.length = bytes.len() as u8;
        }
        id
    }

    pub(super) fn of_hex(text: &str) -> Self {
        let nibble = |digit: u8| (digit as char).to_digit(16).map(|value| value as u8);
        let pair = |pair: &[u8]| Some(nibble(pair[0])? << 4 | nibble(pair[1])?);
        let is_short = text.len() <= 32 && text.len().is_multiple_of(2);
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks_exact(2).filter(|_| is_short).map(pair).collect();
        bytes.map_or_else(Self::default, |bytes| Self::of(&bytes))
    }

    /// Its bytes; nothing where it says that there is none, which is spelled by zeroes too.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        let bytes = &self.bytes[..usize::from(self.length)];
        bytes.iter().any(|byte| *byte != 0).then_some(bytes)
    }
}

/// How many more messages a body may have: each takes more memory than its two bytes in the body.
pub(super) struct Counter {
    left: usize,
    limit: usize,
}

impl Counter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { left: limits.max_records, limit: limits.max_records }
    }

    pub(super) fn count(&mut self) -> Result<(), DecodeError> {
        self.left = self.left.checked_sub(1).ok_or(DecodeError::TooManyItems { limit: self.limit })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_in_both_spellings_and_none_where_it_is_malformed() {
        assert_eq!(Id::of_hex("5B8efff798038103"), Id::of(&[0x5b, 0x8e, 0xff, 0xf7, 0x98, 0x03, 0x81, 0x03]));
        for none in ["", "0000000000000000", "5b8", "xy", "é", &"a".repeat(34)] {
            assert_eq!(Id::of_hex(none).bytes(), None, "{none}");
        }
        assert_eq!(Id::of(&[1; 17]).bytes(), None);
    }
}
