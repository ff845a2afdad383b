//! Closed segments: taken out of the writers' way by a rename.

use std::{fs, io, path::PathBuf};

#[cfg(feature = "upload")]
use super::{LOCK, Lines};
use super::{Queue, Spool};
#[cfg(feature = "upload")]
use crate::state::{self, Lock};

/// A file that nobody appends to any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Segment {
    number: u64,
    name: String,
}

impl Segment {
    pub(super) fn path(&self, spool: &Spool) -> PathBuf {
        spool.directory.join(&self.name)
    }
}

impl Spool {
    /// The closed segments of a queue, the oldest first.
    pub(super) fn segments(&self, queue: Queue) -> io::Result<Vec<Segment>> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut segments: Vec<Segment> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| Some(Segment { number: number(queue, &name)?, name }))
            .collect();
        segments.sort();
        Ok(segments)
    }

    /// Closes the file that is appended to, if there is one. The caller holds the spool's lock.
    pub(super) fn close_current(&self, queue: Queue) -> io::Result<()> {
        match fs::rename(self.directory.join(queue.file()), self.next_segment(queue)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Moves a segment to where it is never sent. The caller holds the spool's lock.
    pub(super) fn retire(&self, segment: &Segment) -> io::Result<()> {
        fs::rename(segment.path(self), self.next_segment(Queue::Local)?)
    }

    fn next_segment(&self, queue: Queue) -> io::Result<PathBuf> {
        let next = self.segments(queue)?.last().map_or(1, |last| last.number + 1);
        Ok(self.directory.join(format!("{}.{next:06}.jsonl", queue.name())))
    }
}

#[cfg(feature = "upload")]
impl Spool {
    /// Closes the current file and returns every segment that waits to be sent, the oldest first.
    ///
    /// # Errors
    /// When the directory cannot be read or written.
    pub(crate) fn claim(&self) -> io::Result<Vec<Segment>> {
        let _lock = Lock::take(&self.directory, LOCK)?;
        self.close_current(Queue::Usage)?;
        self.segments(Queue::Usage)
    }

    /// Reads a closed segment to its end, waiting for writers that were about to append when it was closed.
    ///
    /// # Errors
    /// When it cannot be read. One that has been removed meanwhile is empty.
    pub(crate) fn read(&self, segment: &Segment) -> io::Result<Lines> {
        let mut file = match fs::File::open(segment.path(self)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lines::default()),
            Err(error) => return Err(error),
        };
        // Where there are no locks there is nobody to wait for.
        let _ = file.lock();
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut file, &mut bytes)?;
        Ok(Lines::of(&bytes))
    }

    /// Leaves only these items in a segment, and removes it when there are none.
    ///
    /// # Errors
    /// When it cannot be written: then what was sent is sent again, with the same ids.
    pub(crate) fn keep(&self, segment: &Segment, items: &[String]) -> io::Result<()> {
        let _lock = Lock::take(&self.directory, LOCK)?;
        let path = segment.path(self);
        if !path.exists() {
            // It fell to the bounds meanwhile.
            return Ok(());
        }
        if items.is_empty() {
            return fs::remove_file(path);
        }
        let text: String = items.iter().flat_map(|item| [item.as_str(), "\n"]).collect();
        state::replace(&self.directory, &segment.name, text.as_bytes())
    }
}

/// The number in `usage.000001.jsonl`.
fn number(queue: Queue, name: &str) -> Option<u64> {
    let digits = name.strip_prefix(queue.name())?.strip_prefix('.')?.strip_suffix(".jsonl")?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
