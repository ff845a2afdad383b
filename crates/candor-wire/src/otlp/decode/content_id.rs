//! Message ids for what has none, made of what it says.

use sha2::{Digest, Sha256};

use super::resource::Source;
use crate::{Attribute, Value, decode::content_id::ContentIds, json};

/// What tells one thing from another. Every field is hashed with its length, so that no two contents run together.
pub(super) struct Content(Sha256);

impl Content {
    /// Of a thing of this kind, called so, at this time: nanoseconds since 1970, or 0 where it says none. A client that says
    /// none repeats the same words for new things, so the time of arrival tells these apart; of such a client a retry is new.
    pub(super) fn new(kind: &str, name: &str, source: &Source<'_>, nanos: u64) -> Self {
        let instance = source.instance_id.as_deref().unwrap_or_default();
        let arrived = if nanos == 0 { source.received.micros() } else { 0 };
        let content = Self(Sha256::new()).field(kind.as_bytes()).field(name.as_bytes()).field(instance.as_bytes());
        content.number(nanos).number(arrived as u64)
    }

    pub(super) fn field(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub(super) fn number(self, number: u64) -> Self {
        self.field(&number.to_le_bytes())
    }

    pub(super) fn attributes(self, attributes: &[Attribute]) -> Self {
        attributes.iter().fold(self, |content, Attribute { name, value }| {
            let content = content.field(name.as_bytes());
            match value {
                Value::Bool(value) => content.number(u64::from(*value)),
                Value::Integer(value) => content.number(*value as u64),
                Value::Float(value) => content.number(value.to_bits()),
                Value::Text(value) | Value::Json(value) => content.field(value.as_bytes()),
            }
        })
    }

    /// The id, among those of its request: a clock is coarser than a loop, so the same may be said twice at once.
    pub(super) fn id(self, ids: &mut ContentIds) -> String {
        ids.numbered(format!("content-{}", hexadecimal(&self.0.finalize()[..16])))
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    bytes.iter().for_each(|byte| json::plain(&mut text, format_args!("{byte:02x}")));
    text
}
