//! Log records: events are kept, and exceptions. What is only a text is not.

use super::{
    attributes::Attributes,
    body::{Body, Entry},
    message::{Id, Key, Message, Slot},
    resource::Source,
};
use crate::{
    Event, Kind, Record, Timestamp,
    decode::{
        Dropped, Limits,
        content_id::{ContentIds, hash_of},
        limits::MAX_TEXT_BYTES,
        stack::cut,
    },
    sentry::{CrashReport, Exception, Level},
};

/// A `LogRecord`. Its body is a text for people, and is not kept.
#[derive(Debug, Default)]
pub(super) struct LogRecord {
    nanos: u64,
    observed_nanos: u64,
    severity: i64,
    event_name: String,
    attributes: Attributes,
    trace_id: Id,
    span_id: Id,
}

impl Entry for LogRecord {
    const NAMES: [&'static str; 3] = ["resourceLogs", "scopeLogs", "logRecords"];
}

impl Message for LogRecord {
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("timeUnixNano") => Slot::Fixed(&mut self.nanos),
            Key::Number(2) | Key::Name("severityNumber") => Slot::Number(&mut self.severity),
            Key::Number(6) | Key::Name("attributes") => self.attributes.slot(limits),
            Key::Number(9) | Key::Name("traceId") => Slot::Id(&mut self.trace_id),
            Key::Number(10) | Key::Name("spanId") => Slot::Id(&mut self.span_id),
            Key::Number(11) | Key::Name("observedTimeUnixNano") => Slot::Fixed(&mut self.observed_nanos),
            Key::Number(12) | Key::Name("eventName") => Slot::Text(&mut self.event_name),
            _ => Slot::Skip,
        }
    }
}

/// The items of a request.
pub(super) fn items(body: Body<LogRecord>, received: Timestamp, limits: &Limits) -> Vec<Result<Event, Dropped>> {
    let mut ids = ContentIds::default();
    let mut items = Vec::new();
    for of_resource in body.resources {
        let (resource, records) = of_resource.into_parts();
        let source = Source::new(resource, received, limits);
        items.extend(records.map(|record| item(record, &source, &mut ids)));
    }
    items
}

fn item(mut log: LogRecord, source: &Source<'_>, ids: &mut ContentIds) -> Result<Event, Dropped> {
    let limits = source.limits;
    let class = log.attributes.take_text("exception.type", limits);
    let message = log.attributes.take_text("exception.message", limits);
    // Before the field there was an attribute of the convention.
    let attribute = log.attributes.take_text("event.name", limits);
    let event = Some(log.event_name).filter(|name| !name.is_empty()).or(attribute);
    let name = match (&class, event) {
        (Some(class), _) => cut(class.clone(), limits.max_name_bytes),
        (None, Some(event)) => source.name(event)?,
        (None, None) => return Err(Dropped::NotKept),
    };
    let nanos = if log.nanos == 0 { log.observed_nanos } else { log.nanos };
    let time = source.happened(nanos)?;
    let attributes = log.attributes.finish(limits)?;
    let content = source
        .content("log", &name, nanos)
        .field(log.trace_id.bytes().unwrap_or_default())
        .field(log.span_id.bytes().unwrap_or_default())
        .field(message.as_deref().unwrap_or_default().as_bytes())
        .attributes(&attributes);
    let message_id = ids.of(content);
    let report = class.map(|class| {
        let value = message.map(|text| cut(text, MAX_TEXT_BYTES));
        let class = cut(class, MAX_TEXT_BYTES);
        Box::new(report(Exception { class, value, ..Exception::default() }, &message_id, time, log.severity, source))
    });
    let kind = match report.as_deref().map(|report| report.level) {
        Some(Level::Fatal) => Kind::Crash,
        Some(_) => Kind::Error,
        None => Kind::Track,
    };
    let record = Record {
        error_class: report.is_some().then(|| name.clone()),
        environment: source.environment.clone(),
        attributes,
        ..Record::new(kind, name, time)
    };
    Ok(Event { message_id, user_id: source.instance_id.clone(), sdk: source.sdk.clone(), record, report })
}

/// A report of one exception. The stack is a text whose form every language has of its own; it is not kept.
fn report(exception: Exception, message_id: &str, time: Timestamp, severity: i64, source: &Source<'_>) -> CrashReport {
    let level = level(severity);
    CrashReport {
        event_id: hash_of(message_id.as_bytes()),
        time,
        level,
        platform: "other".to_owned(),
        message: None,
        exceptions: vec![Exception { handled: Some(level != Level::Fatal), ..exception }],
        frames: Vec::new(),
        images: Vec::new(),
        environment: (*source.environment).clone(),
        transaction: None,
        release: source.release.clone(),
        sdk: source.sdk.clone(),
    }
}

/// Four numbers a level; an exception without one is an error.
fn level(severity: i64) -> Level {
    match severity {
        1..=8 => Level::Debug,
        9..=12 => Level::Info,
        13..=16 => Level::Warning,
        21..=24 => Level::Fatal,
        _ => Level::Error,
    }
}
