//! What was sent stays on the user's disk for a while, so that they can read it: `sent.jsonl`, a line a request.
//!
//! ```text
//! {"time":"2026-11-22T01:54:59.000Z","url":"https://…/v1/batch","body":"the body before it was compressed, as text"}
//! ```
//!
//! The key is in a header, and so not in here. Only who holds the upload's lock writes.

use std::{io, path::Path};

use candor_wire::{Timestamp, json};

use crate::regular_file;

pub(crate) const FILE: &str = "sent.jsonl";

/// The most that is read of it: some times what it is kept to, of which one request may be more.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A request that the collector accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    pub(crate) url: String,
    pub(crate) body: String,
}

/// What the file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entries {
    /// The oldest first.
    pub(crate) entries: Vec<Entry>,
    /// How many lines are none.
    pub(crate) damaged: u64,
}

/// Reads the log.
///
/// # Errors
/// When there is one that cannot be read.
pub(crate) fn read(directory: &Path) -> io::Result<Entries> {
    let bytes = match regular_file::read(&directory.join(FILE), MOST_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read?,
    };
    let mut read = Entries::default();
    for line in String::from_utf8_lossy(&bytes).lines() {
        match entry(line) {
            Some(entry) => read.entries.push(entry),
            None => read.damaged += 1,
        }
    }
    Ok(read)
}

fn entry(line: &str) -> Option<Entry> {
    let text = |name| json::read_text(json::member(line, name)?);
    Some(Entry { time: Timestamp::parse(&text("time")?).ok()?, url: text("url")?, body: text("body")? })
}

#[cfg(feature = "upload")]
pub(crate) use writing::Remembering;

#[cfg(feature = "upload")]
mod writing {
    use std::{
        fs::OpenOptions,
        io::{self, Write as _},
        path::Path,
    };

    use candor_wire::{Timestamp, json};

    use super::{FILE, MOST_BYTES, entry};
    use crate::{
        clock,
        delivery::{Answer, Destination, Request},
        regular_file, state, text,
    };

    /// Of the whole file: some three weeks of a tool in daily use.
    const MAX_BYTES: usize = 1024 * 1024;

    /// What is older is no answer any more to what a tool sends.
    const MAX_AGE_DAYS: i32 = 30;

