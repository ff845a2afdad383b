//! Protobuf's wire format, read field by field from the body, which texts are copied out of and nothing else.

use super::message::{Counter, Id, Key, Message, Shape, Slot};
use crate::{
    Value,
    decode::{DecodeError, Limits},
};

/// Reads the message that `body` is.
pub(super) fn read(body: &[u8], message: &mut dyn Message, limits: &Limits) -> Result<(), DecodeError> {
    read_counted(body, message, &mut Counter::new(limits), limits)
}

/// Goes as deep as messages have messages in them: a value of an attribute stops at its own bound.
fn read_counted(
    body: &[u8],
    message: &mut dyn Message,
    counter: &mut Counter,
    limits: &Limits,
) -> Result<(), DecodeError> {
    let mut fields = Fields(body);
    while let Some((number, payload)) = fields.next()? {
        let slot = message.field(Key::Number(number), limits);
        if matches!(slot, Slot::Counted(_)) {
            counter.count()?;
        }
        match (slot, payload) {
            (Slot::Message(inner) | Slot::Counted(inner), Payload::Bytes(bytes)) => {
                read_counted(bytes, inner, counter, limits)?;
            }
            (Slot::Text(text), Payload::Bytes(bytes)) => *text = lossy(bytes),
            (Slot::Id(id), Payload::Bytes(bytes)) => *id = Id::of(bytes),
            (Slot::Number(number), Payload::Varint(value)) => *number = value as i64,
            (Slot::Fixed(number), Payload::Fixed(value)) => *number = value,
            (Slot::OneOf(shape, place), payload) => *place = one_of(shape, payload).or_else(|| place.take()),
            _ => {}
        }
    }
    Ok(())
}

fn one_of(shape: Shape, payload: Payload<'_>) -> Option<Value> {
    match (shape, payload) {
        (Shape::Text, Payload::Bytes(bytes)) => Some(Value::Text(lossy(bytes))),
        (Shape::Bool, Payload::Varint(value)) => Some(Value::Bool(value != 0)),
        (Shape::Integer, Payload::Varint(value)) | (Shape::Fixed, Payload::Fixed(value)) => {
            Some(Value::Integer(value as i64))
        }
        (Shape::Double, Payload::Fixed(bits)) => Some(Value::Float(f64::from_bits(bits))),
        _ => None,
    }
}

/// Some encoders do not look whether a text is UTF-8; that must not cost what else there is.
fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[derive(Debug, PartialEq)]
enum Payload<'b> {
    Varint(u64),
    /// Of 64 bits or of 32.
    Fixed(u64),
    Bytes(&'b [u8]),
}

/// The fields of a message that are not read yet.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn next(&mut self) -> Result<Option<(u32, Payload<'b>)>, DecodeError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = u32::try_from(self.varint()?).map_err(|_| DecodeError::NotProtobuf)?;
        let payload = match tag & 7 {
            0 => Payload::Varint(self.varint()?),
            1 => Payload::Fixed(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| DecodeError::Truncated)?;
                Payload::Bytes(self.bytes(length)?)
            }
            5 => Payload::Fixed(u64::from(u32::from_le_bytes(self.array()?))),
            // Groups, which the protocol has none of, and what is no type.
            _ => return Err(DecodeError::NotProtobuf),
        };
        match tag >> 3 {
            0 => Err(DecodeError::NotProtobuf),
            number => Ok(Some((number, payload))),
        }
    }

    fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            if shift == 63 && byte > 1 {
                return Err(DecodeError::NotProtobuf);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DecodeError::NotProtobuf)
    }

    fn bytes(&mut self, length: usize) -> Result<&'b [u8], DecodeError> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(*bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(body: &[u8]) -> Result<Vec<(u32, Payload<'_>)>, DecodeError> {
        let mut fields = Fields(body);
        std::iter::from_fn(|| fields.next().transpose()).collect()
    }

    #[test]
    fn fields_of_every_type_are_read() {
        let body = [0x08, 0x96, 0x01, 0x11, 1, 0, 0, 0, 0, 0, 0, 0x80, 0x1a, 2, b'h', b'i', 0x25, 7, 0, 0, 0];
        let read = all(&body).expect("fields");
        let expected = [
            (1, Payload::Varint(150)),
            (2, Payload::Fixed(1 << 63 | 1)),
            (3, Payload::Bytes(b"hi")),
            (4, Payload::Fixed(7)),
        ];
        assert_eq!(read, expected);
        let most = [[0x08].as_slice(), &[0xff; 9], &[1]].concat();
        assert_eq!(all(&most), Ok(vec![(1, Payload::Varint(u64::MAX))]));
    }

    #[test]
    fn what_ends_early_and_what_is_no_protobuf_is_told_apart() {
        for truncated in [&[0x08][..], &[0x80], &[0x11, 1, 2], &[0x0a, 3, 1], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]] {
            assert_eq!(all(truncated), Err(DecodeError::Truncated), "{truncated:?}");
        }
        let endless = [[0x08].as_slice(), &[0xff; 11]].concat();
        for nonsense in [&[0x00, 0x00][..], &[0x0b], &[0x0c], &[0x0f], b"hello", &endless] {
            assert_eq!(all(nonsense), Err(DecodeError::NotProtobuf), "{nonsense:?}");
        }
    }
}
