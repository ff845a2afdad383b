//! Keys and their counts in words that many threads and processes change at once.
//!
//! ```text
//! word 0            the mark of the format, plus the highest bit from when closing began
//! words 1, 2        random: which table this is
//! word 3            the first word that is not taken yet
//! words 4 to 7      nothing yet
//! words 8 to 71     what is under way (running.rs)
//! words 72 to 583   one list of entries for each hash: the word of its first entry, times two, plus one when closed
//! words 584 ...     entries:  the count (count.rs, two words)
//!                             the word of the next entry of the list
//!                             the length of the key in bytes
//!                             the key, filled up with zeros
//! ```
//!
//! An entry is written before its list leads to it, and never moved. Closing a table marks the lists, so that no entry can
//! be added, and then every count, so that none can grow (count.rs): whoever added before that is in, and whoever comes
//! later is told to go elsewhere. A process that dies at any moment leaves at most some words that no list leads to.

use std::sync::atomic::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use super::{
    count::{CLOSED, Count},
    running::{self, Running, Slot},
};

/// What a file has to begin with: the letters, and the version of the format.
const MARK: u64 = u64::from_le_bytes(*b"candor\x00\x02");

const SEED: usize = 1;
const END: usize = 3;
const RUNNING: usize = 8;
const LISTS: usize = RUNNING + running::SLOTS * running::WORDS;
const LIST_COUNT: usize = 512;
const ENTRIES: usize = LISTS + LIST_COUNT;

/// Words of an entry before its key, and which they are.
const HEAD: usize = 4;
const NEXT: usize = 2;
const LENGTH: usize = 3;

/// Words of the shortest entry: a cache line, so that threads that add to two counts are not in each other's way.
const LEAST_LENGTH: usize = 8;

/// The longest key, in bytes. One that is longer is no sum any more.
pub(crate) const MAX_KEY_BYTES: usize = 2048;

/// The size of a table's file. A run of a usual tool takes 1 to 6 KiB of it the first time, and little later on.
pub(crate) const SIZE_BYTES: usize = 64 * 1024;

/// Why something was not counted here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Its sums are being taken: there is, or will be, another table of its name.
    Closed,
    /// There is no room for another key.
    Full,
    /// It is not what a table looks like.
    Damaged,
}

/// Where the count of a key lies: the number of its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell(u32);

impl Cell {
    /// As a number that is never zero.
    pub(crate) fn number(self) -> u32 {
        self.0
    }

    /// The cell of [`Self::number`].
    #[inline]
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }
}

/// One key of a closed table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) cell: Cell,
    pub(crate) key: Vec<u8>,
    pub(crate) count: u64,
}

/// A view of a table's words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    words: &'a [AtomicU64],
}