    /// A destination, and the log of what it accepted.
    #[derive(Debug)]
    pub(crate) struct Remembering<'a, D> {
        destination: D,
        directory: &'a Path,
    }

    impl<'a, D> Remembering<'a, D> {
        pub(crate) fn new(destination: D, directory: &'a Path) -> Self {
            // What has become too old goes even when nothing is sent.
            let _ = append(directory, None, clock::now());
            Self { destination, directory }
        }
    }

    impl<D: Destination> Destination for Remembering<'_, D> {
        fn deliver(&mut self, request: &Request) -> Answer {
            let answer = self.destination.deliver(request);
            if answer == Answer::Accepted {
                // Where it cannot be kept, what was sent is sent all the same.
                let _ = append(self.directory, Some(request), clock::now());
            }
            answer
        }
    }

    /// Adds a request, and takes out what is too old or too much; the newest one always stays.
    fn append(directory: &Path, request: Option<&Request>, now: Timestamp) -> io::Result<()> {
        let mut line = request.map_or_else(String::new, |request| encode(request, now));
        let before = match regular_file::read(&directory.join(FILE), MOST_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        let before = String::from_utf8_lossy(&before);
        if !before.is_empty() && !before.ends_with('\n') && !line.is_empty() {
            // The disk was full in the middle of a line.
            line.insert(0, '\n');
        }
        let oldest = now.day() - MAX_AGE_DAYS;
        let mut excess = (before.len() + line.len()).saturating_sub(MAX_BYTES);
        let mut stays = String::new();
        for old in before.split_inclusive('\n') {
            let is_due = || excess > 0 || entry(old.trim_end()).is_none_or(|entry| entry.time.day() < oldest);
            if stays.is_empty() && is_due() {
                excess = excess.saturating_sub(old.len());
            } else {
                stays.push_str(old);
            }
        }
        match (stays.len() < before.len(), line.is_empty()) {
            (true, _) => state::replace(directory, FILE, (stays + &line).as_bytes()),
            (false, true) => Ok(()),
            (false, false) => {
                let mut file = state::open(directory, FILE, OpenOptions::new().append(true))?;
                file.write_all(line.as_bytes())
            }
        }
    }

    fn encode(request: &Request, now: Timestamp) -> String {
        let mut line = String::with_capacity(request.body.len() * 5 / 4);
        let mut object = json::Object::begin(&mut line);
        object.text("time", &text::of(&now));
        object.text("url", &request.url);
        object.text("body", &request.body);
        object.end();
        line.push('\n');
        line
    }

    #[cfg(test)]
    mod tests {
        #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

        use std::fs;

        use super::*;
        use crate::sent_log::read;

        const DAY: i64 = 86_400_000_000;

        fn request(body: &str) -> Request {
            Request {
                url: "https://example.org/v1/batch".to_owned(),
                content_type: "application/json",
                authentication: ("authorization", "Basic secret".to_owned()),
                body: body.to_owned(),
            }
        }

        fn bodies(directory: &Path) -> Vec<String> {
            read(directory).unwrap().entries.into_iter().map(|entry| entry.body).collect()
        }

        #[test]
        fn the_body_is_kept_to_the_byte_and_the_key_is_not() {
            let directory = tempfile::tempdir().unwrap();
            let body = "{\"a\":\"\\u00e4 \\\"quoted\\\"\"}\n\u{1}\u{1f600}";
            append(directory.path(), Some(&request(body)), Timestamp::from_micros(0)).unwrap();
            let text = fs::read_to_string(directory.path().join(FILE)).unwrap();
            assert!(
                text.starts_with("{\"time\":\"1970-01-01T00:00:00.000Z\",\"url\":\"https://") && text.ends_with("}\n")
            );
            assert!(!text.contains("secret"), "{text}");
            assert_eq!(bodies(directory.path()), [body]);
        }

        #[test]
        fn what_is_older_than_thirty_days_goes_even_when_nothing_is_sent() {
            let directory = tempfile::tempdir().unwrap();
            for day in 0..4 {
                append(directory.path(), Some(&request(&day.to_string())), Timestamp::from_micros(day * DAY)).unwrap();
            }
            append(directory.path(), None, Timestamp::from_micros(32 * DAY)).unwrap();
            assert_eq!(bodies(directory.path()), ["2", "3"]);
        }

        #[test]
        fn the_log_is_held_to_its_size_and_the_newest_stays() {
            let directory = tempfile::tempdir().unwrap();
            let sizes = [300_000, 300_000, 300_000, 200_000, 2_000_000];
            for (number, size) in sizes.into_iter().enumerate() {
                let body = format!("{number}{}", "x".repeat(size));
                append(directory.path(), Some(&request(&body)), Timestamp::from_micros(0)).unwrap();
                let kept: String = bodies(directory.path()).iter().map(|body| &body[..1]).collect();
                assert_eq!(kept, ["0", "01", "012", "123", "4"][number]);
            }
        }

        #[test]
        fn a_torn_line_hides_no_other_and_goes_with_the_old_ones() {
            let directory = tempfile::tempdir().unwrap();
            append(directory.path(), Some(&request("a")), Timestamp::from_micros(0)).unwrap();
            let whole = fs::read_to_string(directory.path().join(FILE)).unwrap();
            fs::write(directory.path().join(FILE), format!("{}\n{whole}{}", &whole[..30], &whole[..50])).unwrap();
            assert_eq!((bodies(directory.path()), read(directory.path()).unwrap().damaged), (vec!["a".to_owned()], 2));
            append(directory.path(), Some(&request("b")), Timestamp::from_micros(0)).unwrap();
            let kept = read(directory.path()).unwrap();
            assert_eq!((kept.entries.len(), kept.damaged), (2, 1));
        }
    }
}
