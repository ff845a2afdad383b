//! The lines of an envelope.
//!
//! ```text
//! {"event_id": "…", "sent_at": "…", "dsn": "…"}
//! {"type": "event", "length": 1135}
//! 1135 bytes
//! {"type": "log"}
//! bytes up to the end of the line
//! ```

use std::borrow::Cow;

use serde_core::de::MapAccess;

use crate::{
    decode::{
        Claim, DecodeError, Limits,
        object::{Members, skip},
        read_object,
        scalar::Scalar,
    },
    sentry::{Dsn, minidump::ATTACHMENT_TYPE},
};

/// An envelope, taken apart; nothing inside its items is read yet.
pub(super) struct Envelope<'a> {
    pub(super) header: Header,
    pub(super) items: Vec<RawItem<'a>>,
}

/// The first line.
#[derive(Default)]
pub(super) struct Header {
    pub(super) event_id: Option<String>,
    pub(super) sent_at: Claim,
    dsn: Option<String>,
}

/// An item's line and what follows it.
pub(super) struct RawItem<'a> {
    pub(super) item_type: Option<String>,
    pub(super) payload: &'a [u8],
    /// Whether it is an attachment that is a minidump.
    pub(super) is_minidump: bool,
}

impl<'a> Envelope<'a> {
    /// What an envelope with this event would be.
    pub(super) fn of_event(payload: &'a [u8]) -> Self {
        let item = RawItem { item_type: Some("event".to_owned()), payload, is_minidump: false };
        Self { header: Header::default(), items: vec![item] }
    }
}

impl Header {
    pub(super) fn public_key(&self) -> Option<String> {
        self.dsn.as_deref()?.parse::<Dsn>().ok().map(|dsn| dsn.public_key().to_owned())
    }
}

/// Takes an envelope apart.
pub(super) fn read<'a>(body: &'a [u8], limits: &Limits) -> Result<Envelope<'a>, DecodeError> {
    let mut lines = Lines { body, rest: body };
    let mut header = Header::default();
    lines.object(&mut header)?;
    let mut items = Vec::new();
    while lines.skip_blank() {
        if items.len() == limits.max_records {
            return Err(DecodeError::TooManyItems { limit: limits.max_records });
        }
        let mut line = ItemLine::default();
        lines.object(&mut line)?;
        let payload = match line.length {
            Some(length) => lines.bytes(length)?,
            None => lines.line(),
        };
        items.push(RawItem { item_type: line.item_type, payload, is_minidump: line.is_minidump });
    }
    Ok(Envelope { header, items })
}

struct Lines<'a> {
    body: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    /// Up to the end of the line.
    fn line(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &self.rest[self.rest.len()..]),
        };
        self.rest = rest;
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// So many bytes, and the end of the line behind them.
    fn bytes(&mut self, length: u64) -> Result<&'a [u8], DecodeError> {
        let length = usize::try_from(length).ok().filter(|length| *length <= self.rest.len());
        let (bytes, rest) = self.rest.split_at(length.ok_or(DecodeError::Truncated)?);
        self.rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
        Ok(bytes)
    }

    /// Goes to the next line that is not empty; `false` where there is none.
    fn skip_blank(&mut self) -> bool {
        self.rest = self.rest.trim_ascii_start();
        !self.rest.is_empty()
    }

    /// Reads a line that is an object.
    fn object<'de>(&mut self, target: &mut impl Members<'de>) -> Result<(), DecodeError>
    where
        'a: 'de,
    {
        let before = self.body.len() - self.rest.len();
        let text = std::str::from_utf8(self.line()).map_err(|_| DecodeError::InvalidUtf8)?;
        match read_object(text, target) {
            Ok(true) => Ok(()),
            Ok(false) => Err(DecodeError::NotABatch),
            // Where in the whole body, not in the line.
            Err(error) => Err(match DecodeError::from(&error) {
                DecodeError::NotJson { column, .. } => {
                    let line = 1 + self.body[..before].iter().filter(|byte| **byte == b'\n').count();
                    DecodeError::NotJson { line, column }
                }
                other => other,
            }),
        }
    }
}

/// What is said before an item.
#[derive(Default)]
struct ItemLine {
    item_type: Option<String>,
    length: Option<u64>,
    is_minidump: bool,
}

impl<'de> Members<'de> for Header {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "event_id" => self.event_id = object.next_value::<Scalar<'_>>()?.into_name(),
            "sent_at" => self.sent_at = super::event::claim(&object.next_value()?),
            "dsn" => self.dsn = object.next_value::<Scalar<'_>>()?.into_name(),
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for ItemLine {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => self.item_type = object.next_value::<Scalar<'_>>()?.into_name(),
            "attachment_type" => {
                let kind = object.next_value::<Scalar<'_>>()?.into_name();
                self.is_minidump = kind.as_deref() == Some(ATTACHMENT_TYPE);
            }
            "length" => {
                self.length = match object.next_value()? {
                    // Less than nothing is as wrong as too much.
                    Scalar::Integer(length) => Some(u64::try_from(length).unwrap_or(u64::MAX)),
                    _ => None,
                }
            }
            _ => skip(object)?,
        }
        Ok(())
    }
}
