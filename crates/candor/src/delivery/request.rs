//! What goes over the wire, before it is compressed: the same for a collector, for the log of an inspection, and for a
//! preview.

use std::fmt;

use candor_wire::{Timestamp, segment::encode_batch};

use super::{Target, batch};
use crate::spool::Queue;

/// One POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) url: String,
    pub(crate) content_type: &'static str,
    /// The header that says who sends it, and the public key in it.
    pub(crate) authentication: (&'static str, String),
    pub(crate) body: String,
}

/// As people read it: the address, the headers, an empty line, and the body as it is.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, content_type, authentication: (header, key), body } = self;
        write!(f, "POST {url}\ncontent-type: {content_type}\n{header}: {key}\n\n{}\n\n", body.trim_end_matches('\n'))
    }
}

impl Request {
    /// The request that carries these items; as many as [`length`] says.
    pub(crate) fn of(queue: Queue, items: &[String], target: &Target, sent_at: Timestamp) -> Option<Self> {
        match queue {
            Queue::Usage | Queue::Local => Some(usage(items, target, sent_at)),
            Queue::Crashes | Queue::LocalCrashes => {
                let dsn = target.dsn.as_ref()?;
                items.first().map(|event| dsn.request(event, sent_at))
            }
        }
    }
}

/// How many of the items make one request: at least one.
pub(crate) fn length(queue: Queue, items: &[String]) -> usize {
    match queue {
        Queue::Usage | Queue::Local => batch::length(items),
        // An envelope holds one event.
        Queue::Crashes | Queue::LocalCrashes => 1,
    }
}

fn usage(items: &[String], target: &Target, sent_at: Timestamp) -> Request {
    Request {
        url: format!("{}/v1/batch", target.endpoint),
        content_type: "application/json",
        authentication: ("authorization", format!("Basic {}", base64(format!("{}:", target.write_key).as_bytes()))),
        body: encode_batch(items.iter().map(String::as_str), sent_at),
    }
}

/// The usual alphabet, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let encode = |chunk: &[u8]| {
        let bits = chunk.iter().enumerate().fold(0, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        [18, 12, 6, 0].map(|shift| char::from(ALPHABET[(bits >> shift) as usize & 63]))
    };
    let mut text: String = bytes.chunks(3).flat_map(encode).collect();
    let padding = (3 - bytes.len() % 3) % 3;
    text.truncate(text.len() - padding);
    text.extend(std::iter::repeat_n('=', padding));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_everybody() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
