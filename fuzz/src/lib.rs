//! What must hold of whatever a decoder made of a body, beyond that it came to an end.

use candor_wire::{
    Attribute, DecodeError, Dropped, Event, Limits, Record, Timestamp, Value,
    segment::Item,
    sentry::{CrashReport, Endpoint, decode, encode_event},
};

/// When every body arrives: 2026-11-22T02:00:00.5Z, about when the seeds were recorded.
pub fn received() -> Timestamp {
    Timestamp::from_micros(1_795_312_800_500_000)
}

/// Reads a body twice: the same bytes must say the same again, or a retry would be counted twice.
pub fn twice<T: PartialEq + std::fmt::Debug>(
    read: impl Fn(&Limits) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let limits = Limits::default();
    let first = read(&limits);
    assert_eq!(first, read(&limits));
    first
}

/// Checks the events of a foreign protocol.
pub fn check_events(items: &[Result<Event, Dropped>]) {
    assert!(items.len() <= Limits::default().max_records);
    for event in items.iter().flatten() {
        assert!(!event.message_id.is_empty());
        check_record(&event.record);
        if let Some(report) = &event.report {
            assert_eq!(report.environment, *event.record.environment);
            check_report(report);
        }
    }
}

/// Checks an item of the Segment protocol.
pub fn check_item(item: &Item) {
    assert!(!item.message_id.is_empty());
    check_record(&item.record);
    item.parts.iter().for_each(check_record);
    if !item.durations.is_empty() {
        assert_eq!(item.durations.iter().map(|(_, count)| count).sum::<u64>(), item.record.count);
    }
}

/// A record keeps to the limits, is not of the future, and its JSON is JSON.
pub fn check_record(record: &Record) {
    let limits = Limits::default();
    assert!(!record.name.is_empty() && record.name.len() <= limits.max_name_bytes, "{record:?}");
    assert!(record.count <= limits.max_count);
    assert!(record.time <= received(), "{:?}", record.time);
    // Two more than a client may send: a message and its level, or a page's name and category.
    assert!(record.attributes.len() <= limits.max_properties + 2);
    for (position, Attribute { name, value }) in record.attributes.iter().enumerate() {
        assert!(name.len() <= limits.max_name_bytes);
        assert!(record.attributes[..position].iter().all(|other| other.name != *name), "{name} twice");
        match value {
            Value::Json(json) => drop(serde_json::from_str::<serde_json::Value>(json).expect("JSON")),
            Value::Float(number) => assert!(number.is_finite()),
            _ => {}
        }
    }
}

/// A report is bounded, and what is written of it is what is read.
pub fn check_report(report: &CrashReport) {
    assert_eq!(report.event_id.len(), 32);
    assert!(report.exceptions.len() <= 20 && report.frames.len() <= 250 && report.images.len() <= 1000);
    let written = encode_event(report);
    let read = decode(written.as_bytes(), Endpoint::Store, received(), &Limits::default()).expect("an event");
    let event = read.items.into_iter().next().expect("an item").expect("an event that is kept");
    let again = event.report.map(|report| encode_event(&report));
    assert_eq!(again.as_deref(), Some(written.as_str()));
}
