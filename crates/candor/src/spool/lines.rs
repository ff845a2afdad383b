//! Bytes of a spool file to items, whatever happened to the processes that wrote them.

use candor_wire::{Timestamp, json};

use crate::text;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Whole items, in the order in which they were appended.
    pub(crate) items: Vec<String>,
    /// How many were torn.
    pub(crate) damaged: u64,
}

impl Lines {
    /// Reads lines that each begin like this.
    pub(crate) fn of(bytes: &[u8], beginning: &str) -> Self {
        let mut lines = Self::default();
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            lines.read_line(&String::from_utf8_lossy(line), beginning);
        }
        lines
    }

    fn read_line(&mut self, line: &str, beginning: &str) {
        // A file system may leave zeros where a crashed machine had not written yet.
        let is_start = |at: &usize| line.as_bytes()[*at..].starts_with(beginning.as_bytes());
        let mut starts: Vec<usize> = (0..line.len()).filter(is_start).collect();
        if starts.first().is_none_or(|first| *first > 0) {
            self.damaged += 1;
        }
        starts.push(line.len());
        for piece in starts.windows(2) {
            let item = &line[piece[0]..piece[1]];
            if json::is_value(item) {
                self.items.push(item.to_owned());
            } else {
                self.damaged += 1;
            }
        }
    }
}

/// The day of an item's time; `None` when it says none.
pub(crate) fn day(item: &str) -> Option<i32> {
    let time = json::read_text(json::member(item, "timestamp")?)?;
    Timestamp::parse(&time).ok().map(Timestamp::day)
}

/// How many records an item stands for.
pub(crate) fn count(item: &str) -> u64 {
    let count = json::member(item, "properties").and_then(|properties| json::member(properties, "count"));
    count.and_then(text::number).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEGINNING: &str = r#"{"type":"track","messageId":""#;

    fn item(number: usize) -> String {
        format!(r#"{BEGINNING}{number}","event":"{{\"type\":\"track\"","timestamp":"2026-11-22T01:00:00.000Z"}}"#)
    }

    #[test]
    fn a_record_glued_behind_a_torn_one_is_found() {
        let torn = &item(1)[..40];
        let text = format!("{}\n{torn}{}\n{}\n", item(0), item(2), item(3));
        assert_eq!(Lines::of(text.as_bytes(), BEGINNING), Lines { items: vec![item(0), item(2), item(3)], damaged: 1 });
    }

    #[test]
    fn the_day_of_an_item_is_read() {
        assert_eq!(day(&item(1)), Some(20_779));
        assert_eq!(day("{}"), None);
        assert_eq!((count(&item(1)), count(r#"{"properties":{"count":7}}"#)), (1, 7));
    }

    proptest! {
        #[test]
        fn a_file_cut_at_any_byte_loses_only_the_record_that_was_cut(cut in 0usize..400) {
            let text: String = (0..4).map(|number| item(number) + "\n").collect();
            let cut = cut.min(text.len());
            let after_the_cut = format!("{}{}\n", &text[..cut], item(9));
            let lines = Lines::of(after_the_cut.as_bytes(), BEGINNING);
            let line = item(0).len() + 1;
            // A line that lacks only its end is whole.
            let whole = (cut + 1) / line;
            prop_assert_eq!(lines.items.len(), whole + 1);
            prop_assert_eq!(lines.items.last(), Some(&item(9)));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Lines::of(&bytes, BEGINNING);
        }
    }
}
