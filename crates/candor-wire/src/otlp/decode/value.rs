//! The value of an attribute: scalars as they are, lists and objects as compact JSON, written while they are read.

use super::message::{Key, Message, Shape, Slot};
use crate::{
    Value,
    decode::{Dropped, Limits},
    json,
};

/// Levels of lists and objects in a value. Spelled as JSON a level takes four, and the JSON reader stops at 128.
const MAX_DEPTH: usize = 16;

/// An `AnyValue`. Bytes (its field 7) are no value for anybody to read, and are taken as none.
#[derive(Debug, Default)]
pub(super) struct AnyValue {
    scalar: Option<Value>,
    list: Option<Box<List>>,
    depth: usize,
}

/// A `KeyValue`.
#[derive(Debug, Default)]
pub(super) struct KeyValue {
    pub(super) key: String,
    pub(super) value: AnyValue,
}

/// An `ArrayValue` or a `KeyValueList`, of which one entry at a time is read.
#[derive(Debug)]
struct List {
    json: String,
    is_object: bool,
    is_too_deep: bool,
    depth: usize,
    /// The entry that is being read. Those of an array have no key.
    entry: Option<KeyValue>,
}

impl AnyValue {
    /// The value; `None` where there is none, or one that is no number.
    pub(super) fn into_value(self) -> Result<Option<Value>, Dropped> {
        match (self.list, self.scalar) {
            (Some(list), _) => list.into_json().map(|json| Some(Value::Json(json))),
            (None, Some(Value::Float(number))) if !number.is_finite() => Ok(None),
            (None, scalar) => Ok(scalar),
        }
    }

    fn list(&mut self, is_object: bool) -> Slot<'_> {
        let depth = self.depth;
        let new = || List { json: String::new(), is_object, is_too_deep: false, depth, entry: None };
        let list = self.list.get_or_insert_with(|| Box::new(new()));
        if list.is_object == is_object { Slot::Message(&mut **list) } else { Slot::Skip }
    }
}

impl Message for AnyValue {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("stringValue") => Slot::OneOf(Shape::Text, &mut self.scalar),
            Key::Number(2) | Key::Name("boolValue") => Slot::OneOf(Shape::Bool, &mut self.scalar),
            Key::Number(3) | Key::Name("intValue") => Slot::OneOf(Shape::Integer, &mut self.scalar),
            Key::Number(4) | Key::Name("doubleValue") => Slot::OneOf(Shape::Double, &mut self.scalar),
            Key::Number(5) | Key::Name("arrayValue") => self.list(false),
            Key::Number(6) | Key::Name("kvlistValue") => self.list(true),
            _ => Slot::Skip,
        }
    }
}

impl Message for KeyValue {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("key") => Slot::Text(&mut self.key),
            Key::Number(2) | Key::Name("value") => Slot::Message(&mut self.value),
            _ => Slot::Skip,
        }
    }
}

impl List {
    /// Writes the entry that was read last.
    fn write_entry(&mut self) {
        let Some(KeyValue { key, value }) = self.entry.take() else { return };
        if !self.json.is_empty() {
            self.json.push(',');
        }
        if self.is_object {
            json::text(&mut self.json, &key);
            self.json.push(':');
        }
        match value.into_value() {
            Ok(None) => self.json.push_str("null"),
            Ok(Some(Value::Bool(value))) => json::plain(&mut self.json, value),
            Ok(Some(Value::Integer(value))) => json::plain(&mut self.json, value),
            Ok(Some(Value::Float(value))) => json::float(&mut self.json, value),
            Ok(Some(Value::Text(value))) => json::text(&mut self.json, &value),
            Ok(Some(Value::Json(value))) => self.json.push_str(&value),
            Err(_) => self.is_too_deep = true,
        }
    }

    fn into_json(mut self) -> Result<String, Dropped> {
        self.write_entry();
        match (self.is_too_deep, self.is_object) {
            (true, _) => Err(Dropped::TooDeep),
            (false, true) => Ok(format!("{{{}}}", self.json)),
            (false, false) => Ok(format!("[{}]", self.json)),
        }
    }
}

impl Message for List {
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_> {
        // What is longer than an event may be is dropped with its event.
        if !matches!(key, Key::Number(1) | Key::Name("values")) || self.json.len() > limits.max_event_bytes {
            return Slot::Skip;
        }
        self.write_entry();
        if self.depth == MAX_DEPTH || self.is_too_deep {
            self.is_too_deep = true;
            return Slot::Skip;
        }
        let value = AnyValue { depth: self.depth + 1, ..AnyValue::default() };
        let entry = self.entry.insert(KeyValue { key: String::new(), value });
        if self.is_object { Slot::Message(entry) } else { Slot::Message(&mut entry.value) }
    }
}
