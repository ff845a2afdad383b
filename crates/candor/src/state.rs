//! Small files in the state directory: made with their directory, readable by their owner alone, replaced whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::SystemTime,
};

use rustix::{
    fs::{Mode, mkdir},
    io::Errno,
};

use crate::regular_file;

/// Opens a file that is made when it is missing, with its directory.
pub(crate) fn open(directory: &Path, name: &str, options: &mut OpenOptions) -> io::Result<File> {
    options.create(true).mode(0o600);
    let path = directory.join(name);
    match regular_file::open(&path, options) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_directory(directory)?;
            regular_file::open(&path, options)
        }
        opened => opened,
    }
}

/// Makes a directory with those above it, for its owner alone; one that is there stays as it is. The standard library's way
/// weighs ten times as much.
pub(crate) fn make_directory(directory: &Path) -> io::Result<()> {
    let made = || match mkdir(directory, Mode::RWXU) {
        Err(Errno::EXIST) if directory.is_dir() => Ok(()),
        made => made,
    };
    match (made(), directory.parent()) {
        (Err(Errno::NOENT), Some(parent)) => {
            make_directory(parent)?;
            Ok(made()?)
        }
        (made, _) => Ok(made?),
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

/// A text of these lines, each with its end.
pub(crate) fn lines(lines: &mut dyn Iterator<Item = &str>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// A file that nobody writes to, held locked until it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        give_back(&self.file);
    }
}

/// Gives back the lock of a file that is about to be closed. To close it is not enough where the tool has forked in between:
/// the other process has the same file open, without knowing, and would hold the lock for as long as it lives.
pub(crate) fn give_back(file: &File) {
    // Where there are no locks there is none to give back.
    let _ = file.unlock();
}

impl Lock {
    /// Takes the lock, or says at once that somebody else holds it.
    pub(crate) fn try_take(directory: &Path, name: &str) -> io::Result<Option<Self>> {
        let file = Self::open(directory, name)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Waits for the lock. Only where nobody waits for us: never on the way of the tool.
    pub(crate) fn take(directory: &Path, name: &str) -> io::Result<Self> {
        let file = Self::open(directory, name)?;
        file.lock()?;
        Ok(Self { file })
    }

    fn open(directory: &Path, name: &str) -> io::Result<File> {
        open(directory, name, OpenOptions::new().write(true).truncate(false))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use super::*;

    #[test]
    fn a_lock_is_given_back_even_if_another_process_has_inherited_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let lock = Lock::take(directory.path(), "lock").unwrap();
        // What a fork makes of it: another number for the same open file.
        let _inherited = lock.file.try_clone().unwrap();
        assert!(Lock::try_take(directory.path(), "lock").unwrap().is_none());
        drop(lock);
        assert!(Lock::try_take(directory.path(), "lock").unwrap().is_some());
    }
}
