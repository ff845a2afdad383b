//! Rows of a PostHog export: events with `properties` as JSON, or as columns `properties.NAME`.

use candor_wire::Timestamp;
use serde_json::{Value, json};

use super::Bad;
use super::shape::{Object, id_of, object_of, take, take_time};

/// When it happened, and else when it was taken.
const TIMES: &[&str] = &["timestamp", "created_at", "inserted_at", "_inserted_at"];
/// What the table of events calls the columns that it shows of an event's properties.
const PROPERTY: &str = "properties.";

/// The event of a row. What a person is known by (`person_properties`, `$set`) is not sent.
pub(super) fn item(mut row: Object, now: Timestamp) -> Result<Value, Bad> {
    let by_content = id_of(&row);
    let timestamp = take_time(&mut row, TIMES, now)?;
    let event = take(&mut row, &["event"]).filter(|event| event.as_str().is_some_and(|name| !name.is_empty()));
    let event = event.ok_or(Bad::MissingEvent)?;
    let uuid = take(&mut row, &["uuid", "id"]).unwrap_or(by_content);
    let distinct_id = take(&mut row, &["distinct_id"]);
    let mut properties = object_of(take(&mut row, &["properties"]));
    for (name, value) in row {
        if let Some(name) = name.strip_prefix(PROPERTY) {
            properties.insert(name.to_owned(), value);
        }
    }
    // They would be taken for who sends.
    properties.retain(|name, _| !["token", "api_key", "distinct_id", "$set", "$set_once"].contains(&name.as_str()));
    let mut item = json!({ "event": event, "uuid": uuid, "timestamp": timestamp, "properties": properties });
    if let Some(distinct_id) = distinct_id {
        item["distinct_id"] = distinct_id;
    }
    Ok(item)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    fn made(text: &str) -> Result<Value, Bad> {
        item(serde_json::from_str(text).unwrap(), Timestamp::parse("2026-11-22T00:00:00Z").unwrap())
    }

    #[test]
    fn an_exported_event_is_sent_with_its_id_and_its_own_time() {
        let exported = json!({
            "uuid": "u1", "event": "fetch", "distinct_id": "d", "timestamp": "2026-03-01 10:00:00.500000+00:00",
            "created_at": "2026-03-01 10:00:09+00:00", "person_properties": {"email": "jane@example.org"}, "elements_chain": "",
            "properties": r#"{"$app_version": "1.2.0", "n": 1, "token": "phc_x", "$set": {"email": "jane@example.org"}}"#,
        });
        let expected = json!({
            "event": "fetch", "uuid": "u1", "distinct_id": "d", "timestamp": "2026-03-01T10:00:00.500000Z",
            "properties": {"$app_version": "1.2.0", "n": 1},
        });
        assert_eq!(made(&exported.to_string()).unwrap(), expected);
    }

    #[test]
    fn columns_of_the_table_of_events_are_properties() {
        let row =
            r#"{"event": "fetch", "timestamp": "2026-03-01T10:00:00Z", "properties.$os": "Linux", "properties.n": 1}"#;
        assert_eq!(made(row).unwrap()["properties"], json!({"$os": "Linux", "n": 1}));
    }

    #[test]
    fn a_row_that_says_too_little_is_not_sent() {
        assert_eq!(made(r#"{"distinct_id": "d", "timestamp": "2026-03-01T10:00:00Z"}"#), Err(Bad::MissingEvent));
        assert_eq!(made(r#"{"distinct_id": "d", "event": "x"}"#), Err(Bad::MissingTime));
    }
}
