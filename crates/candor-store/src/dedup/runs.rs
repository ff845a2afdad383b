//! All runs: read at the start, added to with every commit, merged, and deleted when they are old.
//!
//! `ids/2026-11-22.000007.ids` is the seventh run of its day. A merged run gets its name before those that it is made of are
//! deleted, so whatever is killed when, an id is in a file; that it is in two does no harm.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use candor_wire::Timestamp;
use datafusion::parquet::bloom_filter::Sbbf;

use super::{
    is_old,
    run::{Run, filter_for},
};

/// Runs of about one size that are merged into one.
const FAN_IN: usize = 4;
/// Runs below this many ids are of one size.
const SMALL: u64 = 4096;

/// The runs of a data directory.
#[derive(Debug)]
pub(crate) struct Runs {
    dir: PathBuf,
    /// What filters may take together.
    filter_bytes: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    list: Snapshot,
    /// Ids that are in a run now, for whoever has them in memory still.
    saved: Vec<(i32, Vec<u64>)>,
}

/// The runs of a moment. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot(Arc<Vec<Filtered>>);

#[derive(Debug, Clone)]
struct Filtered {
    day: i32,
    number: u64,
    run: Arc<Run>,
    filter: Option<Arc<Sbbf>>,
}

impl Snapshot {
    /// Whether any of them has the id that is not too old on `today`.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn contains(&self, id: u64, today: i32) -> io::Result<bool> {
        for Filtered { run, filter, .. } in self.0.iter().filter(|filtered| !is_old(filtered.day, today)) {
            let perhaps = filter.as_ref().is_none_or(|filter| filter.check(&id.to_le_bytes()[..]));
            if perhaps && run.contains(id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Runs {
    /// Reads the runs in `dir`. Files of the first format become runs; a damaged one is set aside, and said so in the log.
    pub(crate) fn open(dir: &Path, filter_bytes: usize) -> io::Result<Self> {
        let runs = Self { dir: dir.to_owned(), filter_bytes, state: Mutex::default() };
        let mut list = Vec::new();
        let mut unsorted = Vec::new();
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            match name_of(&path) {
                Some((day, Some(number))) => {
                    let mut filter = filter_for(path.metadata()?.len() / 8)?;
                    match Run::open(&path, |id| filter.insert(&id.to_le_bytes()[..])) {
                        Ok(run) => {
                            let (run, filter) = (Arc::new(run), Some(Arc::new(filter)));
                            list.push(Filtered { day, number, run, filter });
                        }
                        Err(error) if is_damage(&error) => {
                            tracing::error!(path = %path.display(), "ids are damaged: what clients send again of them is counted again");
                            fs::rename(&path, path.with_extension("damaged"))?;
                        }
                        Err(error) => return Err(error),
                    }
                }
                Some((day, None)) => unsorted.push((day, path)),
                // A merge that was interrupted.
                None if path.extension().is_some_and(|extension| extension == "new") => fs::remove_file(&path)?,
                None => {}
            }
        }
        runs.publish(list);
        for (day, path) in unsorted {
            let bytes = fs::read(&path)?;
            // What stands behind the last whole id was never finished.
            let ids: Vec<u64> = bytes.as_chunks::<8>().0.iter().copied().map(u64::from_le_bytes).collect();
            runs.append(day, &ids)?;
            fs::remove_file(path)?;
        }
        runs.state().saved.clear();
        Ok(runs)
    }

    /// The runs of this moment.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.state().list.clone()
    }

    /// The ids that became part of a run since the last call.
    pub(super) fn take_saved(&self) -> Vec<(i32, Vec<u64>)> {
        std::mem::take(&mut self.state().saved)
    }

    /// Makes a run of ids, in whatever order; it is on disk when this returns. Then merges what there are too many of.
    pub(crate) fn append(&self, day: i32, ids: &[u64]) -> io::Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        self.add(day, sorted.len() as u64, sorted.into_iter().map(Ok), &[])?;
        self.state().saved.push((day, ids.to_vec()));
        while let Some(group) = self.to_merge(day) {
            let day = group[0].day;
            let most = group.iter().map(|filtered| filtered.run.count).sum();
            let sources: Vec<_> = group.iter().map(|filtered| filtered.run.ids()).collect::<io::Result<_>>()?;
            self.add(day, most, merged(sources), &group)?;
        }
        Ok(())
    }

