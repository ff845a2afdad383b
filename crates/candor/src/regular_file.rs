//! Regular files: nothing else is read or written, and no more of one than its reader says.
//!
//! Whatever has the name of a file of ours may be something else: a pipe, where `open` waits until somebody writes; a
//! terminal, which a process may take for its own by opening it; a device without an end; a file of ten gigabytes. So
//! every file is opened without waiting, then asked what it is, then read up to a bound. A link is followed, as people
//! keep such files in a repository and a link in their place: what counts is what lies at its end, and that is asked.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// Opens a file without waiting for anybody.
///
/// # Errors
/// `IsADirectory`, what [`is_something_else`] knows, and whatever the file system says.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path).map_err(|error| {
        // So says a socket, and a pipe that nobody reads.
        if error.raw_os_error() == Some(libc::ENXIO) { something_else() } else { error }
    })?;
    let metadata = file.metadata()?;
    match () {
        () if metadata.is_file() => Ok(file),
        () if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        () => Err(something_else()),
    }
}

/// The first bytes of a file: all of them, unless there are more than this many.
///
/// # Errors
/// Those of [`open`], and whatever the file system says.
pub(crate) fn read(path: &Path, most_bytes: u64) -> io::Result<Vec<u8>> {
    read_open(&open(path, OpenOptions::new().read(true))?, most_bytes)
}

/// Like [`read`], of a file that [`open`] opened.
///
/// # Errors
/// Whatever the file system says.
pub(crate) fn read_open(mut file: &File, most_bytes: u64) -> io::Result<Vec<u8>> {
    let most_bytes = usize::try_from(most_bytes).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    // The standard library's `take` and `read_to_end` do the same, and weigh 2 KB.
    let mut chunk = [0; 8 * 1024];
    loop {
        let room = chunk.len().min(most_bytes - bytes.len());
        match file.read(&mut chunk[..room]) {
            Ok(0) => return Ok(bytes),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Like [`read`], for text.
///
/// # Errors
/// `InvalidData` when it is not UTF-8, and those of [`read`].
pub(crate) fn read_text(path: &Path, most_bytes: u64) -> io::Result<String> {
    String::from_utf8(read(path, most_bytes)?).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Whether this is the error for what is neither a regular file nor a directory.
pub(crate) fn is_something_else(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput
}

fn something_else() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "no regular file")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::{fs, os::unix::fs::symlink, path::PathBuf};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    fn here() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        (directory, path)
    }

    fn refusals(path: &Path) -> Vec<io::ErrorKind> {
        let mut options = [OpenOptions::new(), OpenOptions::new(), OpenOptions::new(), OpenOptions::new()];
        options[0].read(true);
        options[1].write(true).create(true);
        options[2].append(true);
        options[3].read(true).write(true);
        options.iter_mut().map(|options| open(path, options).unwrap_err().kind()).collect()
    }

    #[test]
    fn a_pipe_a_socket_and_a_device_are_refused_at_once_however_they_are_opened() {
        let (directory, path) = here();
        mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
        let socket = directory.path().join("socket");
        mknodat(CWD, &socket, FileType::Socket, Mode::RWXU, 0).unwrap();
        let link = directory.path().join("link");
        symlink("/dev/zero", &link).unwrap();
        for path in [path, socket, link, "/dev/null".into()] {
            assert_eq!(refusals(&path), [io::ErrorKind::InvalidInput; 4], "{}", path.display());
            assert!(is_something_else(&read(&path, 1).unwrap_err()));
        }
        assert!(refusals(directory.path()).iter().all(|kind| *kind == io::ErrorKind::IsADirectory));
    }

    #[test]
    fn a_pipe_that_somebody_writes_to_is_refused_as_well_and_nothing_is_taken_from_it() {
        let (_directory, path) = here();
        mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
        let mut both_ends = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        io::Write::write_all(&mut both_ends, b"[all]").unwrap();
        assert_eq!(refusals(&path), [io::ErrorKind::InvalidInput; 4]);
        let mut taken = [0; 5];
        both_ends.read_exact(&mut taken).unwrap();
        assert_eq!(&taken, b"[all]");
    }

    #[test]
    fn no_more_is_read_than_was_asked_for_and_a_link_is_followed() {
        let (directory, path) = here();
        fs::write(&path, "what it says").unwrap();
        File::options().write(true).open(&path).unwrap().set_len(10_000_000_000).unwrap();
        let link = directory.path().join("link");
        symlink(&path, &link).unwrap();
        assert_eq!(read(&link, 4).unwrap(), b"what");
        assert_eq!(read_text(&path, 12).unwrap(), "what it says");
        fs::write(&path, b"\xff").unwrap();
        assert_eq!(read_text(&path, 12).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read(&directory.path().join("none"), 1).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
