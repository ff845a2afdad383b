//! Minidumps, as they came: raw memory of whatever crashed, which no table and no query reads.
//!
//! ```text
//! minidumps/PROJECT/EVENT.dmp                  EVENT is the id of the crash in the table `crashes`
//! minidumps/PROJECT/EVENT-INSTALLATION.dmp     where the crash says whose it is, as the column `installation` in hexadecimal
//! ```
//!
//! A file has its name only when it is whole and synced; until then it lies in `tmp/`, which every start empties.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::recovery::create_private;

const SUFFIX: &str = ".dmp";

/// The minidumps of a data directory.
#[derive(Debug)]
pub struct Minidumps {
    dir: PathBuf,
    tmp: PathBuf,
    /// Bytes that one project's may have.
    project_bytes: u64,
    /// One at a time is given its name, so that the bound holds.
    naming: Mutex<()>,
    next: AtomicU64,
}

/// A minidump that arrives. It is gone when it is dropped.
#[derive(Debug)]
pub struct IncomingMinidump {
    file: File,
    path: PathBuf,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MinidumpCount {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Minidumps {
    /// Those of the data directory `data`, whose `tmp` is there.
    #[must_use]
    pub fn of(data: &Path, project_bytes: u64) -> Self {
        let (dir, tmp) = (data.join("minidumps"), data.join("tmp"));
        Self { dir, tmp, project_bytes, naming: Mutex::default(), next: AtomicU64::new(0) }
    }

    /// The place of one that arrives, which only the owner may read.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(&self) -> io::Result<IncomingMinidump> {
        let path = self.tmp.join(format!("minidump-{}", self.next.fetch_add(1, Ordering::Relaxed)));
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(IncomingMinidump { file, path })
    }

    /// Keeps a whole one under the id of its crash, for ever if nobody calls [`expire`](Self::expire); on disk when it returns.
    /// `false` where the project has no room for it. One of the same name is replaced.
    ///
    /// # Errors
    /// When it cannot be written, or `event_id` is not hexadecimal.
    pub fn keep(
        &self,
        incoming: IncomingMinidump,
        project: &str,
        event_id: &str,
        installation: Option<i64>,
    ) -> io::Result<bool> {
        if event_id.is_empty() || !event_id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(io::Error::other("an event's id that is not hexadecimal"));
        }
        incoming.file.sync_data()?;
        let dir = self.dir.join(project);
        let _naming = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
        create_private(&dir)?;
        if count(&dir)?.bytes + incoming.file.metadata()?.len() > self.project_bytes {
            return Ok(false);
        }
        let whose = installation.map_or_else(String::new, |installation| format!("-{installation:016x}"));
        fs::rename(&incoming.path, dir.join(format!("{event_id}{whose}{SUFFIX}")))?;
        for made in [&dir, &self.dir] {
            File::open(made)?.sync_all()?;
        }
        Ok(true)
    }

    /// Deletes those that are older than `age`; gives back how many.
    ///
    /// # Errors
    /// When the directory cannot be read or one of them not be deleted.
    pub fn expire(&self, now: SystemTime, age: Duration) -> io::Result<u64> {
        self.delete(None, |_, written| now.duration_since(written).is_ok_and(|since| since > age))
    }

    /// Deletes those of an installation; gives back how many.
    ///
    /// # Errors
    /// Those of [`expire`](Self::expire).
    pub fn erase(&self, project: &str, installation: i64) -> io::Result<u64> {
        let end = format!("-{installation:016x}{SUFFIX}");
        self.delete(Some(project), |name, _| name.ends_with(&end))
    }

