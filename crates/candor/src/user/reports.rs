//! Reports of crashes and errors that lie on the disk.

use candor_wire::{Timestamp, json};

use super::text::{object, shown};
use crate::spool::{Queue, Spool};

/// A report of a crash or an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// 32 hexadecimal digits, by which `send_report` knows it.
    pub id: String,
    /// When it happened, as far as it says so.
    pub time: Option<Timestamp>,
    /// What happened: `panic`, or the name of the error.
    pub class: String,
    /// Whether the next upload sends it.
    pub waits: bool,
}

impl Report {
    /// The report that this line of the spool is.
    pub(super) fn of(event: &str, waits: bool) -> Self {
        let text = |name| json::member(event, name).and_then(json::read_text);
        let time = text("timestamp").and_then(|time| Timestamp::parse(&time).ok());
        Self { id: text("event_id").unwrap_or_default(), time, class: class(event).unwrap_or_default(), waits }
    }

    /// Every report in a spool, the oldest first, those that wait before those that stay.
    pub(super) fn all(spool: &Spool) -> Vec<Self> {
        let of_queue = |queue: Queue| {
            let events = spool.survey(queue).items.into_iter();
            events.map(move |event| Self::of(&event, queue.is_sent()))
        };
        [Queue::Crashes, Queue::LocalCrashes].into_iter().flat_map(of_queue).collect()
    }
}

impl Report {
    /// The same as one line of JSON: `id`, `time`, `class`, `waits`.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|report| {
            report.text("id", &self.id);
            report.optional("time", self.time.map(|time| time.to_string()).as_deref());
            report.text("class", &self.class);
            report.plain("waits", self.waits);
        })
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = self.time.map_or_else(|| "at an unknown time".to_owned(), shown);
        let class = if self.class.is_empty() { "unknown" } else { &self.class };
        write!(f, "{}  {time}  {class}{}", self.id, if self.waits { ", waits to be sent" } else { "" })
    }
}

/// The type of the last exception: what the others led to.
pub(super) fn class(event: &str) -> Option<String> {
    let exceptions = json::items(json::member(json::member(event, "exception")?, "values")?)?;
    json::read_text(json::member(exceptions.last()?, "type")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_happened_last_and_one_that_says_little_is_still_listed() {
        let event = r#"{"event_id":"0f","timestamp":"2026-11-22T01:54:59.000Z","exception":{"values":[{"type":"io"},{"type":"panic"}]}}"#;
        let report = Report::of(event, true);
        assert_eq!((report.id.as_str(), report.class.as_str(), report.waits), ("0f", "panic", true));
        assert_eq!(report.time, Timestamp::parse("2026-11-22T01:54:59Z").ok());
        let bare = Report::of(r#"{"event_id":"0f","timestamp":1}"#, false);
        assert_eq!((bare.id.as_str(), bare.class.as_str(), bare.time), ("0f", "", None));
    }
}
