//! The file of an identity: a random UUID, made once by whichever process is first.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use crate::{random, regular_file, state, text};

/// Longer than a UUID with a line end; nobody can make every run read a huge file.
const MAX_BYTES: u64 = 64;

/// The UUID in the file, which is made when it is missing and replaced when it holds something else. `None` where neither
/// is possible: a directory of that name, no permission, a full disk.
pub(super) fn read_or_make(path: &Path) -> Option<String> {
    match read(path) {
        Ok(Some(id)) => Some(id),
        Ok(None) => replace(path),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => make(path),
        Err(_) => None,
    }
}

/// What lies where an identity is kept, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityFile {
    /// Nothing yet: the next run that needs an identity makes one.
    Missing,
    /// An identity.
    Kept,
    /// A directory of that name, which keeps an identity from being made.
    Directory,
    /// Something else, which the next run replaces.
    Malformed,
    /// It cannot be read: why. Each run has an identity of its own then.
    Unreadable(io::ErrorKind),
}

/// Looks, and changes nothing.
pub(crate) fn look(path: &Path) -> IdentityFile {
    match read(path) {
        Ok(Some(_)) => IdentityFile::Kept,
        Ok(None) => IdentityFile::Malformed,
        Err(_) if path.is_dir() => IdentityFile::Directory,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            IdentityFile::Missing
        }
        Err(error) => IdentityFile::Unreadable(error.kind()),
    }
}

/// Removes an identity, so that the next run makes another. A directory of that name stays. Returns whether there was one.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    if path.is_dir() {
        return Ok(false);
    }
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(error),
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    let text = String::from_utf8(regular_file::read(path, MAX_BYTES)?).unwrap_or_default();
    Ok(Some(text::lowercase(text::trimmed(&text))).filter(|text| random::is_uuid(text)))
}

/// Of many processes at once, the first gives the file its name, whole; the others take what it wrote.
fn make(path: &Path) -> Option<String> {
    let id = random::uuid()?;
    let temporary = write_beside(path, &id).ok()?;
    let linked = fs::hard_link(&temporary, path);
    let _ = fs::remove_file(&temporary);
    match linked {
        Ok(()) => Some(id),
        Err(_) => read(path).ok().flatten(),
    }
}

/// What is there is no id: another tool's file, or one that was cut short by a full disk.
fn replace(path: &Path) -> Option<String> {
    let id = random::uuid()?;
    let temporary = write_beside(path, &id).ok()?;
    let renamed = fs::rename(&temporary, path);
    let _ = fs::remove_file(&temporary);
    renamed.ok()?;
    // Another process may have been at it too: the last one holds.
    read(path).ok().flatten()
}

fn write_beside(path: &Path, id: &str) -> io::Result<std::path::PathBuf> {
    let directory = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    state::make_directory(directory)?;
    let temporary = directory.join(format!(".{id}"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    match file.write_all(format!("{id}\n").as_bytes()) {
        Ok(()) => Ok(temporary),
        Err(error) => {
            let _ = fs::remove_file(&temporary);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::{collections::HashSet, thread};

    use super::*;

    #[test]
    fn whoever_is_first_makes_it_and_all_others_take_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".cq/telemetry-random-id");
        let ids: HashSet<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| read_or_make(&path))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ids.len(), 1);
        assert!(ids.iter().all(Option::is_some));
        assert_eq!(fs::read_dir(home.path().join(".cq")).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn deleting_it_gives_a_new_one_and_a_directory_of_its_name_prevents_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("id");
        assert_eq!(look(&path), IdentityFile::Missing);
        let first = read_or_make(&path).unwrap();
        assert_eq!((read_or_make(&path), look(&path)), (Some(first.clone()), IdentityFile::Kept));
        assert!(remove(&path).unwrap());
        assert_ne!(read_or_make(&path), Some(first));
        assert!(remove(&path).unwrap() && !remove(&path).unwrap());
        fs::create_dir(&path).unwrap();
        assert_eq!((read_or_make(&path), look(&path)), (None, IdentityFile::Directory));
        assert!(!remove(&path).unwrap() && path.is_dir());
    }

    #[test]
    fn what_is_no_uuid_of_version_4_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("id");
        // The second has a time and the address of a network card in it.
        for text in ["", "half-an-id", "a9f2c7e0-d3a1-11ee-8c90-0242ac120002", &"x".repeat(100_000)] {
            fs::write(&path, text).unwrap();
            assert_eq!(look(&path), IdentityFile::Malformed);
            let id = read_or_make(&path).unwrap();
            assert!(random::is_uuid(&id) && !text.contains(&id), "{id}");
            assert_eq!(read_or_make(&path), Some(id));
        }
    }
}
