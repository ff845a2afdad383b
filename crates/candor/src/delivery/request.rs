//! What goes over the wire, before it is compressed: the same for a collector, for the log of an inspection, and for a
//! preview.

use std::fmt;

use candor_wire::{
    Timestamp,
    segment::encode_batch,
    sentry::{Dsn, EnvelopeHeader, encode_envelope},
};

use super::{Target, batch};
use crate::{base64, spool::Queue, text::without_end};

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
        writeln!(f, "POST {}", self.url)?;
        self.headers().iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))?;
        write!(f, "\n{}\n\n", without_end(&self.body, '\n'))
    }
}

impl Request {
    /// The request that carries these items; as many as [`length`] says.
    pub(crate) fn of(queue: Queue, items: &[String], target: &Target, sent_at: Timestamp) -> Option<Self> {
        match queue {
            Queue::Usage | Queue::Local => Some(usage(items, target, sent_at)),
            Queue::Crashes | Queue::LocalCrashes => {
                target.dsn.as_ref().zip(items.first()).map(|(dsn, event)| report(event, dsn, sent_at))
            }
        }
    }

    /// Its headers, beside those that HTTP and the compression need.
    pub(crate) fn headers(&self) -> [(&'static str, &str); 2] {
        [("content-type", self.content_type), (self.authentication.0, &self.authentication.1)]
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
        authentication: (
            "authorization",
            format!("Basic {}", base64::encode(format!("{}:", target.write_key).as_bytes())),
        ),
        body: encode_batch(items.iter().map(String::as_str), sent_at),
    }
}

fn report(event: &str, dsn: &Dsn, sent_at: Timestamp) -> Request {
    let header = EnvelopeHeader { event_id: event_id(event), sent_at, dsn: None };
    Request {
        url: dsn.envelope_url(),
        content_type: "application/x-sentry-envelope",
        authentication: ("x-sentry-auth", dsn.auth_header(concat!("candor/", env!("CARGO_PKG_VERSION")))),
        body: String::from_utf8(encode_envelope(&header, event)).unwrap_or_default(),
    }
}

/// The id that an event begins with.
fn event_id(event: &str) -> &str {
    event.strip_prefix(r#"{"event_id":""#).and_then(|rest| rest.get(..32)).unwrap_or_default()
}
