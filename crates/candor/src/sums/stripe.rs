//! Which of several counts of one key a thread adds to.
//!
//! Threads that add to one word need its cache line by turns, which costs more than all else that a count does. So a count
//! that threads add to without a lock is in the table once for each stripe, as keys of their own (key.rs), and they become
//! one item (items.rs). A tool that counts on one thread has one of them, and where a table has little room, threads share.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// How many there are: so many threads that came one behind the other are never in each other's way.
pub(super) const STRIPES: usize = 4;

/// The stripe of this thread. The first one that records has the first, in every process.
pub(super) fn of_this_thread() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static STRIPE: usize = THREADS.fetch_add(1, Relaxed) % STRIPES;
    }
    STRIPE.with(|stripe| *stripe)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::{collections::BTreeSet, sync::atomic::AtomicU64, thread};

    use candor_wire::{Environment, Kind, Record, Timestamp};

    use super::{
        super::{Sums, TableFile},
        *,
    };
    use crate::{
        identity::Identity,
        spool::{Limits, Queue, QueueOf, Spool},
    };

    fn name(slot: usize) -> String {
        format!("count_{slot}")
    }

    /// As a run does: the fast way first.
    fn count(sums: &Sums, slot: usize, closing: &QueueOf<'_>) -> bool {
        let record = || Record::new(Kind::Count, name(slot), Timestamp::from_micros(0));
        sums.count_slot(slot) || sums.add(&record(), &Environment::default(), Some(slot), closing)
    }

    #[test]
    fn threads_have_counts_of_their_own_that_become_one_item() {
        let directory = tempfile::tempdir().unwrap();
        let spool = Spool::new(directory.path().to_owned(), Limits::default());
        let (sums, closing) = (Sums::new(directory.path(), Queue::Usage.table(), 1), QueueOf(&spool, Queue::Usage));
        let (mut stripes, mut counted) = (BTreeSet::new(), 0);
        // Threads of other tests take numbers too.
        while stripes.len() < STRIPES {
            let thread = || (of_this_thread(), (0..10).filter(|_| count(&sums, 0, &closing)).count() as u64);
            let (stripe, more) = thread::scope(|scope| scope.spawn(thread).join().unwrap());
            stripes.insert(stripe);
            counted += more;
        }
        let file = TableFile::open(&directory.path().join(Queue::Usage.table())).unwrap();
        let counts = file.table().unwrap().peek().unwrap().into_iter().filter(|entry| entry.count > 0).count();
        assert_eq!((counts, spool.survey(Queue::Usage).records), (STRIPES, counted));
        let segments = spool.claim(Queue::Usage, &Identity::none()).unwrap();
        let items = spool.read(&segments[0], Queue::Usage).unwrap().items;
        assert_eq!((segments.len(), items.len(), spool.dropped()), (1, 1, 0));
        assert_eq!(spool.survey(Queue::Usage).records, counted);
        let item: serde_json::Value = serde_json::from_str(&items[0]).unwrap();
        assert_eq!((&item["event"], item["properties"]["count"].as_u64()), (&name(0).into(), Some(counted)));
    }

    #[test]
    fn a_table_with_little_room_gives_no_thread_a_count_of_its_own() {
        const COUNTS: usize = 600;
        // One more than there are stripes, so that each of them is the first once.
        const THREADS: usize = STRIPES + 1;
        for _ in 0..STRIPES {
            let directory = tempfile::tempdir().unwrap();
            let spool = Spool::new(directory.path().to_owned(), Limits::default());
            let closing = QueueOf(&spool, Queue::Usage);
            let sums = Sums::new(directory.path(), Queue::Usage.table(), COUNTS);
            for _ in 0..THREADS {
                let twice = |slot| count(&sums, slot, &closing) && count(&sums, slot, &closing);
                assert!(thread::scope(|scope| scope.spawn(|| (0..COUNTS).all(twice)).join().unwrap()));
            }
            assert_eq!(spool.survey(Queue::Usage).records, (COUNTS * THREADS * 2) as u64);
            let names = std::fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name());
            assert_eq!(names.collect::<Vec<_>>(), [Queue::Usage.table()], "it was never full");
        }
    }

    #[test]
    fn threads_that_count_while_tables_are_taken_away_are_counted_once() {
        let directory = tempfile::tempdir().unwrap();
        let spool = Spool::new(directory.path().to_owned(), Limits::default());
        let (sums, closing) = (Sums::new(directory.path(), Queue::Usage.table(), 3), QueueOf(&spool, Queue::Usage));
        let (counted, running) = (AtomicU64::new(0), AtomicUsize::new(2 * STRIPES));
        let mut claims = 0;
        thread::scope(|scope| {
            for _ in 0..2 * STRIPES {
                scope.spawn(|| {
                    let here = (0..20_000).filter(|number| count(&sums, number % 3, &closing)).count();
                    counted.fetch_add(here as u64, Relaxed);
                    running.fetch_sub(1, Relaxed);
                });
            }
            while running.load(Relaxed) > 0 {
                claims += usize::from(spool.claim(Queue::Usage, &Identity::none()).is_ok());
            }
        });
        assert!(claims > 0 && counted.load(Relaxed) > 0);
        spool.claim(Queue::Usage, &Identity::none()).unwrap();
        assert_eq!((spool.survey(Queue::Usage).records, spool.dropped()), (counted.load(Relaxed), 0));
    }
}
