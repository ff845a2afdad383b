//! The machine that is looked at: where its files are, and how reading them fails.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use procfs::ProcError;
use rustix::io::Errno;

use crate::classified::{Classified, ErrorClass};

/// The file system that providers read.
#[derive(Debug, Clone)]
pub struct Machine {
    root: PathBuf,
}

impl Machine {
    /// The machine whose `/` is at `root`: `/` itself, or where a host is mounted inside a container.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Like [`Machine::at`], for a `root` that the user named.
    ///
    /// # Errors
    /// [`CollectError::Unreadable`] where there is no such directory. Without this, providers that take what is not there
    /// for an empty answer would have one.
    pub fn open(root: &Path) -> Result<Self, CollectError> {
        fs::read_dir(root).map_err(|source| CollectError::unreadable(root, source))?;
        Ok(Self::at(root))
    }

    /// The place of an absolute path of the machine, such as `/etc/passwd`.
    pub fn path(&self, absolute: impl AsRef<Path>) -> PathBuf {
        let absolute = absolute.as_ref();
        self.root.join(absolute.strip_prefix("/").unwrap_or(absolute))
    }

    /// The process whose namespaces are the machine's: this one, or on a machine mounted elsewhere its first.
    pub fn representative_process(&self) -> PathBuf {
        self.path(if self.root == Path::new("/") { "/proc/self" } else { "/proc/1" })
    }

    /// The whole file as text; bytes that are no UTF-8 are replaced.
    ///
    /// # Errors
    /// [`CollectError::Unreadable`] with the file's place.
    pub fn read(&self, absolute: impl AsRef<Path>) -> Result<String, CollectError> {
        read_text(&self.path(absolute))
    }

    /// Like [`Machine::read`], but a file that is not there is no error.
    ///
    /// # Errors
    /// [`CollectError::Unreadable`] for every other reason.
    pub fn read_if_present(&self, absolute: impl AsRef<Path>) -> Result<Option<String>, CollectError> {
        match self.read(absolute) {
            Err(CollectError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }
}

/// The whole file as text; bytes that are no UTF-8 are replaced.
///
/// # Errors
/// [`CollectError::Unreadable`] with the file's place.
pub fn read_text(path: &Path) -> Result<String, CollectError> {
    let bytes = fs::read(path).map_err(|source| CollectError::unreadable(path, source))?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Why a provider found nothing.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The file or directory cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file was read and makes no sense.
    #[error("cannot understand {}{}: {what}", path.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong with it.
        what: String,
    },
    /// The machine keeps this in a format that this provider does not read.
    #[error("{what} at {} is not supported", path.display())]
    Unsupported {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
}

impl CollectError {
    /// `path` could not be read because of `source`.
    pub fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }

    /// What procfs said about `path`.
    pub fn from_proc(path: &Path, error: ProcError) -> Self {
        match error {
            ProcError::PermissionDenied(at) => Self::of_errno(at, path, Errno::ACCESS),
            ProcError::NotFound(at) => Self::of_errno(at, path, Errno::NOENT),
            ProcError::Io(source, at) => Self::Unreadable { path: at.unwrap_or_else(|| path.to_owned()), source },
            ProcError::Incomplete(at) => Self::Malformed {
                path: at.unwrap_or_else(|| path.to_owned()),
                line: None,
                what: "it is cut off".into(),
            },
            ProcError::Other(what) => Self::Malformed { path: path.to_owned(), line: None, what },
            ProcError::InternalError(error) => Self::Malformed { path: path.to_owned(), line: None, what: error.msg },
        }
    }

    fn of_errno(at: Option<PathBuf>, path: &Path, errno: Errno) -> Self {
        Self::Unreadable { path: at.unwrap_or_else(|| path.to_owned()), source: errno.into() }
    }
}

impl Classified for CollectError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Unreadable { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => ErrorClass::PermissionDenied,
                io::ErrorKind::NotFound => ErrorClass::SourceMissing,
                _ => ErrorClass::SourceUnreadable,
            },
            Self::Malformed { .. } => ErrorClass::SourceMalformed,
            Self::Unsupported { .. } => ErrorClass::SourceUnsupported,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_stay_inside_the_root() {
        assert_eq!(Machine::at(Path::new("/host")).path("/etc/passwd"), Path::new("/host/etc/passwd"));
        assert_eq!(Machine::at(Path::new("/")).path("/etc/passwd"), Path::new("/etc/passwd"));
    }

    #[test]
    fn a_missing_file_is_an_error_only_where_it_must_be_there() {
        let root = tempfile::tempdir().unwrap();
        let machine = Machine::at(root.path());
        assert_eq!(machine.read_if_present("/etc/passwd").unwrap(), None);
        assert_eq!(machine.read("/etc/passwd").unwrap_err().class(), ErrorClass::SourceMissing);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("file"), b"a\xffb").unwrap();
        assert_eq!(Machine::at(root.path()).read("/file").unwrap(), "a\u{fffd}b");
    }
}
