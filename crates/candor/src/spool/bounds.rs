//! The spool never grows beyond its bounds: the oldest records go first, and are counted.

use std::{fs, io};

use super::{LOCK, MAX_NOTE_BYTES, Queue, Spool};
use crate::{
    regular_file,
    state::{self, Lock},
    text,
};

/// The file that counts what was lost.
pub(super) const DROPPED: &str = "dropped";

impl Spool {
    /// Closes a full file, and drops the oldest segments beyond the bound. Waits for nobody: when another process is at
    /// it, that one does the work.
    pub(super) fn keep_bounds(&self, queue: Queue) -> io::Result<()> {
        let Some(_lock) = Lock::try_take(&self.directory, LOCK)? else { return Ok(()) };
        let current = fs::metadata(self.directory.join(queue.file())).map_or(0, |metadata| metadata.len());
        if current > self.limits.segment_bytes() {
            self.close_current(queue)?;
        }
        self.drop_oldest(queue)
    }

    /// The caller holds the spool's lock.
    pub(super) fn drop_oldest(&self, queue: Queue) -> io::Result<()> {
        let mut sizes = Vec::new();
        for segment in self.all_segments(queue)? {
            let path = segment.path(self);
            sizes.push((fs::metadata(&path)?.len(), segment, path));
        }
        // Room for the file that is appended to.
        let bound = self.limits.max_bytes - self.limits.segment_bytes();
        let mut total: u64 = sizes.iter().map(|(size, ..)| size).sum();
        let mut dropped = 0;
        for (size, segment, path) in sizes {
            if total <= bound {
                break;
            }
            // What was never to be sent is not missed by anybody.
            if queue.is_sent() {
                dropped += self.records(&segment, queue);
            }
            fs::remove_file(&path)?;
            total -= size;
        }
        self.count_dropped(dropped)
    }

    /// Adds to the number of records that were lost. The caller holds the spool's lock.
    pub(crate) fn count_dropped(&self, more: u64) -> io::Result<()> {
        if more == 0 {
            return Ok(());
        }
        let total = self.dropped().saturating_add(more);
        state::replace(&self.directory, DROPPED, text::of(&total).as_bytes())
    }

    /// How many records were lost and not reported yet.
    pub(crate) fn dropped(&self) -> u64 {
        regular_file::read_text(&self.directory.join(DROPPED), MAX_NOTE_BYTES)
            .ok()
            .and_then(|total| text::number(text::trimmed(&total)))
            .unwrap_or(0)
    }
}

impl Spool {
    /// Counts records that an upload had to give up.
    pub(crate) fn give_up(&self, records: u64) {
        // Without the lock, or on a full disk, they go uncounted.
        if let Ok(_lock) = Lock::take(&self.directory, LOCK) {
            let _ = self.count_dropped(records);
        }
    }

    /// Turns the number of lost records into an item of its own behind the waiting ones. A process that dies in between
    /// reports the number twice rather than never.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub(crate) fn report_dropped(&self, item: impl FnOnce(u64) -> Option<String>) -> io::Result<()> {
        let lost = self.dropped();
        if lost == 0 {
            return Ok(());
        }
        let Some(item) = item(lost) else { return Ok(()) };
        self.append(Queue::Usage, &item)?;
        let _lock = Lock::take(&self.directory, LOCK)?;
        match self.dropped().saturating_sub(lost) {
            0 => fs::remove_file(self.directory.join(DROPPED)),
            rest => state::replace(&self.directory, DROPPED, text::of(&rest).as_bytes()),
        }
    }
}
