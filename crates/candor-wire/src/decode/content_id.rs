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
        self.of(content.fields())
    }

    /// The message id of whatever these fields tell from all else.
    pub(crate) fn of(&mut self, fields: Fields) -> String {
        let mut id = format!("content-{}", fields.hash());
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
    hexadecimal(&Sha256::digest(bytes)[..16])
}

/// An event's id without hyphens, in lower case; `None` where it is no id of 128 bits.
pub(crate) fn simple_id(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    bytes.iter().for_each(|byte| crate::json::plain(&mut text, format_args!("{byte:02x}")));
    text
}

impl Content<'_> {
    fn fields(&self) -> Fields {
        let fields = Fields::default()
            .field(self.user_id.unwrap_or_default().as_bytes())
            .field(self.anonymous_id.unwrap_or_default().as_bytes())
            .field(self.event.as_bytes());
        let fields = match self.time {
            Ok(time) => fields.number(time.micros() as u64),
            Err((received, place)) => fields.number(received.micros() as u64).number(place as u64),
        };
        fields.attributes(self.attributes)
    }
}

/// Fields to be hashed, each with its length, so that no two contents run together.
#[derive(Default)]
pub(crate) struct Fields(Sha256);

impl Fields {
    pub(crate) fn field(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.field(&number.to_le_bytes())
    }

    pub(crate) fn attributes(self, attributes: &[Attribute]) -> Self {
        attributes.iter().fold(self, |fields, Attribute { name, value }| {
            let fields = fields.field(name.as_bytes());
            match value {
                Value::Bool(value) => fields.field(&[u8::from(*value)]),
                Value::Integer(value) => fields.number(*value as u64),
                Value::Float(value) => fields.number(value.to_bits()),
                Value::Text(value) | Value::Json(value) => fields.field(value.as_bytes()),
            }
        })
    }

    /// 128 bits of SHA-256, 32 hexadecimal digits.
    pub(crate) fn hash(self) -> String {
        hexadecimal(&self.0.finalize()[..16])
    }
}
