//! Rows of a Segment or RudderStack export: the API's own JSON (`messageId`, `context.app.version`), or a warehouse's columns
//! (`id`, `context_app_version`).

use candor_wire::Timestamp;
use serde_json::{Value, json};

use super::Bad;
use super::shape::{Object, id_of, object_of, take, take_time};

/// When it happened by the product's own correction first, and then by who saw it when.
const TIMES: &[&str] =
    &["timestamp", "original_timestamp", "originalTimestamp", "sent_at", "sentAt", "received_at", "receivedAt"];
/// What the collector knows of a context; nothing else of it is sent.
const CONTEXT: &[&str] =
    &["app", "os", "library", "runtime", "ci", "container", "interactive", "agent", "candor", "database"];
/// Columns of a warehouse, and where in the context they belong.
const FLATTENED: &[(&str, &str, &str)] = &[
    ("context_app_version", "app", "version"),
    ("context_app_build", "app", "build"),
    ("context_os_name", "os", "name"),
    ("context_os_version", "os", "version"),
    ("context_library_name", "library", "name"),
    ("context_library_version", "library", "version"),
];
/// Columns that a warehouse adds; those that begin with `context_` or `_` are others.
const NO_PROPERTIES: &[&str] = &[
    "uuid",
    "uuid_ts",
    "loaded_at",
    "channel",
    "integrations",
    "traits",
    "version",
    "writeKey",
    "projectId",
    "metadata",
];

/// The item of a row.
pub(super) fn item(mut row: Object, now: Timestamp) -> Result<Value, Bad> {
    let by_content = id_of(&row);
    let timestamp = take_time(&mut row, TIMES, now)?;
    // The time as it was when it was sent would move it: what is left of the others goes.
    TIMES.iter().for_each(|name| drop(row.remove(*name)));
    let id = take(&mut row, &["messageId", "message_id", "id"]).unwrap_or(by_content);
    let (anonymous, user) = (take(&mut row, &["anonymousId", "anonymous_id"]), take(&mut row, &["userId", "user_id"]));
    // A table has the event's name as it was in another column.
    let (original, event) = (take(&mut row, &["event_text"]), take(&mut row, &["event"]));
    let event = original.or(event).filter(|event| event.as_str().is_some_and(|name| !name.is_empty()));
    let kind = match take(&mut row, &["type"]) {
        Some(Value::String(kind)) => kind,
        _ => kind_of(&row, event.is_some()).to_owned(),
    };
    if kind == "track" && event.is_none() {
        return Err(Bad::MissingEvent);
    }
    let (name, category) = (take(&mut row, &["name"]), take(&mut row, &["category"]));
    let context = context(&mut row);
    let properties = match take(&mut row, &["properties"]) {
        Some(properties) => object_of(Some(properties)),
        None if kind == "identify" || kind == "group" => Object::new(),
        None => rest(row),
    };
    let mut item =
        json!({ "type": kind, "messageId": id, "timestamp": timestamp, "properties": properties, "context": context });
    for (key, value) in
        [("event", event), ("anonymousId", anonymous), ("userId", user), ("name", name), ("category", category)]
    {
        if let Some(value) = value {
            item[key] = value;
        }
    }
    Ok(item)
}

/// What a table is of that has no column `type`.
fn kind_of(row: &Object, has_event: bool) -> &'static str {
    match has_event {
        true => "track",
        false if row.contains_key("url") || row.contains_key("path") => "page",
        false => "track",
    }
}

fn context(row: &mut Object) -> Object {
    let mut context = object_of(take(row, &["context"]));
    context.retain(|name, _| CONTEXT.contains(&name.as_str()));
    for (column, object, member) in FLATTENED {
        if let Some(value) = take(row, &[column]) {
            context.entry(*object).or_insert_with(|| json!({}))[*member] = value;
        }
    }
    context
}

/// What is left of a table's columns are the event's own.
fn rest(row: Object) -> Object {
    let is_own = |name: &str| !NO_PROPERTIES.contains(&name) && !name.starts_with("context_") && !name.starts_with('_');
    row.into_iter().filter(|(name, value)| is_own(name) && !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    fn made(text: &str) -> Result<Value, Bad> {
        item(serde_json::from_str(text).unwrap(), Timestamp::parse("2026-11-22T00:00:00Z").unwrap())
    }

    #[test]
    fn an_archived_message_is_sent_with_its_id_and_its_own_time() {
        let archived = r#"{"messageId": "m1", "type": "track", "event": "fetch", "anonymousId": "a", "userId": null,
            "timestamp": "2026-03-01T10:00:00.500Z", "sentAt": "2026-03-01T10:00:09Z", "receivedAt": "2026-03-01T10:00:09Z",
            "originalTimestamp": "2026-03-01T09:59:59Z", "properties": {"n": 1}, "channel": "server",
            "context": {"app": {"version": "1.2.0"}, "ip": "192.0.2.7", "traits": {"email": "jane@example.org"}}}"#;
        let expected = json!({
            "type": "track", "messageId": "m1", "event": "fetch", "anonymousId": "a", "timestamp": "2026-03-01T10:00:00.500000Z",
            "properties": {"n": 1}, "context": {"app": {"version": "1.2.0"}},
        });
        assert_eq!(made(archived).unwrap(), expected);
    }

    #[test]
    fn a_row_of_a_warehouse_is_put_together_again() {
        let row = r#"{"id": "m2", "event": "fetch_all", "event_text": "Fetch All", "anonymous_id": "a", "resources": 7,
            "timestamp": "2026-03-01 10:00:00 UTC", "received_at": "2026-03-01 10:00:03 UTC", "uuid_ts": "2026-03-01 10:00:04 UTC",
            "context_ip": "192.0.2.7", "context_app_version": "1.2.0", "context_os_name": "linux", "_loaded": 1}"#;
        let expected = json!({
            "type": "track", "messageId": "m2", "event": "Fetch All", "anonymousId": "a", "timestamp": "2026-03-01T10:00:00.000000Z",
            "properties": {"resources": 7}, "context": {"app": {"version": "1.2.0"}, "os": {"name": "linux"}},
        });
        assert_eq!(made(row).unwrap(), expected);
    }

    #[test]
    fn a_row_that_says_too_little_is_not_sent() {
        for (row, reason) in [
            (r#"{"type": "track", "event": "x", "messageId": "m"}"#, Bad::MissingTime),
            (r#"{"type": "track", "event": "", "timestamp": "2026-03-01T10:00:00Z"}"#, Bad::MissingEvent),
            (r#"{"anonymous_id": "a", "timestamp": "2026-03-01T10:00:00Z"}"#, Bad::MissingEvent),
            (r#"{"event": "x", "timestamp": "soon"}"#, Bad::TimestampMalformed),
            (r#"{"event": "x", "timestamp": "2019-03-01T10:00:00Z"}"#, Bad::TimestampTooOld),
        ] {
            assert_eq!(made(row), Err(reason), "{row}");
        }
    }

    #[test]
    fn a_row_without_an_id_gets_the_same_one_each_time() {
        let row = r#"{"event": "x", "anonymous_id": "a", "timestamp": "2026-03-01T10:00:00Z"}"#;
        assert_eq!(made(row).unwrap()["messageId"], made(row).unwrap()["messageId"]);
        assert_ne!(made(row).unwrap()["messageId"], made(&row.replace("10:00", "10:01")).unwrap()["messageId"]);
    }
}
