//! What was recorded and not sent yet: JSON lines on the disk, and the sums that become such lines.
//!
//! ```text
//! usage.jsonl            what this and other processes append to
//! usage.000001.jsonl     closed segments, the oldest first: full ones, and those that an upload has taken
//! usage.sums             what is added up (sums/mod.rs); usage.000002.sums is closed, and becomes usage.000002.jsonl
//! usage.active           which days were counted, and their records until an upload takes them (presence/file.rs)
//! crashes.jsonl ...      likewise, without sums: reports of crashes and errors
//! local.jsonl ...        usage that is never sent
//! local-crashes.jsonl    reports that are not sent, but for those that the user sends
//! dropped                how many records were lost to the bounds, as decimal digits, until an upload reports them
//! agreed                 the level and the date of the consent under which the waiting records were made
//! spool.lock             held while files are renamed, rewritten or removed; never while a socket is open
//! ```
//!
//! Each line is exactly the item that an upload sends. A writer opens, locks (shared), checks that the file is still the
//! one of that name, appends with one `write`, and closes: about six system calls, and it waits for nobody. Whoever
//! wants to read a file to its end renames it first, and then takes the exclusive lock once: from then on no writer
//! holds it, as every later one finds that the name has gone elsewhere. A process that dies at any byte leaves at most
//! one torn line, which readers skip; a record glued behind one is found by its fixed beginning.

mod append;
mod bounds;
mod clear;
mod consent;
mod lines;
mod presence;
mod segments;
mod survey;
mod tables;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub(crate) use consent::Agreement;
pub(crate) use lines::{Lines, count, day};
pub(crate) use segments::Segment;
pub(crate) use tables::QueueOf;

pub(crate) const LOCK: &str = "spool.lock";

/// The most that is read of a file of records: four times what those of a queue may hold together, as many processes that
/// append at once may each go over a bound by one record.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// The most that is read of `dropped` and `agreed`, which are one short line.
const MAX_NOTE_BYTES: u64 = 256;

/// How much is kept, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Of each queue. 1 MiB is about 1,500 operations: weeks of use offline.
    pub(crate) max_bytes: u64,
    /// What is older says nothing any more that a maintainer could act on.
    pub(crate) max_age_days: i32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1024 * 1024, max_age_days: 30 }
    }
}

impl Limits {
    /// The oldest records go a segment at a time.
    fn segment_bytes(self) -> u64 {
        self.max_bytes / 4
    }
}

/// Which records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    /// Usage that an upload will take.
    Usage,
    /// Reports of crashes and errors that an upload will take.
    Crashes,
    /// Usage that stays.
    Local,
    /// Reports that stay.
    LocalCrashes,
}

impl Queue {
    /// Every queue.
    pub(crate) const ALL: [Self; 4] = [Self::Usage, Self::Crashes, Self::Local, Self::LocalCrashes];

    fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Crashes => "crashes",
            Self::Local => "local",
            Self::LocalCrashes => "local-crashes",
        }
    }

    /// The file that is appended to.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Usage => "usage.jsonl",
            Self::Crashes => "crashes.jsonl",
            Self::Local => "local.jsonl",
            Self::LocalCrashes => "local-crashes.jsonl",
        }
    }

    /// The table that is counted in.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Usage | Self::Crashes => "usage.sums",
            Self::Local | Self::LocalCrashes => "local.sums",
        }
    }

    /// The file of the days that were counted.
    pub(crate) fn presence(self) -> &'static str {
        match self {
            Self::Usage | Self::Crashes => "usage.active",
            Self::Local | Self::LocalCrashes => "local.active",
        }
    }

    /// Whether an upload takes it.
    pub(crate) fn is_sent(self) -> bool {
        matches!(self, Self::Usage | Self::Crashes)
    }

    /// Where the reports of a run go whose usage goes here.
    pub(crate) fn of_reports(self) -> Self {
        if self.is_sent() { Self::Crashes } else { Self::LocalCrashes }
    }

    /// Where its records go when they may not be sent any more.
    fn kept(self) -> Self {
        match self {
            Self::Usage | Self::Local => Self::Local,
            Self::Crashes | Self::LocalCrashes => Self::LocalCrashes,
        }
    }

    /// How every line of it begins. Inside a record its quotes would be escaped, so wherever these bytes stand, a record
    /// begins.
    fn beginning(self) -> &'static str {
        match self {
            Self::Usage | Self::Local => r#"{"type":"track","messageId":""#,
            Self::Crashes | Self::LocalCrashes => r#"{"event_id":""#,
        }
    }
}

/// The spool of one application.
#[derive(Debug, Clone)]
pub(crate) struct Spool {
    directory: PathBuf,
    limits: Limits,
    /// What takes the records of counted days to the others; nothing in a tool that counts none, which goes without its code.
    close_presence: Option<ClosePresence>,
}

/// [`Spool::close_presence`].
pub(crate) type ClosePresence = fn(&Spool, Queue) -> std::io::Result<()>;

impl Spool {
    /// The spool in this directory. Nothing is made before there is something to write.
    pub(crate) fn new(directory: PathBuf, limits: Limits) -> Self {
        Self { directory, limits, close_presence: None }
    }

    /// The same, where days may be counted.
    pub(crate) fn counting(self, close_presence: Option<ClosePresence>) -> Self {
        Self { close_presence, ..self }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }
}