impl<'a> Table<'a> {
    /// Makes an empty table of words that are all zero, and that nobody else knows yet.
    pub(crate) fn format(words: &'a [AtomicU64], seed: [u8; 16]) -> Self {
        let half = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap_or_default());
        words[SEED].store(half(&seed[..8]), Relaxed);
        words[SEED + 1].store(half(&seed[8..]), Relaxed);
        words[END].store(ENTRIES as u64, Relaxed);
        words[0].store(MARK, Release);
        Self { words }
    }

    /// The table in these words.
    ///
    /// # Errors
    /// `Damaged` when they hold something else.
    pub(crate) fn of(words: &'a [AtomicU64]) -> Result<Self, Refused> {
        let is_table = words.len() > ENTRIES && words[0].load(Acquire) & !CLOSED == MARK;
        if is_table { Ok(Self { words }) } else { Err(Refused::Damaged) }
    }

    /// The table in these words, for who only wants to count there.
    ///
    /// # Errors
    /// `Closed` when that has begun, or when they hold something else.
    #[inline]
    pub(crate) fn open(words: &'a [AtomicU64]) -> Result<Self, Refused> {
        let is_open = words.first().is_some_and(|mark| mark.load(Relaxed) == MARK);
        if is_open { Ok(Self { words }) } else { Err(Refused::Closed) }
    }

    /// Which table this is: random bytes.
    pub(crate) fn seed(self) -> [u8; 16] {
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&self.words[SEED].load(Relaxed).to_le_bytes());
        seed[8..].copy_from_slice(&self.words[SEED + 1].load(Relaxed).to_le_bytes());
        seed
    }

    /// Adds one to a count.
    #[inline]
    pub(crate) fn add_one(self, cell: Cell) -> Result<(), Refused> {
        self.count(cell.0 as usize)?.add_one()
    }

    /// Adds to a count.
    pub(crate) fn add(self, cell: Cell, more: u64) -> Result<(), Refused> {
        self.count(cell.0 as usize)?.add(more)
    }

    /// The cell of a key, which is made when it is new.
    pub(crate) fn cell(self, key: &[u8]) -> Result<Cell, Refused> {
        if key.len() > MAX_KEY_BYTES {
            return Err(Refused::Full);
        }
        let list = &self.words[LISTS + (hash(key) % LIST_COUNT as u64) as usize];
        let mut reserved = None;
        loop {
            let head = list.load(Acquire);
            if let Some(cell) = self.find(head, key)? {
                return Ok(cell);
            }
            if head & 1 != 0 {
                return Err(Refused::Closed);
            }
            let at = match reserved {
                Some(at) => at,
                None => *reserved.insert(self.reserve(key)?),
            };
            self.words[at + NEXT].store(head >> 1, Relaxed);
            if list.compare_exchange(head, (at as u64) << 1, AcqRel, Acquire).is_ok() {
                return Ok(Cell(at as u32));
            }
        }
    }

    /// Whether there is room for keys that can be done without: three quarters of a table are for the others.
    pub(crate) fn has_room_to_spare(self) -> bool {
        self.words[END].load(Relaxed) < self.words.len() as u64 / 4
    }

    /// Watches something that is under way: if its process never ends it, this key is counted. `None` where that is not
    /// possible.
    pub(crate) fn begin(self, key: &[u8]) -> Option<Slot> {
        self.running().begin(self.cell(key).ok()?)
    }

    /// It has ended. Returns false when it is counted as one that never did.
    pub(crate) fn end(self, slot: Slot) -> bool {
        self.running().end(slot)
    }

    /// Makes sure that nothing is added any more, and returns what was, in no order. Again and again if need be, but by one
    /// at a time: the caller holds the spool's lock.
    ///
    /// # Errors
    /// `Damaged` when a list leads nowhere.
    pub(crate) fn close(self) -> Result<Vec<Entry>, Refused> {
        self.words[0].fetch_or(CLOSED, AcqRel);
        let mut entries = self.entries(|list| list.fetch_or(1, AcqRel), Count::close)?;
        for cell in self.running().left_behind() {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.cell == cell) {
                entry.count += 1;
            }
        }
        Ok(entries)
    }

    /// What was added until now, in no order, without a stop for those who add. What is under way is not in it.
    ///
    /// # Errors
    /// `Damaged` when a list leads nowhere.
    pub(crate) fn peek(self) -> Result<Vec<Entry>, Refused> {
        self.entries(|list| list.load(Acquire), Count::peek)
    }

    /// Every entry; the functions read the head of a list and a count.
    fn entries(self, head: fn(&AtomicU64) -> u64, count: fn(Count<'a>) -> u64) -> Result<Vec<Entry>, Refused> {
        let mut entries = Vec::new();
        for list in &self.words[LISTS..ENTRIES] {
            for at in self.walk(head(list)) {
                let at = at?;
                entries.push(Entry { cell: Cell(at as u32), key: self.key(at)?, count: count(self.count(at)?) });
            }
        }
        Ok(entries)
    }

    #[inline]
    fn count(self, at: usize) -> Result<Count<'a>, Refused> {
        self.words.get(at..).and_then(<[_]>::first_chunk).map(Count).ok_or(Refused::Damaged)
    }

    fn running(self) -> Running<'a> {
        Running(&self.words[RUNNING..LISTS])
    }

    fn find(self, head: u64, key: &[u8]) -> Result<Option<Cell>, Refused> {
        for at in self.walk(head) {
            let at = at?;
            if self.words[at + LENGTH].load(Relaxed) == key.len() as u64 && self.has_key(at, key)? {
                return Ok(Some(Cell(at as u32)));
            }
        }
        Ok(None)
    }

    /// The words of the entries of a list. A list of a damaged file may lead anywhere and round in circles.
    fn walk(self, head: u64) -> impl Iterator<Item = Result<usize, Refused>> {
        let mut next = head >> 1;
        let mut steps = self.words.len() / HEAD;
        std::iter::from_fn(move || {
            if next == 0 {
                return None;
            }
            let at = usize::try_from(next).ok().filter(|at| (ENTRIES..self.words.len() - HEAD).contains(at));
            let (Some(at), true) = (at, steps > 0) else {
                next = 0;
                return Some(Err(Refused::Damaged));
            };
            steps -= 1;
            next = self.words[at + NEXT].load(Relaxed);
            Some(Ok(at))
        })
    }

    /// Takes words for an entry with this key, and writes the key.
    fn reserve(self, key: &[u8]) -> Result<usize, Refused> {
        let length = (HEAD + key.len().div_ceil(8)).max(LEAST_LENGTH);
        let mut at = self.words[END].load(Relaxed);
        loop {
            let end = at.checked_add(length as u64).filter(|end| *end <= self.words.len() as u64);
            let end = end.ok_or(Refused::Full)?;
            match self.words[END].compare_exchange_weak(at, end, AcqRel, Relaxed) {
                Ok(_) => break,
                Err(other) => at = other,
            }
        }
        let at = usize::try_from(at).ok().filter(|at| *at >= ENTRIES).ok_or(Refused::Damaged)?;
        self.words[at + LENGTH].store(key.len() as u64, Relaxed);
        for (word, bytes) in self.words[at + HEAD..].iter().zip(key.chunks(8)) {
            word.store(word_of(bytes), Relaxed);
        }
        Ok(at)
    }

    fn has_key(self, at: usize, key: &[u8]) -> Result<bool, Refused> {
        let words = self.key_words(at, key.len())?;
        Ok(words.iter().zip(key.chunks(8)).all(|(word, bytes)| word.load(Relaxed) == word_of(bytes)))
    }

    fn key(self, at: usize) -> Result<Vec<u8>, Refused> {
        let length = usize::try_from(self.words[at + LENGTH].load(Relaxed)).map_err(|_| Refused::Damaged)?;
        let words = self.key_words(at, length)?;
        let mut key = Vec::with_capacity(words.len() * 8);
        for word in words {
            key.extend_from_slice(&word.load(Relaxed).to_le_bytes());
        }
        key.truncate(length);
        Ok(key)
    }

    fn key_words(self, at: usize, length: usize) -> Result<&'a [AtomicU64], Refused> {
        let end = if length <= MAX_KEY_BYTES { at + HEAD + length.div_ceil(8) } else { usize::MAX };
        self.words.get(at + HEAD..end).ok_or(Refused::Damaged)
    }
}

