//! What PostHog's clients are told.

use crate::ingest::protocol::Fate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer of V0 to everything that was taken: exactly this, with status 200.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    status: &'static str,
}

impl Default for Taken {
    fn default() -> Self {
        Self { status: "Ok" }
    }
}

/// The answer of V1: what became of each event, by its `uuid`.
#[derive(Debug, Serialize, PartialEq)]
pub(crate) struct Results {
    results: BTreeMap<String, Outcome>,
}

/// What became of an event. `retry` is never said: what could not be kept is refused as a whole.
#[derive(Debug, Serialize, PartialEq)]
#[serde(tag = "result", rename_all = "snake_case")]
enum Outcome {
    /// It is on the disk, or was already.
    Ok,
    /// It is not kept, and will not be when it is sent again.
    Drop { details: &'static str },
}

impl Results {
    /// Of two events with one `uuid` the first is named, which is the one that counts.
    pub(super) fn new(uuids: Vec<Option<String>>, fates: &[Fate]) -> Self {
        let mut results = BTreeMap::new();
        for (uuid, fate) in uuids.into_iter().zip(fates) {
            if let Some(uuid) = uuid {
                results.entry(uuid).or_insert(match fate {
                    Fate::Kept => Outcome::Ok,
                    Fate::Dropped(details) => Outcome::Drop { details },
                });
            }
        }
        Self { results }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_with_an_id_has_an_entry() {
        let uuid = |text: &str| Some(text.to_owned());
        let fates = [Fate::Kept, Fate::Dropped("event_too_large"), Fate::Kept, Fate::Dropped("missing_event")];
        let results = Results::new(vec![uuid("b"), uuid("a"), None, uuid("b")], &fates);
        let json = serde_json::to_value(&results).expect("JSON");
        let expected = serde_json::json!({"results": {
            "a": {"result": "drop", "details": "event_too_large"}, "b": {"result": "ok"}}});
        assert_eq!(json, expected);
    }
}
