//! Ids for items that have none, made of what they say.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{Attribute, Timestamp, Value};

/// What tells one item without an id from another.
pub(crate) struct Content<'a> {
    pub(crate) user_id: Option<&'a str>,
    pub(crate) anonymous_id: Option<&'a str>,
    pub(crate) event: &'a str,
    /// The time that the client gave it. A client that gives none repeats the same words for new events, so the time of
    /// arrival and the place in the batch tell them apart then; of such a client a retry is a new event.
    pub(crate) time: Result<Timestamp, (Timestamp, usize)>,
    pub(crate) attributes: &'a [Attribute],
}

/// The ids that the items of one body get by their content.
#[derive(Default)]
pub(crate) struct ContentIds {
    /// How often each content came.
    seen: HashMap<String, usize>,
}

impl ContentIds {
    /// The message id of the next item: the same when its body comes again, and another one where the body itself says
    /// the same once more, as that happened once more.
    pub(crate) fn id(&mut self, content: &Content<'_>) -> String {
        self.numbered(format!("content-{}", content.hash()))
    }

    /// This id, or, where it came before in the body, another one for each time that it did.
    pub(crate) fn numbered(&mut self, mut id: String) -> String {
        let before = self.seen.entry(id.clone()).or_default();
        if *before > 0 {
            crate::json::plain(&mut id, format_args!("-{before}"));
        }
        *before += 1;
        id
    }
}

/// 128 bits of SHA-256, 32 hexadecimal digits: the same for the same bytes.
pub(crate) fn hash_of(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new_with_prefix(bytes))
}

/// An event's id without hyphens, in lower case; `None` where it is no id of 128 bits.
pub(crate) fn simple_id(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

fn hexadecimal(hash: Sha256) -> String {
    let mut text = String::with_capacity(32);
    for byte in &hash.finalize()[..16] {
        crate::json::plain(&mut text, format_args!("{byte:02x}"));
    }
    text
}

impl Content<'_> {
    /// Every field is hashed with its length, so that no two contents run together.
    fn hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        field(self.user_id.unwrap_or_default().as_bytes());
        field(self.anonymous_id.unwrap_or_default().as_bytes());
        field(self.event.as_bytes());
        match self.time {
            Ok(time) => field(&time.micros().to_le_bytes()),
            Err((received, place)) => {
                field(&received.micros().to_le_bytes());
                field(&place.to_le_bytes());
            }
        }
        for Attribute { name, value } in self.attributes {
            field(name.as_bytes());
            match value {
                Value::Bool(value) => field(&[u8::from(*value)]),
                Value::Integer(value) => field(&value.to_le_bytes()),
                Value::Float(value) => field(&value.to_bits().to_le_bytes()),
                Value::Text(value) | Value::Json(value) => field(value.as_bytes()),
            }
        }
        hexadecimal(hash)
    }
}
