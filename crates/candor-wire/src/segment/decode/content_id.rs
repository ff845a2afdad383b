//! A message id for items that have none, made of what they say.

use sha2::{Digest, Sha256};

use crate::{Attribute, Timestamp, Value};

/// What tells one item without an id from another.
pub(super) struct Content<'a> {
    pub(super) user_id: Option<&'a str>,
    pub(super) anonymous_id: Option<&'a str>,
    pub(super) event: &'a str,
    /// The time that the client gave it. A client that gives none repeats the same words for new events, so the time of
    /// arrival and the place in the batch tell them apart then; of such a client a retry is a new event.
    pub(super) time: Result<Timestamp, (Timestamp, usize)>,
    pub(super) attributes: &'a [Attribute],
}

impl Content<'_> {
    /// 128 bits of SHA-256 in hexadecimal: the same for the same content. Every field is hashed with its length, so that
    /// no two contents run together.
    pub(super) fn id(&self) -> String {
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
        let hash = hash.finalize();
        let mut id = String::from("content-");
        for byte in &hash[..16] {
            crate::json::plain(&mut id, format_args!("{byte:02x}"));
        }
        id
    }
}
