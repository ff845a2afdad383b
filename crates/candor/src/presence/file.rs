//! The file of a history, with the records that belong to it: replaced whole, so that a day is counted in the same step that
//! leaves its record, or neither.
//!
//! ```text
//! usage.active, local.active
//!   since 2026-11-16                       the Monday of the first week in which the tool was used
//!   days 2026-11-22 2026-12-03             the days that were counted, at most 40, the last one at the end
//!   {"type":"track","messageId":"…", …}    records that no upload has taken yet, each as it is sent
//! ```
//!
//! Its time of modification is the start of the day that was counted last, so that a run of the same day asks no more of it.

use std::{
    io,
    path::Path,
    time::{Duration, SystemTime},
};

use super::History;
use crate::{regular_file, spool::Lines, state};

/// Many times what a history and its records take.
const MAX_BYTES: u64 = 256 * 1024;

/// As many as a machine that was never online can have made in the days for which records are kept.
const MAX_WAITING: usize = 40;

/// What is in the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PresenceFile {
    /// The history as it is written. Who only moves records does not read it, nor has what reads it.
    head: Vec<u8>,
    /// Items, the oldest first.
    pub(crate) waiting: Vec<String>,
    /// How many items were torn.
    torn: u64,
}

impl PresenceFile {
    /// Reads the file; one that is not there is an empty one, and so is what no SDK wrote.
    ///
    /// # Errors
    /// Whatever else the file system says.
    pub(crate) fn read(path: &Path, beginning: &str) -> io::Result<Self> {
        match regular_file::read(path, MAX_BYTES) {
            Ok(bytes) => Ok(Self::decode(&bytes, beginning)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    fn decode(bytes: &[u8], beginning: &str) -> Self {
        // The standard library's search of texts weighs 3 KB.
        let start = bytes.windows(beginning.len()).position(|part| part == beginning.as_bytes()).unwrap_or(bytes.len());
        let (head, items) = bytes.split_at(start);
        let Lines { items, damaged } = Lines::of(items, beginning);
        Self { head: head.to_vec(), waiting: items, torn: damaged }
    }

    fn read_history(&self) -> Option<History> {
        History::decode(str::from_utf8(&self.head).ok()?)
    }

    /// Which days were counted; none where no SDK wrote that.
    pub(crate) fn history(&self) -> History {
        self.read_history().unwrap_or_default()
    }

    /// Whether there is something that no history and no item is.
    pub(crate) fn is_damaged(&self) -> bool {
        self.torn > 0 || self.read_history().is_none()
    }

    /// Adds a day and what is sent of it. Returns how many records had to go for it.
    pub(crate) fn add(&mut self, history: &History, items: Vec<String>) -> u64 {
        self.head = history.encode().into_bytes();
        self.waiting.extend(items);
        let over = self.waiting.len().saturating_sub(MAX_WAITING);
        self.waiting.drain(..over);
        over as u64
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// When it cannot be written; then the old one is there.
    pub(crate) fn write(&self, directory: &Path, name: &str, modified: Option<SystemTime>) -> io::Result<()> {
        let mut bytes = self.head.clone();
        bytes.extend_from_slice(state::lines(&mut self.waiting.iter().map(String::as_str)).as_bytes());
        state::replace_dated(directory, name, &bytes, modified)
    }
}

/// The time that says which day was counted last.
pub(crate) fn mark(day: i32) -> Option<SystemTime> {
    let days = u64::try_from(day).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(days * 86_400))
}

/// Whether the file says by its time that this day was counted: one system call.
pub(crate) fn is_marked(path: &Path, day: i32) -> bool {
    let modified = path.metadata().and_then(|metadata| metadata.modified()).ok();
    modified.is_some() && modified == mark(day)
}