    /// Deletes the runs of days too long before `today`.
    pub(crate) fn expire(&self, today: i32) -> io::Result<()> {
        let list = self.snapshot();
        let (old, kept): (Vec<_>, Vec<_>) = list.0.iter().cloned().partition(|filtered| is_old(filtered.day, today));
        if old.is_empty() {
            return Ok(());
        }
        self.publish(kept);
        old.iter().try_for_each(|filtered| fs::remove_file(&filtered.run.path))
    }

    /// Writes a run in place of others, shows it, and deletes them.
    fn add(
        &self,
        day: i32,
        most: u64,
        ids: impl Iterator<Item = io::Result<u64>>,
        instead_of: &[Filtered],
    ) -> io::Result<()> {
        let list = self.snapshot();
        let number = list.0.iter().filter(|other| other.day == day).map(|other| other.number).max().unwrap_or(0) + 1;
        let (run, filter) = Run::write(&self.dir.join(file_name(day, number)), most, ids)?;
        let is_kept = |other: &&Filtered| !instead_of.iter().any(|gone| gone.run.path == other.run.path);
        let mut kept: Vec<Filtered> = list.0.iter().filter(is_kept).cloned().collect();
        kept.push(Filtered { day, number, run: Arc::new(run), filter: Some(Arc::new(filter)) });
        self.publish(kept);
        // Whoever looks into an older snapshot has the file open.
        instead_of.iter().try_for_each(|gone| fs::remove_file(&gone.run.path))
    }

    /// Runs of one day that should be one: some of about one size, or all of a day that is over.
    fn to_merge(&self, today: i32) -> Option<Vec<Filtered>> {
        let list = self.snapshot();
        let size = |filtered: &Filtered| filtered.run.count.max(SMALL).ilog(FAN_IN as u64);
        list.0.iter().find_map(|first| {
            let alike = |other: &&Filtered| other.day == first.day && (first.day < today || size(other) == size(first));
            let group: Vec<Filtered> = list.0.iter().filter(alike).cloned().collect();
            let enough = if first.day < today { 2 } else { FAN_IN };
            (group.len() >= enough).then_some(group)
        })
    }

