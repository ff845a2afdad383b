//! What was recorded and not sent yet: JSON lines on the disk.
//!
//! ```text
//! usage.jsonl            what this and other processes append to
//! usage.000001.jsonl     closed segments, the oldest first: full ones, and those that an upload has taken
//! local.jsonl            what is never sent; local.000001.jsonl and so on likewise
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
mod consent;
#[cfg(feature = "upload")]
mod lines;
mod segments;

#[cfg(test)]
mod tests;

#[cfg(feature = "upload")]
use std::path::Path;
use std::path::PathBuf;

pub(crate) use consent::Agreement;
#[cfg(feature = "upload")]
pub(crate) use lines::{Lines, day};
#[cfg(feature = "upload")]
pub(crate) use segments::Segment;

pub(crate) const LOCK: &str = "spool.lock";

/// How much is kept, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Of each queue. 1 MiB is about 1,500 operations: weeks of use offline.
    pub(crate) max_bytes: u64,
    /// What is older says nothing any more that a maintainer could act on.
    #[cfg_attr(not(feature = "upload"), expect(dead_code, reason = "records age where they wait to be sent"))]
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
    /// Those that an upload will take.
    Usage,
    /// Those that stay.
    Local,
}

impl Queue {
    fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Local => "local",
        }
    }

    /// The file that is appended to.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Usage => "usage.jsonl",
            Self::Local => "local.jsonl",
        }
    }
}

/// The spool of one application.
#[derive(Debug, Clone)]
pub(crate) struct Spool {
    directory: PathBuf,
    limits: Limits,
}

impl Spool {
    /// The spool in this directory. Nothing is made before there is something to write.
    pub(crate) fn new(directory: PathBuf, limits: Limits) -> Self {
        Self { directory, limits }
    }

    #[cfg(feature = "upload")]
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    #[cfg(feature = "upload")]
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }
}
