//! The attributes of whatever has some.

use super::{
    message::Slot,
    semantic,
    value::{AnyValue, KeyValue},
};
use crate::{
    Attribute, Value,
    decode::{Dropped, Limits, content_id::Fields},
};

/// A list of `KeyValue`, held to the limits while it is read: only what says something takes a place.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    list: Vec<Attribute>,
    /// The first thing that was too much.
    fault: Option<Dropped>,
    /// The one that is being read.
    entry: Option<KeyValue>,
}

impl Attributes {
    /// The place of one more.
    pub(super) fn slot(&mut self, limits: &Limits) -> Slot<'_> {
        self.end_entry(limits);
        Slot::Message(self.entry.insert(KeyValue::default()))
    }

    fn end_entry(&mut self, limits: &Limits) {
        let Some(KeyValue { key: name, value }) = self.entry.take() else { return };
        let ended = match AnyValue::into_value(value) {
            Ok(Some(value)) if !name.is_empty() => self.set(name, value, limits),
            other => other.map(drop),
        };
        self.fault = self.fault.or(ended.err());
    }

    /// Of two of one name the later holds.
    fn set(&mut self, name: String, value: Value, limits: &Limits) -> Result<(), Dropped> {
        if name.len() > limits.max_name_bytes {
            return Err(Dropped::NameTooLong);
        }
        match self.list.iter().position(|attribute| attribute.name == name) {
            Some(position) => self.list[position].value = value,
            None if self.list.len() == limits.max_properties => return Err(Dropped::TooManyProperties),
            None => self.list.push(Attribute { name, value }),
        }
        Ok(())
    }

    /// Takes a text out of them, if there is one of this name that says something.
    pub(super) fn take_text(&mut self, name: &str, limits: &Limits) -> Option<String> {
        self.end_entry(limits);
        let position = self.list.iter().position(|attribute| attribute.name == name)?;
        match self.list.remove(position).value {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Tells these attributes, in whatever order they come, from others, the ones that are not kept among them.
    pub(super) fn content(&mut self, limits: &Limits) -> String {
        self.end_entry(limits);
        self.list.sort_by(|one, other| one.name.cmp(&other.name));
        Fields::default().attributes(&self.list).hash()
    }

    /// The attributes of a record, without those that conventions put an address, a person or a text into.
    pub(super) fn finish(mut self, limits: &Limits) -> Result<Vec<Attribute>, Dropped> {
        self.end_entry(limits);
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        self.list.retain(|attribute| !semantic::is_never_kept(&attribute.name));
        let bytes: usize = self.list.iter().map(bytes).sum();
        if bytes > limits.max_event_bytes { Err(Dropped::EventTooLarge) } else { Ok(self.list) }
    }
}

fn bytes(attribute: &Attribute) -> usize {
    match &attribute.value {
        Value::Text(text) | Value::Json(text) => attribute.name.len() + text.len(),
        _ => attribute.name.len(),
    }
}
