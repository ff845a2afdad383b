//! What was sent, as the log on the user's disk has it.

use std::{collections::BTreeMap, fmt, io};

use candor_wire::{Timestamp, json};

use super::{
    Tool,
    reports::class,
    shown,
    text::{list, number, object, write_object},
};
use crate::{clock, sent_log};

/// What was sent, and is still in the log: of the last 30 days, up to 1 MiB.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Log {
    /// The newest last.
    pub requests: Vec<SentRequest>,
    /// How many lines of the log cannot be read.
    pub damaged: u64,
}

/// A request that the collector accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRequest {
    /// When.
    pub time: Timestamp,
    /// To where.
    pub url: String,
    /// The exact body, as it was before it was compressed.
    pub body: String,
}

/// Reads what was sent since `since`.
///
/// # Errors
/// When there is a log that cannot be read.
pub fn log(tool: &Tool, since: Option<Timestamp>) -> io::Result<Log> {
    let read = tool.directory.as_deref().map(sent_log::read).transpose()?.unwrap_or_default();
    let requests = read.entries.into_iter().filter(|entry| since.is_none_or(|since| entry.time >= since));
    let request = |sent_log::Entry { time, url, body }| SentRequest { time, url, body };
    Ok(Log { requests: requests.map(request).collect(), damaged: read.damaged })
}

impl Log {
    /// Leaves only the newest requests, this many.
    #[must_use]
    pub fn last(mut self, count: usize) -> Self {
        self.requests.drain(..self.requests.len().saturating_sub(count));
        self
    }

    /// How often what was recorded, by name: `fetch`, or `report panic` for a report.
    #[must_use]
    pub fn by_name(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for (name, count) in self.requests.iter().flat_map(|request| records(&request.body)) {
            *counts.entry(name).or_default() += count;
        }
        counts
    }

    /// The same as one line of JSON: `requests`, each with `time`, `url` and `body`, and `records` by name.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|log| {
            list(log.member("requests"), &self.requests, |out, request| {
                write_object(out, |member| {
                    member.text("time", &request.time.to_string());
                    member.text("url", &request.url);
                    member.text("body", &request.body);
                });
            });
            write_object(log.member("records"), |records| {
                self.by_name().iter().for_each(|(name, count)| records.plain(name, count));
            });
            log.plain("damaged", self.damaged);
        })
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for SentRequest { time, url, body } in &self.requests {
            writeln!(f, "{}  {url}\n{}\n", shown(*time), body.trim_end())?;
        }
        let records: Vec<String> = self.by_name().iter().map(|(name, count)| format!("{count} {name}")).collect();
        match self.requests.len() as u64 {
            0 => writeln!(f, "Nothing was sent.")?,
            requests => writeln!(f, "{} sent: {}.", number(requests, "request"), records.join(", "))?,
        }
        match self.damaged {
            0 => Ok(()),
            lines => writeln!(f, "{} of the log cannot be read.", number(lines, "line")),
        }
    }
}

/// The names of the records in a body, and how often each happened.
pub(super) fn records(body: &str) -> Vec<(String, u64)> {
    if let Some(items) = json::member(body, "batch").and_then(json::items) {
        let name = |item| json::read_text(json::member(item, "event")?);
        return items.into_iter().filter_map(|item| Some((name(item)?, crate::spool::count(item)))).collect();
    }
    // An envelope: a line about the whole, a line about the event, the event.
    let event = body.lines().nth(2).and_then(class);
    event.map(|class| (format!("report {class}"), 1)).into_iter().collect()
}

/// Reads since when: `12h`, `7d` or `4w` before now, the beginning of a day (UTC) such as `2026-11-22`, or a time.
///
/// # Errors
/// When it is none of these, with what could be written.
pub fn parse_since(text: &str) -> Result<Timestamp, String> {
    const HOUR: i64 = 3_600_000_000;
    let ago = || {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let hours = match unit {
            "h" => 1,
            "d" => 24,
            "w" => 24 * 7,
            _ => return None,
        };
        let micros = i64::from(number.parse::<u32>().ok()?) * hours * HOUR;
        Some(Timestamp::from_micros(clock::now().micros() - micros))
    };
    ago()
        .or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")).ok())
        .or_else(|| Timestamp::parse(text).ok())
        .ok_or_else(|| "neither 12h, 7d or 4w, nor a day such as 2026-11-22".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_so_long_ago_or_a_day_or_an_instant() {
        let day = Timestamp::parse("2026-11-22T00:00:00Z").expect("a time");
        assert_eq!((parse_since("2026-11-22"), parse_since("2026-11-22T00:00:00Z")), (Ok(day), Ok(day)));
        let week = parse_since("1w").expect("a time");
        assert!((clock::now().micros() - week.micros() - 7 * 86_400_000_000).abs() < 60_000_000);
        for text in ["", "w", "7", "7x", "-1d", "soon", "2026-13-01", "\u{e4}", "99999999999w"] {
            assert!(parse_since(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_log_counts_what_is_in_batches_and_envelopes_by_its_name() {
        let batch = r#"{"batch":[{"type":"track","messageId":"1","event":"fetch","properties":{"count":3}},{"event":"a \"b\""}],"sentAt":"t"}"#;
        let envelope =
            "{\"event_id\":\"0\"}\n{\"type\":\"event\"}\n{\"exception\":{\"values\":[{\"type\":\"panic\"}]}}\n";
        let request = |body: &str| SentRequest {
            time: Timestamp::from_micros(0),
            url: "https://example.org".to_owned(),
            body: body.to_owned(),
        };
        let log = Log { requests: [batch, envelope, batch, "?"].map(request).into(), damaged: 1 };
        let counts: Vec<_> = log.by_name().into_iter().collect();
        assert_eq!(counts, [("a \"b\"".to_owned(), 2), ("fetch".to_owned(), 6), ("report panic".to_owned(), 1)]);
        assert!(json::is_value(&log.to_json()));
        let text = log.to_string();
        assert!(text.starts_with("1970-01-01 00:00 UTC  https://example.org\n{\"batch\":[{"), "{text}");
        assert!(
            text.ends_with("4 requests sent: 2 a \"b\", 6 fetch, 1 report panic.\n1 line of the log cannot be read.\n")
        );
        assert_eq!(log.last(1).requests[0].body, "?");
    }
}
