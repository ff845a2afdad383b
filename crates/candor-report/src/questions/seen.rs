//! With which of a few things, such as days or countries, each installation was seen: a bit each.
//!
//! Installations are hashes, spread evenly, and files have them in order. So they are put into parts by their first bits,
//! each part so small that looking for one in it is quick, and what comes in is put into its part some thousands at a time.

use datafusion::common::HashMap;

/// Bits of a word: whole weeks of days, so that no week is in two words.
pub(super) const WORD_BITS: u32 = 63;
/// As many parts as eight bits tell apart: of a million installations each has some thousands.
const PARTS: usize = 256;
/// What waits until it is put into a part: few enough to take little room, and many enough to make the way worth it.
const MOST_WAITING: usize = 4096;

/// Everything that was seen.
#[derive(Debug)]
pub(super) struct Seen {
    parts: Vec<Part>,
    last: Option<(i64, u32)>,
}

/// Some of the installations.
#[derive(Debug, Default)]
struct Part {
    waiting: Vec<(i64, u32)>,
    place: HashMap<i64, u32>,
    /// Of each word that has any bit, those of all installations up to the last that has one.
    words: Vec<Vec<u64>>,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self { parts: (0..PARTS).map(|_| Part::default()).collect(), last: None }
    }

    /// Notes that an installation was seen with a thing of this number.
    pub(super) fn add(&mut self, installation: i64, thing: u32) {
        // What follows itself is the most of it, where each event is looked at.
        if self.last.replace((installation, thing)) == Some((installation, thing)) {
            return;
        }
        let part = &mut self.parts[(installation.cast_unsigned() >> 56) as usize];
        part.waiting.push((installation, thing));
        if part.waiting.len() >= MOST_WAITING {
            part.put();
        }
    }

    /// Has `visit` see the words of all installations, those of some at a time, and how many these are. A word that is empty has no bits.
    pub(super) fn each(&mut self, mut visit: impl FnMut(&[Vec<u64>], usize)) {
        for part in &mut self.parts {
            part.put();
            let installations = part.place.len();
            part.words.iter_mut().filter(|word| !word.is_empty()).for_each(|word| word.resize(installations, 0));
            visit(&part.words, installations);
        }
    }

    /// How many installations were seen with each of `things`.
    pub(super) fn count(&mut self, things: usize) -> Vec<i64> {
        let mut counts = vec![0; things];
        self.each(|words, installations| {
            (0..installations).flat_map(|row| things_of(words, row)).for_each(|thing| {
                if let Some(count) = counts.get_mut(thing) {
                    *count += 1;
                }
            });
        });
        counts
    }
}

/// With what the installation in this place was seen, in order.
pub(super) fn things_of(words: &[Vec<u64>], row: usize) -> impl Iterator<Item = usize> {
    let of_row = words.iter().map(move |word| word.get(row).copied().unwrap_or(0));
    let some = |bits: u64| Some(bits).filter(|bits| *bits != 0);
    of_row.enumerate().flat_map(move |(word, bits)| {
        let each = std::iter::successors(some(bits), move |bits| some(bits & (bits - 1)));
        each.map(move |bits| word * WORD_BITS as usize + bits.trailing_zeros() as usize)
    })
}

impl Part {
    fn put(&mut self) {
        for (installation, thing) in self.waiting.drain(..) {
            let next = self.place.len() as u32;
            let place = *self.place.entry(installation).or_insert(next) as usize;
            let word = (thing / WORD_BITS) as usize;
            if self.words.len() <= word {
                self.words.resize_with(word + 1, Vec::new);
            }
            let word = &mut self.words[word];
            if word.len() <= place {
                word.resize(self.place.len(), 0);
            }
            word[place] |= 1 << (thing % WORD_BITS);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn as_many_installations_are_counted_as_there_were_with_each_thing() {
        let mut seen = Seen::new();
        let mut known = vec![HashSet::new(); 200];
        for number in 0..300_000_u64 {
            let installation = (number % 4001).wrapping_mul(0x9e37_79b9_7f4a_7c15).cast_signed();
            let thing = (number.wrapping_mul(0xd1b5_4a32_d192_ed03) >> 40) as usize % known.len();
            for _ in 0..=number % 2 {
                seen.add(installation, thing as u32);
            }
            known[thing].insert(installation);
        }
        let known: Vec<_> = known.iter().map(|installations| installations.len() as i64).collect();
        assert_eq!(seen.count(known.len()), known);
        assert_eq!(seen.count(known.len() + 1)[known.len()], 0);
    }
}
