//! One record, one write.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::MetadataExt as _,
};

use super::{Queue, Spool};
use crate::state;

/// A file is renamed away once in a long while; that it happens this often in a row to one writer means that something
/// else is wrong.
const MAX_ATTEMPTS: usize = 16;

impl Spool {
    /// Appends an item. It is on its way to the disk when this returns: a crash of the process does not lose it.
    ///
    /// # Errors
    /// When the file cannot be opened or written: a read-only home, a full disk, no permission.
    pub(crate) fn append(&self, queue: Queue, item: &str) -> io::Result<()> {
        let mut line = String::with_capacity(item.len() + 1);
        line.push_str(item);
        line.push('\n');
        for _ in 0..MAX_ATTEMPTS {
            let mut file = state::open(&self.directory, queue.file(), OpenOptions::new().append(true))?;
            let entered = self.enter(&file, queue);
            let written = if let Ok(Some(_)) = entered { file.write(line.as_bytes()) } else { Ok(0) };
            state::give_back(&file);
            drop(file);
            let (Some(size), written) = (entered?, written?) else { continue };
            if written < line.len() {
                // The disk is full. The torn line stays where it is: cutting it off could cut off another's record.
                return Err(io::ErrorKind::WriteZero.into());
            }
            if size + line.len() as u64 > self.limits.segment_bytes() {
                // Bounds are kept by whoever comes by; where that fails now, the next record tries again.
                let _ = self.keep_bounds(queue);
            }
            return Ok(());
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    /// Makes sure that the file is the one that readers will read to its end: its size, or `None` when it has been
    /// renamed meanwhile.
    fn enter(&self, file: &File, queue: Queue) -> io::Result<Option<u64>> {
        match file.try_lock_shared() {
            // Only who has renamed a file takes the exclusive lock.
            Err(TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks: then a reader cannot wait for this writer, and may miss one record.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let ours = file.metadata()?;
        match self.directory.join(queue.file()).metadata() {
            Ok(named) if (named.dev(), named.ino()) == (ours.dev(), ours.ino()) => Ok(Some(ours.size())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
