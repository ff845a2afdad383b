//! What OpenTelemetry's clients send, through the public interface.
#![cfg(feature = "decode")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod corpus;
mod document;
mod limits;
mod logs;
mod messages;
mod metrics;
mod resource;
mod spelling;
mod traces;

use candor_wire::{
    DecodeError, Dropped, Event, Limits, Timestamp,
    otlp::{Encoding, Signal, decode},
};

/// When every request of these tests arrives.
const RECEIVED: &str = "2026-11-22T02:00:00.500000Z";
/// A second before: nanoseconds since 1970.
const NANOS: u64 = 1_795_312_799_500_000_000;

type Items = Vec<Result<Event, Dropped>>;

fn read(body: impl AsRef<[u8]>, signal: Signal, encoding: Encoding) -> Result<Items, DecodeError> {
    let received = Timestamp::parse(RECEIVED).unwrap();
    decode(body.as_ref(), signal, encoding, received, &Limits::default()).map(|decoded| decoded.items)
}

/// The items of a request in JSON.
fn json(body: impl AsRef<str>, signal: Signal) -> Items {
    read(body.as_ref(), signal, Encoding::Json).unwrap()
}

/// The reasons of dropped items, and `kept` for the others.
fn fates(items: &Items) -> Vec<&'static str> {
    items.iter().map(|item| item.as_ref().map_or_else(|dropped| dropped.code(), |_| "kept")).collect()
}

/// The items of log records with these members.
fn logs(records: &[String]) -> Items {
    let records = records.join(",");
    json(format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{records}]}}]}}]}}"#), Signal::Logs)
}

/// The items of these metrics.
fn metrics(metrics: &[String]) -> Items {
    let metrics = metrics.join(",");
    json(format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{metrics}]}}]}}]}}"#), Signal::Metrics)
}

/// The items of these spans.
fn spans(spans: &[String]) -> Items {
    let spans = spans.join(",");
    json(format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#), Signal::Traces)
}

/// Attributes that are texts.
fn attributes(texts: &[(&str, &str)]) -> String {
    let entry = |(key, value): &(&str, &str)| format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#);
    format!("[{}]", texts.iter().map(entry).collect::<Vec<_>>().join(","))
}

/// The names and texts of an item's attributes.
fn texts(item: &Event) -> Vec<(&str, String)> {
    let shown = |attribute: &candor_wire::Attribute| format!("{:?}", attribute.value);
    item.record.attributes.iter().map(|attribute| (attribute.name.as_str(), shown(attribute))).collect()
}
