//! Rows that cannot be sent.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Lines that are named of each reason; the rest is counted.
const NAMED: usize = 10;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal),+ $(,)?) => {
        /// Why a row is not sent. Where the collector would drop it for the same reason, it has the collector's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub(crate) enum Bad { $($(#[doc = $doc])+ #[serde(rename = $text)] $name),+ }

        impl Bad {
            fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            #[cfg(test)]
            const ALL: &[(&str, &str)] = &[$(($text, concat!($($doc),+))),+];
        }
    };
}

reasons! {
    /// The line is not JSON
    NotJson = "not_json",
    /// The line is JSON, but no object
    NotAnObject = "not_an_object",
    /// It is not UTF-8
    InvalidUtf8 = "invalid_utf8",
    /// It has more than 1 MiB
    EventTooLarge = "event_too_large",
    /// It has more or fewer fields than the header
    WrongNumberOfFields = "wrong_number_of_fields",
    /// It does not say what happened
    MissingEvent = "missing_event",
    /// It does not say when: it would be counted as of today
    MissingTime = "missing_time",
    /// Its time cannot be read
    TimestampMalformed = "timestamp_malformed",
    /// It is older than 762 days (25 months)
    TimestampTooOld = "timestamp_too_old",
    /// It is more than a day ahead
    TimestampInFuture = "timestamp_in_future",
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Rows that were not sent, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally(BTreeMap<Bad, Found>);

/// Rows with one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Found {
    /// How many.
    pub(crate) rows: u64,
    /// Where the first of them are: the line of a text, the row of a Parquet file.
    pub(crate) lines: Vec<u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, reason: Bad, line: u64) {
        let found = self.0.entry(reason).or_default();
        found.rows += 1;
        if found.lines.len() < NAMED {
            found.lines.push(line);
        }
    }

    pub(crate) fn rows(&self) -> u64 {
        self.0.values().map(|found| found.rows).sum()
    }
}

/// A line for each reason.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (reason, Found { rows, lines }) in &self.0 {
            let named: Vec<String> = lines.iter().map(u64::to_string).collect();
            let more = if *rows > lines.len() as u64 { ", …" } else { "" };
            write!(f, "\n  {reason}  {rows}  (line {}{more})", named.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn of_many_rows_the_first_are_named() {
        let mut tally = Tally::default();
        (1..=12).for_each(|line| tally.add(Bad::NotJson, line));
        tally.add(Bad::MissingEvent, 7);
        assert_eq!(tally.rows(), 13);
        let shown = "\n  not_json  12  (line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)\n  missing_event  1  (line 7)";
        assert_eq!(tally.to_string(), shown);
        let kept: Tally = serde_json::from_str(&serde_json::to_string(&tally).unwrap()).unwrap();
        assert_eq!(kept, tally);
    }

    #[test]
    fn the_page_lists_the_reasons() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/import.md");
        let page = std::fs::read_to_string(page).unwrap();
        for (name, meaning) in Bad::ALL {
            let line = format!("| `{name}` | {} |", meaning.trim());
            assert!(page.contains(&line), "docs/import.md lacks:\n{line}");
        }
    }
}
