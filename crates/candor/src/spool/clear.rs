//! The user wants what was recorded to be gone.

use std::{fs, io};

use super::{LOCK, Queue, Spool, bounds, tables};
use crate::state::Lock;

impl Spool {
    /// Removes everything in these queues, and returns how many records that were. Processes that are counting or
    /// appending go on in new files: a table is closed before it goes, so that nobody counts in what is gone.
    ///
    /// # Errors
    /// When the files cannot be removed; some may be gone by then.
    pub(crate) fn clear(&self, queues: &[Queue]) -> io::Result<u64> {
        if !self.directory.is_dir() {
            return Ok(0);
        }
        let _lock = Lock::take(&self.directory, LOCK)?;
        let mut records = 0;
        for queue in queues {
            self.close_current(*queue)?;
            for segment in self.all_segments(*queue)? {
                // Reading it waits for appenders, and closes it where it is a table.
                records += self.records(&segment, *queue);
                fs::remove_file(segment.path(self))?;
            }
        }
        for name in [bounds::DROPPED, tables::DAMAGED] {
            match fs::remove_file(self.directory.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(records)
    }
}
