//! A JSON value of which only a scalar matters.

use std::{borrow::Cow, fmt};

use serde_core::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Claim;
use crate::{ParseTimestampError, Timestamp};

/// A scalar, or that there is none: clients get types wrong, and that must not cost the rest of the batch.
pub(crate) enum Scalar<'de> {
    /// `null`, a list or an object.
    Nothing,
    Bool(bool),
    Integer(i64),
    /// A fraction, or a whole number beyond 64 bits: neither is a name.
    Fraction(f64),
    Text(Cow<'de, str>),
}

impl Scalar<'_> {
    /// An id or a name: a text that is not empty, or a whole number as text.
    pub(crate) fn into_name(self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text.into_owned()),
            Self::Integer(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A truth value.
    pub(crate) fn into_bool(self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// 64 bits in hexadecimal. Anything else could be an identifier as it is, and is not taken from anybody.
    pub(crate) fn into_hash(self) -> Option<String> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        self.into_name().filter(|text| text.len() == 16 && text.bytes().all(is_hex))
    }

    /// A point in time, where there is one that could be understood.
    pub(crate) fn as_timestamp(&self) -> Claim {
        match self {
            Self::Nothing => None,
            Self::Text(text) if text.is_empty() => None,
            Self::Text(text) => Some(Timestamp::parse(text)),
            _ => Some(Err(ParseTimestampError::Malformed)),
        }
    }

    /// The same of clients that leave the zone out and mean UTC.
    pub(crate) fn as_timestamp_in_utc(&self) -> Claim {
        match (self, self.as_timestamp()) {
            (Self::Text(text), Some(Err(error))) => Some(Timestamp::parse(&format!("{text}Z")).map_err(|_| error)),
            (_, claim) => claim,
        }
    }
}

/// The member's value as an id or a name.
pub(crate) fn name_of<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Option<String>, A::Error> {
    object.next_value::<Scalar<'_>>().map(Scalar::into_name)
}

/// The member's value as a truth value.
pub(crate) fn truth_of<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Option<bool>, A::Error> {
    object.next_value::<Scalar<'_>>().map(Scalar::into_bool)
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Scalar::Fraction(value as f64), Scalar::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Fraction(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}
