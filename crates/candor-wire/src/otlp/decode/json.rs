//! The same messages as JSON: names in place of numbers, and an array in place of a field that repeats.

use std::{borrow::Cow, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::message::{Counter, Id, Key, Message, Shape, Slot};
use crate::{
    Value,
    decode::{
        DecodeError, Limits,
        object::{Into, Members},
        read_object,
        scalar::Scalar,
    },
};

/// Reads the message that `text` is.
pub(super) fn read(text: &str, message: &mut dyn Message, limits: &Limits) -> Result<(), DecodeError> {
    let mut reader = Reader { counter: Counter::new(limits), limits, refused: None };
    let read = read_object(text, &mut Fields { message, reader: &mut reader });
    match (read, reader.refused) {
        (_, Some(refused)) => Err(refused),
        (Ok(false), None) => Err(DecodeError::NotABatch),
        (Ok(true), None) => Ok(()),
        (Err(error), None) => Err(DecodeError::from(&error)),
    }
}

struct Reader<'l> {
    counter: Counter,
    limits: &'l Limits,
    /// Why the reader stopped, where it was not the JSON.
    refused: Option<DecodeError>,
}

/// The members of an object, each of which is a field.
struct Fields<'a, 'l> {
    message: &'a mut dyn Message,
    reader: &'a mut Reader<'l>,
}

impl<'de> Members<'de> for Fields<'_, '_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        object.next_value_seed(Field { message: &mut *self.message, reader: &mut *self.reader, name: &name })
    }
}

/// The value of one field, or an array of them.
struct Field<'a, 'l, 'n> {
    message: &'a mut dyn Message,
    reader: &'a mut Reader<'l>,
    name: &'n str,
}

impl Field<'_, '_, '_> {
    fn scalar<E: Error>(self, value: Scalar<'_>) -> Result<(), E> {
        match self.reader.slot(self.message, self.name)? {
            Slot::Text(text) => {
                if let Scalar::Text(value) = value {
                    *text = value.into_owned();
                }
            }
            Slot::Id(id) => {
                if let Scalar::Text(value) = value {
                    *id = Id::of_hex(&value);
                }
            }
            Slot::Number(number) => *number = integer(&value).unwrap_or(*number),
            Slot::Fixed(number) => *number = unsigned(&value).unwrap_or(*number),
            Slot::OneOf(shape, place) => *place = one_of(shape, value).or_else(|| place.take()),
            Slot::Skip | Slot::Message(_) | Slot::Counted(_) => {}
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The place of a field's value, which counts if it must.
    fn slot<'m, E: Error>(&mut self, message: &'m mut dyn Message, name: &str) -> Result<Slot<'m>, E> {
        let slot = message.field(Key::Name(name), self.limits);
        if matches!(slot, Slot::Counted(_)) {
            self.counter.count().map_err(|refused| {
                self.refused = Some(refused);
                E::custom(refused)
            })?;
        }
        Ok(slot)
    }
}

impl<'de> DeserializeSeed<'de> for Field<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { message, reader, name } = self;
        while elements.next_element_seed(Field { message: &mut *message, reader: &mut *reader, name })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self { message, reader, name } = self;
        match reader.slot(message, name)? {
            Slot::Message(message) | Slot::Counted(message) => {
                Into(&mut Fields { message, reader }).visit_map(object).map(drop)
            }
            _ => {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(())
            }
        }
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar(Scalar::Nothing)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(Scalar::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(i64::try_from(value).map_or(Scalar::Fraction(value as f64), Scalar::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(Scalar::Fraction(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(Scalar::Text(Cow::Borrowed(value)))
    }
}

/// Whole numbers are texts or numbers.
fn integer(value: &Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Integer(number) => Some(*number),
        Scalar::Bool(truth) => Some(i64::from(*truth)),
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Nothing | Scalar::Fraction(_) => None,
    }
}

fn unsigned(value: &Scalar<'_>) -> Option<u64> {
    match value {
        Scalar::Text(text) => text.parse().ok(),
        // Beyond 63 bits; `as` saturates.
        Scalar::Fraction(number) if *number >= 0.0 && number.fract() == 0.0 => Some(*number as u64),
        other => integer(other).and_then(|number| u64::try_from(number).ok()),
    }
}

fn one_of(shape: Shape, value: Scalar<'_>) -> Option<Value> {
    match (shape, value) {
        (Shape::Text, Scalar::Text(text)) => Some(Value::Text(text.into_owned())),
        (Shape::Bool, Scalar::Bool(truth)) => Some(Value::Bool(truth)),
        (Shape::Integer | Shape::Fixed, value) => integer(&value).map(Value::Integer),
        (Shape::Double, Scalar::Fraction(number)) => Some(Value::Float(number)),
        (Shape::Double, Scalar::Integer(number)) => Some(Value::Float(number as f64)),
        _ => None,
    }
}
