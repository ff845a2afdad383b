//! A count that many threads and processes add to, and that is closed once.
//!
//! ```text
//! word 0    the count, plus the highest bit when closed
//! word 1    what it was when it was closed
//! ```
//!
//! One is added by `fetch_add`, which costs half of what a `compare_exchange` does and never has to be repeated. So it
//! cannot be refused: the word grows, and the value before it says whether it was closed. What a closed word says is
//! therefore worth nothing, and what it said at that moment is kept beside it. Who closes notes the value that it sees in
//! the second word, then seals: exchanges that very value for itself with the highest bit; and begins anew where somebody
//! has added in between.
//!
//! **No count is lost or doubled.** The steps on one word have one order. What was added before the seal was told that it
//! counts, and is in the noted value, because otherwise the seal would have failed. What was added behind it was told to
//! go elsewhere, and is not. Who adds and dies before hearing the answer has added once or not at all.
//!
//! **Whoever closes may be killed at any step.** One at a time does so: it holds the spool's lock, which the kernel takes
//! from the dead. Before the seal the count is open still, and the next one writes over the note; behind it, nobody
//! writes the note any more, so that closing again finds the same.
//!
//! **Closing ends.** The table's mark has changed before, so each of the others adds at most once more to what it held.

use std::sync::atomic::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};

use super::table::Refused;

/// Marks what is closed.
pub(super) const CLOSED: u64 = 1 << 63;

/// Where a count stops that is added to by many at once. Ones do not stop there: from here to the highest bit they would
/// take a thousand years.
const MOST: u64 = 1 << 62;

/// A view of a count's two words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count<'a>(pub(super) &'a [AtomicU64; 2]);

impl Count<'_> {
    /// Adds one: whoever dies has added it, or has not.
    #[inline]
    pub(super) fn add_one(self) -> Result<(), Refused> {
        let Self([count, _]) = self;
        if count.fetch_add(1, AcqRel) & CLOSED == 0 { Ok(()) } else { Err(Refused::Closed) }
    }

    /// Adds several, likewise. A closed count does not grow by them, or it could grow back into its highest bit.
    pub(super) fn add(self, more: u64) -> Result<(), Refused> {
        let Self([count, _]) = self;
        let mut now = count.load(Relaxed);
        loop {
            if now & CLOSED != 0 {
                return Err(Refused::Closed);
            }
            let sum = now.saturating_add(more).min(MOST).max(now);
            match count.compare_exchange_weak(now, sum, AcqRel, Relaxed) {
                Ok(_) => return Ok(()),
                Err(other) => now = other,
            }
        }
    }

    /// Makes sure that nothing is added any more, and returns what was. Again and again if need be, but by one at a time.
    pub(super) fn close(self) -> u64 {
        loop {
            match self.look() {
                Look::Closed(count) => return count,
                Look::Open(count) => {
                    self.note(count);
                    if self.seal(count) {
                        return count;
                    }
                }
            }
        }
    }

    /// What was added until now.
    pub(super) fn peek(self) -> u64 {
        match self.look() {
            Look::Open(count) | Look::Closed(count) => count,
        }
    }

    fn look(self) -> Look {
        let Self([count, noted]) = self;
        match count.load(Acquire) {
            open if open & CLOSED == 0 => Look::Open(open),
            _ => Look::Closed(noted.load(Relaxed) & !CLOSED),
        }
    }

    fn note(self, seen: u64) {
        self.0[1].store(seen, Relaxed);
    }

    fn seal(self, noted: u64) -> bool {
        self.0[0].compare_exchange(noted, noted | CLOSED, AcqRel, Relaxed).is_ok()
    }
}

enum Look {
    Open(u64),
    Closed(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody does next: one step that nobody can look into.
    #[derive(Clone, Copy)]
    enum Step {
        AddOne,
        AddTwo,
        /// The next step of [`Count::close`].
        Close,
        /// Whoever closes dies, and another one begins.
        Kill,
    }

    /// Where whoever closes stands.
    enum Closing {
        Looking,
        Seen(u64),
        Noted(u64),
    }

    /// Takes these steps in this order, and then closes. Returns what was told to whoever added, and what closing found.
    fn after(steps: &[Step]) -> (u64, Vec<u64>) {
        let words = [AtomicU64::new(0), AtomicU64::new(0)];
        let count = Count(&words);
        let (mut counted, mut found, mut closing) = (0, Vec::new(), Closing::Looking);
        for step in steps {
            match step {
                Step::AddOne => counted += u64::from(count.add_one().is_ok()),
                Step::AddTwo => counted += 2 * u64::from(count.add(2).is_ok()),
                Step::Kill => closing = Closing::Looking,
                Step::Close => {
                    closing = match closing {
                        Closing::Looking => match count.look() {
                            Look::Open(seen) => Closing::Seen(seen),
                            Look::Closed(count) => {
                                found.push(count);
                                Closing::Looking
                            }
                        },
                        Closing::Seen(seen) => {
                            count.note(seen);
                            Closing::Noted(seen)
                        }
                        Closing::Noted(noted) => {
                            found.extend(count.seal(noted).then_some(noted));
                            Closing::Looking
                        }
                    }
                }
            }
        }
        found.push(count.close());
        assert_eq!((count.add_one(), count.add(5)), (Err(Refused::Closed), Err(Refused::Closed)));
        found.extend([count.close(), count.peek()]);
        (counted, found)
    }

    #[test]
    fn in_every_order_of_ten_steps_what_was_counted_is_what_is_found_whoever_is_killed() {
        const LENGTH: u32 = 10;
        const STEPS: [Step; 4] = [Step::AddOne, Step::AddTwo, Step::Close, Step::Kill];
        let mut found_early = 0;
        for order in 0..STEPS.len().pow(LENGTH) {
            let steps: Vec<Step> =
                (0..LENGTH).map(|place| STEPS[order / STEPS.len().pow(place) % STEPS.len()]).collect();
            let (counted, found) = after(&steps);
            assert!(found.iter().all(|found| *found == counted), "order {order}: {counted} counted, {found:?} found");
            found_early += usize::from(found.len() > 3);
        }
        assert!(found_early > 10_000, "in many orders somebody closes before the end: {found_early}");
    }

    #[test]
    fn a_count_that_many_are_added_to_stops_before_its_highest_bit() {
        let words = [AtomicU64::new(0), AtomicU64::new(0)];
        let count = Count(&words);
        for more in [7, u64::MAX, u64::MAX] {
            count.add(more).expect("it is open");
        }
        count.add_one().expect("it is open");
        assert_eq!((count.peek(), count.close()), (MOST + 1, MOST + 1));
    }
}