    /// How many there are, of all projects.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn count(&self) -> io::Result<MinidumpCount> {
        let mut all = MinidumpCount::default();
        for project in entries(&self.dir)? {
            let MinidumpCount { files, bytes } = count(&project)?;
            (all.files, all.bytes) = (all.files + files, all.bytes + bytes);
        }
        Ok(all)
    }

    fn delete(&self, project: Option<&str>, is_it: impl Fn(&str, SystemTime) -> bool) -> io::Result<u64> {
        let mut deleted = 0;
        for dir in entries(&self.dir)? {
            if project.is_some_and(|project| !dir.ends_with(project)) {
                continue;
            }
            for path in entries(&dir)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if is_it(&name, fs::metadata(&path)?.modified()?) {
                    fs::remove_file(&path)?;
                    deleted += 1;
                }
            }
            File::open(&dir)?.sync_all()?;
        }
        Ok(deleted)
    }
}

impl IncomingMinidump {
    /// The file, to be read.
    ///
    /// # Errors
    /// When it cannot be opened again.
    pub fn reader(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

impl Write for IncomingMinidump {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for IncomingMinidump {
    fn drop(&mut self) {
        // One that was kept is not there any more.
        let _ = fs::remove_file(&self.path);
    }
}

fn count(dir: &Path) -> io::Result<MinidumpCount> {
    let mut count = MinidumpCount::default();
    for path in entries(dir)? {
        count.files += 1;
        count.bytes += fs::metadata(path)?.len();
    }
    Ok(count)
}

/// What is in a directory; nothing where there is none.
fn entries(dir: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| Ok(entry?.path())).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const ID: &str = "5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e";

    fn minidumps() -> (tempfile::TempDir, Minidumps) {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("tmp")).unwrap();
        let minidumps = Minidumps::of(data.path(), 10);
        (data, minidumps)
    }

    fn incoming(minidumps: &Minidumps, bytes: &[u8]) -> IncomingMinidump {
        let mut incoming = minidumps.begin().unwrap();
        incoming.write_all(bytes).unwrap();
        incoming
    }

    #[test]
    fn a_minidump_has_its_name_when_it_is_whole_and_nobody_else_may_read_it() {
        let (data, minidumps) = minidumps();
        let arriving = incoming(&minidumps, b"MDMP");
        assert_eq!(minidumps.count().unwrap(), MinidumpCount::default());
        assert!(minidumps.keep(arriving, "inventory", ID, Some(-1)).unwrap());
        let path = data.path().join(format!("minidumps/inventory/{ID}-ffffffffffffffff.dmp"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (fs::read(&path).unwrap(), mode(&path), mode(path.parent().unwrap())),
            (b"MDMP".to_vec(), 0o600, 0o700)
        );
        drop(incoming(&minidumps, b"MDMP"));
        assert_eq!(entries(&data.path().join("tmp")).unwrap(), Vec::<PathBuf>::new());
        assert!(minidumps.keep(incoming(&minidumps, b""), "inventory", "../x", None).is_err());
    }

    #[test]
    fn a_project_has_no_more_than_its_room_and_another_has_its_own() {
        let (_data, minidumps) = minidumps();
        let keep = |project: &str, id: &str| minidumps.keep(incoming(&minidumps, b"MDMP5"), project, id, None).unwrap();
        assert_eq!([keep("a", "01"), keep("a", "02"), keep("a", "03"), keep("b", "01")], [true, true, false, true]);
        assert_eq!(minidumps.count().unwrap(), MinidumpCount { files: 3, bytes: 15 });
    }

    #[test]
    fn those_of_an_installation_are_erased_and_old_ones_expire() {
        let (_data, minidumps) = minidumps();
        let keep = |id: &str, whose| minidumps.keep(incoming(&minidumps, b"M"), "a", id, whose).unwrap();
        assert!(keep("01", Some(7)) && keep("02", Some(8)) && keep("03", None));
        assert_eq!([minidumps.erase("b", 7).unwrap(), minidumps.erase("a", 7).unwrap()], [0, 1]);
        let age = Duration::from_secs(3600);
        let written = fs::metadata(minidumps.dir.join("a/03.dmp")).unwrap().modified().unwrap();
        assert_eq!(minidumps.expire(written + age / 2, age).unwrap(), 0);
        assert_eq!(minidumps.expire(written + age * 2, age).unwrap(), 2);
    }
}
