//! Whose export it is, and what its rows become.

use candor_wire::Timestamp;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Bad, posthog, segment, time};

/// A row as JSON or as columns of a table.
pub(super) type Object = Map<String, Value>;

/// Whose export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    /// Segment and RudderStack: archives of the API's own JSON, and tables of a warehouse
    Segment,
    /// PostHog: batch exports, and the table of events as CSV
    Posthog,
}

impl Shape {
    /// Tells it by the names of a row's columns.
    pub(crate) fn of(row: &Object) -> Option<Self> {
        let has = |name: &&str| row.contains_key(*name);
        if ["distinct_id", "elements_chain", "person_id"].iter().any(has) {
            return Some(Self::Posthog);
        }
        let of_segment =
            ["messageId", "message_id", "anonymousId", "anonymous_id", "originalTimestamp", "original_timestamp"];
        of_segment.iter().any(has).then_some(Self::Segment)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Posthog => "posthog",
        }
    }

    /// The item that says what the row says, at its own time and under its own id.
    pub(crate) fn item(self, row: Object, now: Timestamp) -> Result<Value, Bad> {
        match self {
            Self::Segment => segment::item(row, now),
            Self::Posthog => posthog::item(row, now),
        }
    }
}

/// Takes the first of these columns that is there.
pub(super) fn take(row: &mut Object, names: &[&str]) -> Option<Value> {
    names.iter().filter_map(|name| row.remove(*name)).find(|value| !value.is_null())
}

/// When it happened, by the first of these columns that is there, spelled as the collector reads it.
pub(super) fn take_time(row: &mut Object, names: &[&str], now: Timestamp) -> Result<Value, Bad> {
    let value = take(row, names).ok_or(Bad::MissingTime)?;
    let time = time::read(&value, now)?;
    // Candor's own spelling ends at milliseconds.
    let time = jiff::Timestamp::from_microsecond(time.micros()).map_err(|_| Bad::TimestampMalformed)?;
    Ok(format!("{time:.6}").into())
}

/// An object, also where a table holds it as text.
pub(super) fn object_of(value: Option<Value>) -> Object {
    match value {
        Some(Value::Object(object)) => object,
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or_default(),
        _ => Object::new(),
    }
}

/// The id of a row that has none: rows that say the same are one.
pub(super) fn id_of(row: &Object) -> Value {
    let text = serde_json::to_string(row).unwrap_or_default();
    let digest = Sha256::digest(text);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("import-{hex}").into()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    fn row(text: &str) -> Object {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_shape_is_told_by_its_columns() {
        assert_eq!(Shape::of(&row(r#"{"event": "x", "distinct_id": "a"}"#)), Some(Shape::Posthog));
        assert_eq!(Shape::of(&row(r#"{"event": "x", "messageId": "a"}"#)), Some(Shape::Segment));
        assert_eq!(Shape::of(&row(r#"{"event": "x", "anonymous_id": "a"}"#)), Some(Shape::Segment));
        assert_eq!(Shape::of(&row(r#"{"event": "x", "time": 1}"#)), None);
    }

    #[test]
    fn rows_without_an_id_have_that_of_their_content() {
        assert_eq!(id_of(&row(r#"{"a": 1, "b": 2}"#)), id_of(&row(r#"{"b": 2, "a": 1}"#)));
        assert_ne!(id_of(&row(r#"{"a": 1}"#)), id_of(&row(r#"{"a": 2}"#)));
    }
}
