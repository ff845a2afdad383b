//! The file of a table: made whole before it gets its name, by whoever is first.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use rustix::fs::FallocateFlags;

use super::{
    map::Map,
    table::{Cell, Refused, SIZE_BYTES, Table},
};
use crate::{regular_file, state};

/// A table that was opened, and which file it is.
#[derive(Debug)]
pub(crate) struct TableFile {
    map: Map,
    identity: FileIdentity,
}

/// What tells a file from another of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileIdentity(u64, u64);

impl FileIdentity {
    /// Of the file that has this name now.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        fs::symlink_metadata(path).map(|metadata| Self(metadata.dev(), metadata.ino()))
    }
}

impl TableFile {
    /// Opens the table of this name.
    ///
    /// # Errors
    /// `InvalidData` when it is not a table, and whatever the file system says.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = regular_file::open(path, OpenOptions::new().read(true).write(true))?;
        let metadata = file.metadata()?;
        let map = Map::of(&file, SIZE_BYTES)?;
        Table::of(map.words()).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(Self { map, identity: FileIdentity(metadata.dev(), metadata.ino()) })
    }

    /// Opens the table of this name, and makes one where there is none.
    ///
    /// # Errors
    /// When it cannot be made: a full or read-only disk, no permission, a file system without what this needs.
    pub(crate) fn open_or_create(directory: &Path, name: &str) -> io::Result<Self> {
        let path = directory.join(name);
        match Self::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::create(directory, name)?;
                Self::open(&path)
            }
            opened => opened,
        }
    }

    fn create(directory: &Path, name: &str) -> io::Result<()> {
        let mut seed = [0; 16];
        getrandom::fill(&mut seed).map_err(|_| io::ErrorKind::Unsupported)?;
        // Threads and processes may be at it at once, and each has a file of its own until one of them has the name.
        let temporary = format!(".{name}.{:02x}{:02x}{:02x}{:02x}", seed[0], seed[1], seed[2], seed[3]);
        let made = state::open(directory, &temporary, OpenOptions::new().read(true).write(true))
            .and_then(|file| format(&file, seed))
            .and_then(|()| fs::hard_link(directory.join(&temporary), directory.join(name)));
        let _ = fs::remove_file(directory.join(&temporary));
        match made {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// The table.
    ///
    /// # Errors
    /// `Damaged` when it has become something else.
    pub(crate) fn table(&self) -> Result<Table<'_>, Refused> {
        Table::of(self.map.words())
    }

    /// Adds one in a cell of this table.
    ///
    /// # Errors
    /// `Closed` when it takes no more counts.
    #[inline]
    pub(crate) fn add_one(&self, cell: Cell) -> Result<(), Refused> {
        Table::open(self.map.words())?.add_one(cell)
    }

    /// Whether the file has this name still.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        FileIdentity::at(path).is_ok_and(|identity| identity == self.identity)
    }
}

/// Takes the whole length from the disk at once: a write into a mapping cannot be told that the disk is full.
fn format(file: &File, seed: [u8; 16]) -> io::Result<()> {
    rustix::fs::fallocate(file, FallocateFlags::empty(), 0, SIZE_BYTES as u64)?;
    Table::format(Map::of(file, SIZE_BYTES)?.words(), seed);
    Ok(())
}