fn word_of(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}

/// FNV-1a. Keys come from the manifest, so nobody can choose ones that collide.
fn hash(key: &[u8]) -> u64 {
    key.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::{collections::HashMap, thread};

    use proptest::prelude::*;

    use super::*;

    fn words() -> Vec<AtomicU64> {
        (0..SIZE_BYTES / 8).map(|_| AtomicU64::new(0)).collect()
    }

    fn count(words: &[AtomicU64], key: &[u8], more: u64) -> Result<(), Refused> {
        let table = Table::of(words)?;
        let cell = table.cell(key)?;
        if more == 1 { table.add_one(cell) } else { table.add(cell, more) }
    }

    fn closed(words: &[AtomicU64]) -> HashMap<Vec<u8>, u64> {
        let entries = Table::of(words).unwrap().close().unwrap();
        entries.into_iter().map(|entry| (entry.key, entry.count)).collect()
    }

    #[test]
    fn sums_are_kept_by_key_and_a_closed_table_takes_no_more() {
        let words = words();
        assert_eq!(Table::format(&words, [7; 16]).seed(), [7; 16]);
        for (key, more) in [("a", 1), ("bb", 2), ("a", 3), ("", 4)] {
            count(&words, key.as_bytes(), more).unwrap();
        }
        let cell = Table::of(&words).unwrap().cell(b"a").unwrap();
        let sums: HashMap<Vec<u8>, u64> = [(b"a".to_vec(), 4), (b"bb".to_vec(), 2), (b"".to_vec(), 4)].into();
        let seen = Table::of(&words).unwrap().peek().unwrap();
        assert_eq!(seen.into_iter().map(|entry| (entry.key, entry.count)).collect::<HashMap<_, _>>(), sums);
        count(&words, b"bb", 0).unwrap();
        assert_eq!(closed(&words), sums);
        assert_eq!(Table::of(&words).unwrap().add(cell, 1), Err(Refused::Closed));
        assert_eq!(Table::of(&words).unwrap().add_one(cell), Err(Refused::Closed));
        assert_eq!(Table::open(&words).map(|_| ()), Err(Refused::Closed), "nobody comes near it any more");
        assert_eq!(count(&words, b"new", 1), Err(Refused::Closed));
        assert_eq!(closed(&words), sums, "closing again changes nothing");
    }

    #[test]
    fn two_counts_are_never_in_one_cache_line() {
        let words = words();
        let table = Table::format(&words, [0; 16]);
        let cells: Vec<u32> = ["", "a", "short", "a key of some words", "b"]
            .map(|key| table.cell(key.as_bytes()).unwrap().number())
            .to_vec();
        assert!(cells.windows(2).all(|pair| pair[1] - pair[0] >= 64 / 8), "{cells:?}");
    }

    #[test]
    fn a_full_table_says_so_and_still_counts_what_it_knows() {
        let words = words();
        Table::format(&words, [0; 16]);
        let full = (0..10_000).find(|number| count(&words, format!("key {number:060}").as_bytes(), 1).is_err());
        assert!(full.is_some_and(|number| number > 500), "{full:?}");
        assert_eq!(count(&words, b"another key that is longer than one word", 1), Err(Refused::Full));
        count(&words, format!("key {:060}", 0).as_bytes(), 1).unwrap();
        assert_eq!(count(&words, &[0; MAX_KEY_BYTES + 1], 1), Err(Refused::Full));
    }

    #[test]
    fn threads_that_count_while_the_table_is_closed_lose_nothing_and_count_nothing_twice() {
        for _ in 0..50 {
            let words = words();
            Table::format(&words, [0; 16]);
            let (counted, sums) = thread::scope(|scope| {
                let threads: Vec<_> = (0..3)
                    .map(|thread| {
                        let words = &words;
                        scope.spawn(move || {
                            (0_u64..)
                                .take_while(|n| count(words, &[(n % 50) as u8, (thread / 2) as u8], 1).is_ok())
                                .count()
                        })
                    })
                    .collect();
                thread::yield_now();
                let sums: u64 = closed(&words).values().sum();
                (threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), sums)
            });
            assert_eq!(counted as u64, sums);
            assert_eq!(closed(&words).values().sum::<u64>(), sums);
        }
    }

    proptest! {
        #[test]
        fn any_words_are_read_without_a_panic(
            changes in proptest::collection::vec((0usize..SIZE_BYTES / 8, prop_oneof![any::<u64>(), 0u64..20_000]), 0..40),
            key in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let words = words();
            Table::format(&words, [0; 16]);
            for n in 0..100_u8 {
                count(&words, &[n; 9], 1).unwrap();
            }
            for (at, value) in changes {
                words[at].store(value, Relaxed);
            }
            let _ = count(&words, &key, 1);
            let _ = Table::of(&words).map(Table::close);
        }
    }
}
