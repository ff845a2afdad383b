//! Spans: what one says of itself.

use super::{
    attributes::Attributes,
    body::Entry,
    message::{Id, Key, Message, Slot},
};
use crate::decode::Limits;

/// `SPAN_KIND_SERVER` and `SPAN_KIND_CONSUMER`: somebody else's process asked for it.
const SERVER: i64 = 2;
const CONSUMER: i64 = 5;
/// Bits of `flags`: whether it is known where the parent is, and whether that is in another process.
const KNOWS_REMOTE: u64 = 0x100;
const IS_REMOTE: u64 = 0x200;
/// `STATUS_CODE_ERROR`. Without a status a span ended well, as its specification says.
const ERROR: i64 = 2;

/// A `Span`.
#[derive(Debug, Default)]
pub(super) struct Span {
    pub(super) name: String,
    pub(super) start_nanos: u64,
    pub(super) end_nanos: u64,
    pub(super) attributes: Attributes,
    pub(super) trace_id: Id,
    pub(super) span_id: Id,
    pub(super) parent_id: Id,
    kind: i64,
    flags: u64,
    status: Status,
    /// The event that is being read, and what the last exception before it was.
    event: Event,
    exception: Option<String>,
}

/// A `Status`; its message is a text, and is not kept.
#[derive(Debug, Default)]
struct Status {
    code: i64,
}

/// A `Span.Event`, of which an exception's type is kept.
#[derive(Debug, Default)]
struct Event {
    attributes: Attributes,
}

impl Span {
    /// Whether it is what the program was asked to do, and no step of something else in it.
    pub(super) fn is_operation(&self) -> bool {
        let is_asked_from_outside = matches!(self.kind, SERVER | CONSUMER)
            || self.flags & (KNOWS_REMOTE | IS_REMOTE) == KNOWS_REMOTE | IS_REMOTE;
        self.parent_id.bytes().is_none() || is_asked_from_outside
    }

    pub(super) fn is_failed(&self) -> bool {
        self.status.code == ERROR
    }

    /// The type of the error that ended it: as the conventions say it, else of the last exception.
    pub(super) fn take_error_class(&mut self, limits: &Limits) -> Option<String> {
        self.end_event(limits);
        self.attributes.take_text("error.type", limits).or(self.exception.take())
    }

    fn end_event(&mut self, limits: &Limits) {
        let class = std::mem::take(&mut self.event).attributes.take_text("exception.type", limits);
        self.exception = class.or(self.exception.take());
    }
}

impl Entry for Span {
    const NAMES: [&'static str; 3] = ["resourceSpans", "scopeSpans", "spans"];
}

impl Message for Span {
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("traceId") => Slot::Id(&mut self.trace_id),
            Key::Number(2) | Key::Name("spanId") => Slot::Id(&mut self.span_id),
            Key::Number(4) | Key::Name("parentSpanId") => Slot::Id(&mut self.parent_id),
            Key::Number(5) | Key::Name("name") => Slot::Text(&mut self.name),
            Key::Number(6) | Key::Name("kind") => Slot::Number(&mut self.kind),
            Key::Number(7) | Key::Name("startTimeUnixNano") => Slot::Fixed(&mut self.start_nanos),
            Key::Number(8) | Key::Name("endTimeUnixNano") => Slot::Fixed(&mut self.end_nanos),
            Key::Number(9) | Key::Name("attributes") => self.attributes.slot(limits),
            Key::Number(11) | Key::Name("events") => {
                self.end_event(limits);
                Slot::Message(&mut self.event)
            }
            Key::Number(15) | Key::Name("status") => Slot::Message(&mut self.status),
            Key::Number(16) | Key::Name("flags") => Slot::Fixed(&mut self.flags),
            _ => Slot::Skip,
        }
    }
}

impl Message for Status {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(3) | Key::Name("code") => Slot::Number(&mut self.code),
            _ => Slot::Skip,
        }
    }
}

impl Message for Event {
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_> {
        match key {
            Key::Number(3) | Key::Name("attributes") => self.attributes.slot(limits),
            _ => Slot::Skip,
        }
    }
}
