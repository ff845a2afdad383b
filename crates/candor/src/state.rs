//! Small files in the state directory: made with their directory, readable by their owner alone, replaced whole.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
    time::SystemTime,
};

use crate::regular_file;

/// Opens a file that is made when it is missing, with its directory.
pub(crate) fn open(directory: &Path, name: &str, options: &mut OpenOptions) -> io::Result<File> {
    options.create(true).mode(0o600);
    let path = directory.join(name);
    match regular_file::open(&path, options) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            regular_file::open(&path, options)
        }
        opened => opened,
    }
}

/// Replaces a file by another with these bytes: a reader sees the old or the new one, whatever dies meanwhile.
pub(crate) fn replace(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    replace_dated(directory, name, bytes, None)
}

/// Like [`replace`], and gives the file this time of modification.
pub(crate) fn replace_dated(
    directory: &Path,
    name: &str,
    bytes: &[u8],
    modified: Option<SystemTime>,
) -> io::Result<()> {
    // Two processes that replace the same file at once must not write into each other's temporary file.
    let temporary = format!(".{name}.{}", std::process::id());
    let mut file = open(directory, &temporary, OpenOptions::new().write(true).truncate(true))?;
    let written = file
        .write_all(bytes)
        .and_then(|()| modified.map_or(Ok(()), |time| file.set_modified(time)))
        .and_then(|()| fs::rename(directory.join(&temporary), directory.join(name)));
    if written.is_err() {
        let _ = fs::remove_file(directory.join(&temporary));
    }
    written
}

/// A file that nobody writes to, held locked until it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says at once that somebody else holds it.
    pub(crate) fn try_take(directory: &Path, name: &str) -> io::Result<Option<Self>> {
        let file = Self::open(directory, name)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Waits for the lock. Only where nobody waits for us: never on the way of the tool.
    pub(crate) fn take(directory: &Path, name: &str) -> io::Result<Self> {
        let file = Self::open(directory, name)?;
        file.lock()?;
        Ok(Self { _file: file })
    }

    fn open(directory: &Path, name: &str) -> io::Result<File> {
        open(directory, name, OpenOptions::new().write(true).truncate(false))
    }
}
