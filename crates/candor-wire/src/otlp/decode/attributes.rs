//! The attributes of whatever has some.

use super::{
    message::Slot,
    semantic,
    value::{AnyValue, KeyValue},
};
use crate::{
    Attribute, Value,
    decode::{Dropped, Limits},
};

/// A list of `KeyValue`, held to the limits while it is read.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    list: Vec<KeyValue>,
    /// Whether there were more than a record may have; they are skipped.
    is_cut: bool,
}

impl Attributes {
    /// The place of one more.
    pub(super) fn slot(&mut self, limits: &Limits) -> Slot<'_> {
        if self.list.len() == limits.max_properties {
            self.is_cut = true;
            return Slot::Skip;
        }
        self.list.push(KeyValue::default());
        self.list.last_mut().map_or(Slot::Skip, |last| Slot::Message(last))
    }

    /// Takes a text out of them, if there is one of this name that says something.
    pub(super) fn take_text(&mut self, name: &str) -> Option<String> {
        let position = self.list.iter().rposition(|attribute| attribute.key == name)?;
        match self.list.remove(position).value.into_value() {
            Ok(Some(Value::Text(text))) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The attributes of a record, without those that conventions put an address, a person or a text into. Of two of one
    /// name the later holds.
    pub(super) fn finish(self, limits: &Limits) -> Result<Vec<Attribute>, Dropped> {
        if self.is_cut {
            return Err(Dropped::TooManyProperties);
        }
        let mut attributes: Vec<Attribute> = Vec::with_capacity(self.list.len());
        let mut bytes = 0;
        for KeyValue { key: name, value } in self.list {
            if name.len() > limits.max_name_bytes {
                return Err(Dropped::NameTooLong);
            }
            if name.is_empty() || semantic::is_never_kept(&name) {
                continue;
            }
            let Some(value) = AnyValue::into_value(value)? else { continue };
            bytes += name.len() + text_bytes(&value);
            match attributes.iter_mut().find(|attribute| attribute.name == name) {
                Some(attribute) => attribute.value = value,
                None => attributes.push(Attribute { name, value }),
            }
        }
        if bytes > limits.max_event_bytes { Err(Dropped::EventTooLarge) } else { Ok(attributes) }
    }
}

fn text_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        _ => 0,
    }
}
