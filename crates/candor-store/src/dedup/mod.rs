//! Which items are counted already: seven days of ids, on disk, with bounded memory.
//!
//! Ids of rows that are not in the tables yet are in memory (and in the journal, which brings them back). When rows are
//! committed, their ids become a run, a sorted file; small runs are merged into larger ones, those of a day that is over
//! into one. Of each run memory holds a Bloom filter that answers nearly every look-up of a new id; where filters would
//! take more than their bound, the oldest runs do without and cost a read or two.

mod run;
mod runs;

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    io,
    sync::Arc,
};

pub(crate) use runs::{Runs, Snapshot, count_on_disk};

/// Days that an item is remembered after the one on which it was received.
const DAYS: i32 = 7;

/// What the journal's thread remembers.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// Ids that are in no run yet, by the day on which they were received.
    fresh: BTreeMap<i32, Ids>,
    runs: Arc<Runs>,
    /// The runs as of the last [`Self::begin`].
    known: Snapshot,
}

type Ids = HashSet<u64, BuildHasherDefault<IdHasher>>;

impl Remembered {
    pub(crate) fn new(runs: Arc<Runs>) -> Self {
        let known = runs.snapshot();
        Self { fresh: BTreeMap::new(), runs, known }
    }

    /// Before a group of ids: forgets what is too old on `today`, and from memory what has become a run. Days to come
    /// are kept: the clock may have been wrong.
    pub(crate) fn begin(&mut self, today: i32) {
        self.fresh.retain(|day, _| !is_old(*day, today));
        // A run is published before its ids are told to be saved, so a snapshot that is taken now has them.
        for (day, ids) in self.runs.take_saved() {
            if let Some(fresh) = self.fresh.get_mut(&day) {
                ids.iter().for_each(|id| {
                    fresh.remove(id);
                });
                // What a burst made large.
                if fresh.capacity() > 4 * fresh.len() + 100_000 {
                    fresh.shrink_to_fit();
                }
            }
        }
        self.known = self.runs.snapshot();
    }

    /// Remembers an id; `false` where it is remembered already.
    ///
    /// # Errors
    /// When a run cannot be read: then nobody knows.
    pub(crate) fn insert(&mut self, day: i32, id: u64) -> io::Result<bool> {
        if self.fresh.iter().any(|(other, ids)| *other != day && ids.contains(&id)) || self.known.contains(id, day)? {
            return Ok(false);
        }
        Ok(self.fresh.entry(day).or_default().insert(id))
    }

    /// Forgets ids again that [`Self::insert`] has just taken.
    pub(crate) fn remove(&mut self, day: i32, ids: impl IntoIterator<Item = u64>) {
        if let Some(fresh) = self.fresh.get_mut(&day) {
            for id in ids {
                fresh.remove(&id);
            }
        }
    }
}

fn is_old(day: i32, today: i32) -> bool {
    day < today.saturating_sub(DAYS)
}

/// Ids are hashes already.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = self.0.rotate_left(32) ^ id;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// Ids as they are: spread over all of 64 bits.
    pub(super) fn id(number: u64) -> u64 {
        number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17).wrapping_mul(0xD6E8_FEB8_6659_FD93)
    }

    #[test]
    fn an_id_is_remembered_for_seven_days_in_memory_and_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        for saved in [false, true] {
            let runs = Arc::new(Runs::open(dir.path(), usize::MAX).unwrap());
            let mut remembered = Remembered::new(runs.clone());
            remembered.begin(100);
            assert!(remembered.insert(100, id(1)).unwrap());
            if saved {
                runs.append(100, &[id(1)]).unwrap();
            }
            for today in 100..=107 {
                runs.expire(today).unwrap();
                remembered.begin(today);
                assert!(!remembered.insert(today, id(1)).unwrap(), "day {today}, saved {saved}");
            }
            runs.expire(108).unwrap();
            remembered.begin(108);
            assert!(remembered.insert(108, id(1)).unwrap());
        }
    }

    #[test]
    fn what_is_saved_leaves_memory_and_stays_known() {
        let dir = tempfile::tempdir().unwrap();
        let runs = Arc::new(Runs::open(dir.path(), usize::MAX).unwrap());
        let mut remembered = Remembered::new(runs.clone());
        for round in 0..40 {
            remembered.begin(20_000);
            let ids: Vec<u64> = (round * 100..round * 100 + 100).map(id).collect();
            for id in &ids {
                assert!(remembered.insert(20_000, *id).unwrap());
                assert!(!remembered.insert(20_000, *id).unwrap());
            }
            runs.append(20_000, &ids).unwrap();
        }
        remembered.begin(20_000);
        assert_eq!(remembered.fresh[&20_000].len(), 0);
        for number in 0..4_000 {
            assert!(!remembered.insert(20_000, id(number)).unwrap(), "{number}");
        }
        assert!(remembered.insert(20_000, id(4_000)).unwrap());
    }
}
