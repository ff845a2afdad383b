//! Message ids for what has none, made of what it says.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{Attribute, Timestamp, Value, json};

/// What tells one thing from another. Every field is hashed with its length, so that no two contents run together.
pub(super) struct Content(Sha256);

impl Content {
    /// Of a thing of this kind, called so, at this time: nanoseconds since 1970, or 0 where it says none.
    pub(super) fn new(kind: &str, name: &str, instance: Option<&str>, nanos: u64) -> Self {
        let content = Self(Sha256::new());
        content
            .field(kind.as_bytes())
            .field(name.as_bytes())
            .field(instance.unwrap_or_default().as_bytes())
            .number(nanos)
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
}

/// The ids of one request. A clock is coarser than a loop, so what is the same as something before it in the request has
/// its place among these in its id; a retry is the same request again, and gets the same ids.
pub(super) struct ContentIds {
    received: Timestamp,
    seen: HashMap<[u8; 32], u64>,
}

impl ContentIds {
    pub(super) fn new(received: Timestamp) -> Self {
        Self { received, seen: HashMap::new() }
    }

    /// 128 bits of SHA-256 in hexadecimal. A client that says no time repeats the same words for new things, so the time of
    /// arrival tells these apart; of such a client a retry is new.
    pub(super) fn id(&mut self, content: Content, nanos: u64) -> String {
        let content = if nanos == 0 { content.field(&self.received.micros().to_le_bytes()) } else { content };
        let hash: [u8; 32] = content.0.finalize().into();
        let before = self.seen.entry(hash).or_default();
        let numbered = Content(Sha256::new()).field(&hash).number(*before).0.finalize();
        *before += 1;
        hexadecimal(&numbered[..16])
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    bytes.iter().for_each(|byte| json::plain(&mut text, format_args!("{byte:02x}")));
    text
}
