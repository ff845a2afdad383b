//! The user's `consent.toml`, for writing.

use std::{
    fmt,
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
};

use crate::{
    consent::file::{self, FileError},
    state,
};

/// Why a choice is not stored.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChooseError {
    /// There is no home directory to keep a choice in.
    NoPlace,
    /// No table of the file can have this name.
    Name(String),
    /// The file says something that cannot be understood, which is an opt-out of every tool: only `off` may replace it.
    Unclear {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be written.
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for ChooseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPlace => f.write_str("there is no home directory to store a choice in; DO_NOT_TRACK=1 opts out"),
            Self::Name(name) => write!(f, "`{name}` cannot be the name of a tool"),
            Self::Unclear { path, reason } => {
                write!(
                    f,
                    "{}: {reason}; as it is, it opts out of every tool: correct or remove it first",
                    path.display()
                )
            }
            Self::Io { path, error } => {
                write!(f, "{} cannot be written: {error}; DO_NOT_TRACK=1 opts out", path.display())
            }
        }
    }
}

impl std::error::Error for ChooseError {}

/// The file, while nobody else writes it.
#[derive(Debug)]
pub(super) struct ConsentFile {
    /// As the SDK names it.
    path: PathBuf,
    /// Where it is: people keep such files in a repository, and a link in their place.
    target: PathBuf,
    /// The lock is on the directory, so that no file of ours is left beside the user's.
    lock: File,
    /// Whose it is to be where root writes in another's home: the owner, the group.
    owner: Option<(u32, u32)>,
}

impl Drop for ConsentFile {
    fn drop(&mut self) {
        state::give_back(&self.lock);
    }
}

impl ConsentFile {
    /// Opens the file for writing; its directory is made when it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, ChooseError> {
        let failed = |error| ChooseError::Io { path: path.to_owned(), error };
        // Only a file is followed: at the end of a link to a device, nothing is set aside or replaced.
        let linked = fs::canonicalize(path).ok().filter(|target| target.is_file());
        let target = linked.unwrap_or_else(|| path.to_owned());
        let directory = target.parent().ok_or(ChooseError::NoPlace)?;
        let owner = foreign_owner(directory);
        make(directory, owner).map_err(failed)?;
        let lock = File::open(directory).map_err(failed)?;
        // Where there are no locks, the last one to write holds.
        let _ = lock.lock();
        Ok(Self { path: path.to_owned(), target, lock, owner })
    }

    /// Its text; empty when there is no file.
    pub(super) fn read(&self) -> Result<String, FileError> {
        let text = file::text(&self.target)?.unwrap_or_default();
        file::choices(&text)?;
        Ok(text)
    }

    /// Replaces the text, whole.
    pub(super) fn write(&self, text: &str) -> Result<(), ChooseError> {
        self.replace(text).map_err(|error| ChooseError::Io { path: self.path.clone(), error })
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let (Some(directory), Some(name)) = (self.target.parent(), self.target.file_name()) else {
            return Err(io::ErrorKind::InvalidFilename.into());
        };
        let before = fs::metadata(&self.target).ok();
        state::replace(directory, &name.to_string_lossy(), text.as_bytes())?;
        if let Some(before) = before {
            fs::set_permissions(&self.target, before.permissions())?;
        }
        self.owner.map_or(Ok(()), |(user, group)| chown(&self.target, Some(user), Some(group)))
    }

    /// Puts whatever has the file's name aside, and says where it is now.
    pub(super) fn set_aside(&self) -> Result<PathBuf, ChooseError> {
        let mut aside = self.target.clone().into_os_string();
        aside.push(".bak");
        let mut number = 1;
        while Path::new(&aside).symlink_metadata().is_ok() {
            number += 1;
            aside = self.target.clone().into_os_string();
            aside.push(format!(".bak{number}"));
        }
        fs::rename(&self.target, &aside).map_err(|error| ChooseError::Io { path: self.path.clone(), error })?;
        Ok(aside.into())
    }
}

/// The owner of the nearest directory that exists, where root is at work in somebody else's home: what root kept there for
/// itself, its owner could not read.
fn foreign_owner(directory: &Path) -> Option<(u32, u32)> {
    let nearest = directory.ancestors().find_map(|path| path.metadata().ok())?;
    (rustix::process::geteuid().is_root() && nearest.uid() != 0).then(|| (nearest.uid(), nearest.gid()))
}

fn make(directory: &Path, owner: Option<(u32, u32)>) -> io::Result<()> {
    let missing: Vec<&Path> = directory.ancestors().take_while(|path| !path.exists()).collect();
    state::make_directory(directory)?;
    let Some((user, group)) = owner else { return Ok(()) };
    missing.into_iter().try_for_each(|path| chown(path, Some(user), Some(group)))
}
