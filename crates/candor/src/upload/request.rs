//! What goes over the wire, before it is compressed: the same for a collector, for the log of an inspection, and for a
//! preview.

use base64::{Engine as _, engine::general_purpose::STANDARD};
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
        authentication: ("authorization", format!("Basic {}", STANDARD.encode(format!("{}:", target.write_key)))),
        body: encode_batch(items.iter().map(String::as_str), sent_at),
    }
}
