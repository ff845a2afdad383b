//! Which items are counted already: seven days of ids, in memory and in `ids/DAY.ids`.
//!
//! A file is a row of 64-bit little-endian ids. The journal has the ids of its rows too; a journal segment is deleted
//! only after the file that takes them over was synced. So an id may be in a file twice, which does no harm, and a file
//! may end in a part of an id, which is ignored.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use candor_wire::Timestamp;

/// Days that an item is remembered after the one on which it was received.
const DAYS: i32 = 7;
const ID: usize = size_of::<u64>();

/// The ids in memory, by the day on which they were received.
///
/// A set a day, so that forgetting a day is dropping its set; a look-up asks each of them, about eight.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    days: BTreeMap<i32, HashSet<u64>>,
}

impl Remembered {
    /// Remembers an id; `false` where it is remembered already.
    pub(crate) fn insert(&mut self, day: i32, id: u64) -> bool {
        if self.days.iter().any(|(other, ids)| *other != day && ids.contains(&id)) {
            return false;
        }
        self.days.entry(day).or_default().insert(id)
    }

    /// Forgets ids again that [`Self::insert`] has just taken.
    pub(crate) fn remove(&mut self, day: i32, ids: impl IntoIterator<Item = u64>) {
        if let Some(remembered) = self.days.get_mut(&day) {
            for id in ids {
                remembered.remove(&id);
            }
        }
    }

    /// Forgets what was received too long before `today`. Days to come are kept: the clock may have been wrong.
    pub(crate) fn expire(&mut self, today: i32) {
        if self.days.first_key_value().is_some_and(|(day, _)| is_old(*day, today)) {
            self.days.retain(|day, _| !is_old(*day, today));
        }
    }
}

fn is_old(day: i32, today: i32) -> bool {
    day < today.saturating_sub(DAYS)
}

/// The ids on disk.
#[derive(Debug)]
pub(crate) struct IdFiles {
    dir: PathBuf,
}

impl IdFiles {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Everything that the files remember.
    pub(crate) fn load(&self) -> io::Result<Remembered> {
        let mut remembered = Remembered::default();
        for (day, path) in self.files()? {
            let bytes = std::fs::read(path)?;
            let ids = remembered.days.entry(day).or_default();
            ids.reserve(bytes.len() / ID);
            ids.extend(bytes.as_chunks::<ID>().0.iter().copied().map(u64::from_le_bytes));
        }
        Ok(remembered)
    }

    /// Adds ids to the file of a day; they are on disk when it returns.
    pub(crate) fn append(&self, day: i32, ids: &[u64]) -> io::Result<()> {
        let path = self.dir.join(file_name(day));
        let is_new = !path.exists();
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        // Over a part of an id that an interrupted write may have left behind.
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(length - length % ID as u64))?;
        file.write_all(&ids.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<_>>())?;
        file.sync_data()?;
        if is_new { File::open(&self.dir)?.sync_all() } else { Ok(()) }
    }

    /// Deletes the files of days too long before `today`.
    pub(crate) fn expire(&self, today: i32) -> io::Result<()> {
        for (day, path) in self.files()? {
            if is_old(day, today) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn files(&self) -> io::Result<Vec<(i32, PathBuf)>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if let Some(day) = day_of(&path) {
                files.push((day, path));
            }
        }
        Ok(files)
    }
}

/// `2026-11-22.ids`
fn file_name(day: i32) -> String {
    let noon = Timestamp::from_micros((i64::from(day) * 24 + 12) * 3_600_000_000).to_string();
    format!("{}.ids", noon.split('T').next().unwrap_or_default())
}

fn day_of(path: &Path) -> Option<i32> {
    let date = path.file_name()?.to_str()?.strip_suffix(".ids")?;
    Some(Timestamp::parse(&format!("{date}T00:00:00Z")).ok()?.day())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn an_id_is_remembered_for_seven_days() {
        let mut remembered = Remembered::default();
        assert!(remembered.insert(100, 1));
        for today in 100..=107 {
            remembered.expire(today);
            assert!(!remembered.insert(today, 1), "day {today}");
        }
        remembered.expire(108);
        assert!(remembered.insert(108, 1));
    }

    #[test]
    fn the_files_give_back_what_was_written_and_ignore_a_torn_end() {
        let dir = tempfile::tempdir().unwrap();
        let files = IdFiles::new(dir.path().to_owned());
        files.append(20_000, &[1, 2]).unwrap();
        let path = dir.path().join("2024-10-04.ids");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(&[9, 9, 9]).unwrap();
        assert_eq!(files.load().unwrap().days, BTreeMap::from([(20_000, HashSet::from([1, 2]))]));
        files.append(20_000, &[3, 1]).unwrap();
        files.append(20_007, &[4]).unwrap();
        let expected = BTreeMap::from([(20_000, HashSet::from([1, 2, 3])), (20_007, HashSet::from([4]))]);
        assert_eq!(files.load().unwrap().days, expected);
        files.expire(20_008).unwrap();
        assert_eq!(files.load().unwrap().days.keys().copied().collect::<Vec<_>>(), [20_007]);
    }
}