    /// From here on look-ups see this list: the newest first, and with filters as many as there is room for.
    fn publish(&self, mut list: Vec<Filtered>) {
        list.sort_unstable_by_key(|filtered| Reverse((filtered.day, filtered.number)));
        let mut room = self.filter_bytes;
        for filtered in &mut list {
            let bytes = filtered.filter.as_ref().map_or(0, |filter| filter.num_blocks() * 32);
            match room.checked_sub(bytes) {
                Some(rest) => room = rest,
                None => filtered.filter = None,
            }
        }
        self.state().list = Snapshot(Arc::new(list));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many ids the files in `dir` have, and how many of the files are damaged. Nothing is changed.
pub(crate) fn count_on_disk(dir: &Path) -> io::Result<(u64, u64)> {
    let (mut ids, mut damaged) = (0, 0);
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        match name_of(&path) {
            Some((_, Some(_))) => match Run::open(&path, |_| ids += 1) {
                Ok(_) => {}
                // Merged meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if is_damage(&error) => damaged += 1,
                Err(error) => return Err(error),
            },
            Some((_, None)) => ids += path.metadata()?.len() / 8,
            None => damaged += u64::from(path.extension().is_some_and(|extension| extension == "damaged")),
        }
    }
    Ok((ids, damaged))
}

fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

/// The ids of several sorted sources as one.
fn merged<I: Iterator<Item = io::Result<u64>>>(mut sources: Vec<I>) -> impl Iterator<Item = io::Result<u64>> {
    let mut next = BinaryHeap::new();
    let mut failed = None;
    for (place, source) in sources.iter_mut().enumerate() {
        match source.next() {
            Some(Ok(id)) => next.push(Reverse((id, place))),
            Some(Err(error)) => failed = Some(error),
            None => {}
        }
    }
    std::iter::from_fn(move || {
        if let Some(error) = failed.take() {
            return Some(Err(error));
        }
        let Reverse((id, place)) = next.pop()?;
        match sources[place].next() {
            Some(Ok(id)) => next.push(Reverse((id, place))),
            Some(Err(error)) => failed = Some(error),
            None => {}
        }
        Some(Ok(id))
    })
}

/// `2026-11-22.000007.ids`
fn file_name(day: i32, number: u64) -> String {
    let noon = Timestamp::from_micros((i64::from(day) * 24 + 12) * 3_600_000_000).to_string();
    format!("{}.{number:06}.ids", noon.split('T').next().unwrap_or_default())
}

/// The day and the number of a run; a file of the first format, `2026-11-22.ids`, has no number.
fn name_of(path: &Path) -> Option<(i32, Option<u64>)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".ids")?;
    let (date, number) = match name.split_once('.') {
        Some((date, number)) => (date, Some(number.parse().ok()?)),
        None => (name, None),
    };
    Some((Timestamp::parse(&format!("{date}T00:00:00Z")).ok()?.day(), number))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::{super::tests::id, *};

    /// On which ids are looked for.
    const DAY: i32 = 20_005;

    fn files(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn runs_are_merged_so_that_there_are_few_and_a_day_that_is_over_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let runs = Runs::open(dir.path(), usize::MAX).unwrap();
        for round in 0..200 {
            runs.append(20_000, &(round * 50..round * 50 + 60).map(id).collect::<Vec<_>>()).unwrap();
            assert!(files(dir.path()).len() <= 8, "{:?}", files(dir.path()));
        }
        runs.append(20_001, &[id(1_000_000)]).unwrap();
        let names = files(dir.path());
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names[0].starts_with("2024-10-04.") && names[1].starts_with("2024-10-05."), "{names:?}");

        let again = Runs::open(dir.path(), usize::MAX).unwrap();
        for number in 0..10_010 {
            assert!(again.snapshot().contains(id(number), DAY).unwrap(), "{number}");
        }
        assert!(!again.snapshot().contains(id(10_010), DAY).unwrap());
        assert_eq!(count_on_disk(dir.path()).unwrap(), (10_011, 0));
        again.expire(20_008).unwrap();
        assert_eq!(files(dir.path()).len(), 1);
    }

    #[test]
    fn what_there_is_no_room_to_filter_is_known_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let runs = Runs::open(dir.path(), 4096).unwrap();
        for day in 20_000..20_006 {
            runs.append(day, &(0..2000).map(|number| id(number * 10 + day as u64 % 10)).collect::<Vec<_>>()).unwrap();
        }
        let snapshot = runs.snapshot();
        let filters = snapshot.0.iter().filter(|filtered| filtered.filter.is_some()).count();
        assert!((1..6).contains(&filters), "{filters} of {}", snapshot.0.len());
        assert!(snapshot.0[0].filter.is_some(), "the newest has one");
        for number in 0..20_000 {
            assert_eq!(snapshot.contains(id(number), DAY).unwrap(), number % 10 < 6, "{number}");
        }
    }

    #[test]
    fn a_file_of_the_first_format_becomes_a_run() {
        let dir = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = [9_u64, 3, 9].iter().flat_map(|id| id.to_le_bytes()).chain([1, 2, 3]).collect();
        fs::write(dir.path().join("2024-10-04.ids"), bytes).unwrap();
        assert_eq!(count_on_disk(dir.path()).unwrap().0, 3);
        let runs = Runs::open(dir.path(), usize::MAX).unwrap();
        assert_eq!(files(dir.path()), ["2024-10-04.000001.ids"]);
        assert!(runs.snapshot().contains(9, DAY).unwrap() && runs.snapshot().contains(3, DAY).unwrap());
        assert!(!runs.snapshot().contains(4, DAY).unwrap());
    }

    #[test]
    fn damaged_runs_are_set_aside_and_what_was_not_finished_goes() {
        let dir = tempfile::tempdir().unwrap();
        Runs::open(dir.path(), usize::MAX).unwrap().append(20_000, &[1, 2]).unwrap();
        let name = files(dir.path()).concat();
        let mut bytes = fs::read(dir.path().join(&name)).unwrap();
        bytes[30] ^= 1;
        fs::write(dir.path().join(&name), bytes).unwrap();
        fs::write(dir.path().join("2024-10-04.000002.new"), [1, 2, 3]).unwrap();
        assert_eq!(count_on_disk(dir.path()).unwrap().1, 1);
        let runs = Runs::open(dir.path(), usize::MAX).unwrap();
        assert_eq!(files(dir.path()), ["2024-10-04.000001.damaged"]);
        assert!(!runs.snapshot().contains(1, DAY).unwrap());
        assert_eq!(count_on_disk(dir.path()).unwrap().1, 1);
    }
}
