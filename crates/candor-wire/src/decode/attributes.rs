//! Properties to attributes: scalars as they are, lists and objects as compact JSON.

use std::{borrow::Cow, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{
    Attribute, Value,
    decode::{
        Dropped, Limits,
        object::{Members, Name, skip},
    },
    json,
};

/// Room that is made for the first of them; most events have fewer.
const USUAL: usize = 8;

/// The members of `properties`, held to the limits.
pub(crate) struct Attributes<'l> {
    pub(crate) list: Vec<Attribute>,
    /// The first thing that was too much; the rest is skipped then.
    pub(crate) fault: Option<Dropped>,
    limits: &'l Limits,
}

impl<'l> Attributes<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { list: Vec::new(), fault: None, limits }
    }

    /// Of two attributes of one name the later holds, as in most JSON readers.
    fn set(&mut self, name: Cow<'_, str>, value: Value) {
        if let Some(attribute) = self.list.iter_mut().find(|attribute| attribute.name == name) {
            attribute.value = value;
        } else if self.list.len() == self.limits.max_properties {
            self.fault = Some(Dropped::TooManyProperties);
        } else {
            if self.list.capacity() == 0 {
                self.list.reserve(USUAL);
            }
            self.list.push(Attribute { name: name.into_owned(), value });
        }
    }

    /// Adds a value from outside the properties, unless they have one of that name.
    pub(crate) fn add(&mut self, name: &str, value: String) {
        if !self.list.iter().any(|attribute| attribute.name == name) {
            self.set(Cow::Borrowed(name), Value::Text(value));
        }
    }
}

impl<'de> Members<'de> for Attributes<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        if self.fault.is_some() {
            return skip(object);
        }
        if name.len() > self.limits.max_name_bytes {
            self.fault = Some(Dropped::NameTooLong);
            return skip(object);
        }
        match object.next_value_seed(AnyValue { depth: self.limits.max_depth })? {
            Read::Value(value) => self.set(name, value),
            Read::Null => {}
            Read::TooDeep => self.fault = Some(Dropped::TooDeep),
        }
        Ok(())
    }
}

enum Read {
    Value(Value),
    Null,
    TooDeep,
}

/// Any value; `depth` levels of lists and objects at most.
struct AnyValue {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Read, E> {
        Ok(Read::Value(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
        Ok(Read::Value(Value::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Read, E> {
        Ok(Read::Value(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Read, E> {
        Ok(Read::Value(Value::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Read, E> {
        Ok(Read::Value(Value::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Read, A::Error> {
        let mut out = String::new();
        Ok(json_or_too_deep(Compact { out: &mut out, depth: self.depth }.visit_seq(list)?, out))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Read, A::Error> {
        let mut out = String::new();
        Ok(json_or_too_deep(Compact { out: &mut out, depth: self.depth }.visit_map(object)?, out))
    }
}

fn json_or_too_deep(complete: bool, json: String) -> Read {
    if complete { Read::Value(Value::Json(json)) } else { Read::TooDeep }
}

/// Writes a value as JSON without blanks. Its value says whether it could; what was too deep is skipped, not recursed into.
struct Compact<'a> {
    out: &'a mut String,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Compact<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Compact<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        self.out.push_str("null");
        Ok(true)
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        json::plain(self.out, value);
        Ok(true)
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        json::plain(self.out, value);
        Ok(true)
    }

    fn visit_u64<E>(self, value: u64) -> Result<bool, E> {
        json::plain(self.out, value);
        Ok(true)
    }

    fn visit_f64<E>(self, value: f64) -> Result<bool, E> {
        json::float(self.out, value);
        Ok(true)
    }

    fn visit_str<E>(self, value: &str) -> Result<bool, E> {
        json::text(self.out, value);
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let Some(depth) = self.depth.checked_sub(1) else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(false);
        };
        let mut complete = true;
        self.out.push('[');
        let mut start = self.out.len();
        loop {
            // The comma is written before it is known whether anything follows, and taken back at the end.
            let Some(element) = list.next_element_seed(Compact { out: self.out, depth })? else { break };
            complete &= element;
            start = self.out.len();
            self.out.push(',');
        }
        self.out.truncate(start);
        self.out.push(']');
        Ok(complete)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<bool, A::Error> {
        let Some(depth) = self.depth.checked_sub(1) else {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(false);
        };
        let mut complete = true;
        let mut members = json::Object::begin(self.out);
        while let Some(name) = object.next_key_seed(Name)? {
            complete &= object.next_value_seed(Compact { out: members.member(&name), depth })?;
        }
        members.end();
        Ok(complete)
    }
}
