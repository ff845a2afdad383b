//! A copy of a data directory that holds everything acknowledged before it was begun, beside a running collector.
//!
//! Rows wander from the journal to the tables while files are copied. So the journal is copied first: what leaves it later
//! is in a table that is copied later, and what is in both is counted once, because the table's own log says which frames
//! it holds.
//!
//! ```text
//! catalog.sqlite   VACUUM INTO: one transaction
//! journal/         every file
//! tables/T/        _delta_log/_last_checkpoint, the rest of _delta_log/, the data files: a version that is named has its files
//! journal/         again where it goes on from the tables: ids of frames that are in them are there or in ids/
//! ids/ and others  what the journal has let go of, and files that do not change under a collector; not identity/
//! backup.json      last: a copy without it is none
//! ```

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use datafusion::error::DataFusionError;

use crate::{
    Catalog, CatalogError, ReadError, Reader,
    journal::{read_segment, segments},
    recovery::{Layout, create_private},
    tables::{FACTS, Table},
};

/// What says that a copy is whole.
const MARK: &str = "backup.json";
/// A journal file that was copied in the middle of a write looks damaged; the write takes milliseconds.
const ATTEMPTS: usize = 20;

/// A copy that was made, or put back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackedUp {
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows of `facts` in it, counted by reading it.
    pub rows: u64,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The place is taken.
    #[error("{} exists and is not empty: choose a new directory", .0.display())]
    Taken(PathBuf),
    /// What should be put back is no whole copy.
    #[error("{} is no backup: it has no {MARK}, which `candor backup` writes when all else is copied", .0.display())]
    NoBackup(PathBuf),
    /// A newer release made it.
    #[error("{} was made by a newer release: use the release that wrote it", .0.display())]
    Version(PathBuf),
    /// A file could not be copied.
    #[error("copy {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The catalog could not be copied.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// What was copied cannot be read.
    #[error("read the copy: {0}")]
    Read(#[from] ReadError),
    /// What was copied cannot be counted.
    #[error("count the rows of the copy: {0}")]
    Query(#[from] DataFusionError),
}

/// Copies the data directory `dir` to `to`, which must be missing or empty; a collector may be running on it. `copied` is
/// told after each file how many bytes it had.
///
/// # Errors
/// When something cannot be copied, or the copy not be read; then there is no `to`, but perhaps `to.partial`.
pub async fn backup(dir: &Path, to: &Path, mut copied: impl FnMut(u64)) -> Result<BackedUp, BackupError> {
    // It says so where there is nothing to copy.
    Reader::open(dir).await?;
    let partial = begin(to)?;
    Catalog::open(dir).await?.copy(&partial.join("catalog.sqlite")).await?;
    let (from, into) = (Layout::of(dir), Layout::of(&partial));
    let mut copy = Copy { copied: &mut copied };
    copy.journal(&from.journal, &into.journal)?;
    for ((_, table), (_, into)) in from.tables().zip(into.tables()) {
        let (log, into_log) = (table.join("_delta_log"), into.join("_delta_log"));
        copy.tree(&log, &into_log, &|name| name == "_last_checkpoint")?;
        copy.tree(&log, &into_log, &|name| name != "_last_checkpoint")?;
        copy.tree(table, into, &|name| name != "_delta_log")?;
    }
    let committed =
        Table::open(&into.facts, FACTS).await.map_err(ReadError::from)?.map_or(0, |table| table.committed());
    let first = segments(&from.journal).map_err(ReadError::from)?.first().map(|(first, _)| *first);
    // Frames between would be missing otherwise, and are younger than the beginning of this copy.
    if first.is_some_and(|first| first <= committed + 1) {
        copy.journal(&from.journal, &into.journal)?;
    }
    copy.ids(&from.ids, &into.ids)?;
    // A copy outlives the secrets of a day or a month, which nobody may have any more when it is over; and minidumps, whose
    // memory is to be gone after their days.
    // And what the file system of a disk of its own has in it.
    let done = |name: &str| {
        ["lock", "journal", "tables", "ids", "identity", "tmp", "minidumps", "lost+found"].contains(&name)
            || name.starts_with("catalog.sqlite")
    };
    copy.tree(dir, &partial, &|name| !done(name))?;

    let backed_up = measure(&partial).await?;
    let BackedUp { files, bytes, rows } = backed_up;
    let mark = format!("{{\"format\": 1, \"files\": {files}, \"bytes\": {bytes}, \"rows\": {rows}}}\n");
    write_synced(&partial.join(MARK), mark.as_bytes())?;
    finish(&partial, to)?;
    Ok(backed_up)
}

/// Makes a data directory `dir`, which must be missing or empty, of a copy that [`backup`] made.
///
/// # Errors
/// When `from` is no whole copy, or cannot be copied or read.
pub async fn restore(from: &Path, dir: &Path, mut copied: impl FnMut(u64)) -> Result<BackedUp, BackupError> {
    let mark = fs::read(from.join(MARK)).map_err(|_| BackupError::NoBackup(from.to_owned()))?;
    let mark: serde_json::Value = serde_json::from_slice(&mark).map_err(|_| BackupError::NoBackup(from.to_owned()))?;
    if mark["format"] != 1 {
        return Err(BackupError::Version(from.to_owned()));
    }
    let partial = begin(dir)?;
    let mut copy = Copy { copied: &mut copied };
    copy.tree(from, &partial, &|name| name != MARK)?;
    let restored = measure(&partial).await?;
    finish(&partial, dir)?;
    Ok(restored)
}

/// How many files a directory has, and their bytes: what [`backup`] and [`restore`] have to copy, about.
///
/// # Errors
/// When the directory cannot be read.
pub fn files_and_bytes(dir: &Path) -> io::Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let (more_files, more_bytes) = match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => files_and_bytes(&entry.path())?,
            Ok(metadata) => (1, metadata.len()),
            // Gone in between.
            Err(_) => (0, 0),
        };
        files += more_files;
        bytes += more_bytes;
    }
    Ok((files, bytes))
}

/// Where the copy lies until it is whole.
fn begin(to: &Path) -> Result<PathBuf, BackupError> {
    let failed = |source| BackupError::Io { path: to.to_owned(), source };
    match fs::read_dir(to) {
        Ok(mut entries) => match entries.next() {
            Some(_) => return Err(BackupError::Taken(to.to_owned())),
            None => fs::remove_dir(to).map_err(failed)?,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = to.with_file_name(name);
    match fs::remove_dir_all(&partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => create_private(&partial).map_err(failed)?,
    }
    Ok(partial)
}

/// Gives the whole copy its name.
fn finish(partial: &Path, to: &Path) -> Result<(), BackupError> {
    let sync = |path: &Path| File::open(path)?.sync_all();
    sync(partial)
        .and_then(|()| fs::rename(partial, to))
        .and_then(|()| to.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync))
        .map_err(|source| BackupError::Io { path: to.to_owned(), source })
}

/// Opens the copy as a report would, and counts.
async fn measure(dir: &Path) -> Result<BackedUp, BackupError> {
    let session = Reader::open(dir).await?.session().await?;
    let rows = session.table("facts").await?.count().await? as u64;
    let (files, bytes) = files_and_bytes(dir).map_err(|source| BackupError::Io { path: dir.to_owned(), source })?;
    Ok(BackedUp { files, bytes, rows })
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let write = || {
        fs::write(path, bytes)?;
        File::open(path)?.sync_all()
    };
    write().map_err(|source| BackupError::Io { path: path.to_owned(), source })
}

struct Copy<'a> {
    copied: &'a mut dyn FnMut(u64),
}

impl Copy<'_> {
    /// Copies what is in `from`, but for names directly in it that are not `wanted`.
    fn tree(&mut self, from: &Path, into: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<(), BackupError> {
        let failed = |source| BackupError::Io { path: from.to_owned(), source };
        create_private(into).map_err(failed)?;
        let entries = match fs::read_dir(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if !wanted(&name.to_string_lossy()) {
                continue;
            }
            let (path, into) = (entry.path(), into.join(&name));
            match entry.file_type().map_err(failed)? {
                kind if kind.is_dir() => self.tree(&path, &into, &|_| true)?,
                kind if kind.is_file() => self.file(&path, &into)?,
                // Nothing of ours.
                _ => {}
            }
        }
        File::open(into).and_then(|dir| dir.sync_all()).map_err(failed)
    }

    /// Copies a file, unless it went away meanwhile.
    fn file(&mut self, from: &Path, into: &Path) -> Result<(), BackupError> {
        let copy = || -> io::Result<u64> {
            let bytes = fs::copy(from, into)?;
            File::open(into)?.sync_all()?;
            Ok(bytes)
        };
        match copy() {
            Ok(bytes) => {
                (self.copied)(bytes);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(BackupError::Io { path: from.to_owned(), source }),
        }
    }

    /// Copies the ids. Files that were merged while they were copied are there again as the one that they became.
    fn ids(&mut self, from: &Path, into: &Path) -> Result<(), BackupError> {
        for _ in 0..ATTEMPTS {
            self.tree(from, into, &|name| !into.join(name).exists())?;
            let there = fs::read_dir(from).map_err(|source| BackupError::Io { path: from.to_owned(), source })?;
            if there.flatten().all(|entry| into.join(entry.file_name()).exists()) {
                break;
            }
        }
        Ok(())
    }

    /// Copies every journal file, each until none of its frames was caught in the middle of being written.
    fn journal(&mut self, from: &Path, into: &Path) -> Result<(), BackupError> {
        create_private(into).map_err(|source| BackupError::Io { path: into.to_owned(), source })?;
        let found = segments(from).map_err(ReadError::from)?;
        for (_, path) in found {
            let copy = into.join(path.file_name().unwrap_or_default());
            for _ in 0..ATTEMPTS {
                self.file(&path, &copy)?;
                let is_whole = !copy.exists() || read_segment(&copy, 0, u64::MAX).is_ok_and(|read| read.corrupt == 0);
                if is_whole {
                    break;
                }
            }
        }
        Ok(())
    }
}
