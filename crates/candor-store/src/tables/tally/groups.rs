//! Groups of rows by number, and the sum of each.

use datafusion::{arrow::array::Int64Array, common::HashMap};

use super::key::NOT_ASKED;

/// Groups of one identifier that are looked through.
const MOST_OF_ONE: usize = 16;

/// The sums so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    /// Of each group.
    pub(super) numbers: Vec<u64>,
    pub(super) sums: Vec<i64>,
    /// Likewise, where rows are told apart by an identifier as well.
    pub(super) identifiers: Vec<Option<i64>>,
    /// Which group a number is.
    place: HashMap<u64, u32>,
    /// The first group of the identifier that came last.
    first: usize,
}

impl Groups {
    /// Adds rows by their numbers.
    pub(super) fn add(&mut self, numbers: &[u64], counts: &Int64Array) {
        for (number, count) in numbers.iter().zip(counts.values()).filter(|(number, _)| **number != NOT_ASKED) {
            let place = *self.place.entry(*number).or_insert_with(|| {
                self.numbers.push(*number);
                self.sums.push(0);
                (self.numbers.len() - 1) as u32
            });
            add_to(&mut self.sums[place as usize], *count);
        }
    }

    /// Adds rows by their numbers and identifiers: those of one that follow each other. There are as many identifiers as one likes, and
    /// rows stand in their order; where they do not, there are more groups.
    pub(super) fn add_in_order(&mut self, identifiers: &Int64Array, numbers: &[u64], counts: &Int64Array) {
        let identifiers = identifiers.iter();
        for ((number, count), identifier) in numbers.iter().zip(counts.values()).zip(identifiers) {
            if *number == NOT_ASKED {
                continue;
            }
            if self.identifiers.last() != Some(&identifier) {
                self.first = self.numbers.len();
            }
            match self.numbers[self.first..].iter().rposition(|known| known == number) {
                Some(place) => add_to(&mut self.sums[self.first + place], *count),
                None => {
                    self.numbers.push(*number);
                    self.sums.push(*count);
                    self.identifiers.push(identifier);
                }
            }
            // An identifier of very many groups is no reason to look through all of them for each row.
            self.first = self.first.max(self.numbers.len().saturating_sub(MOST_OF_ONE));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn clear(&mut self) {
        *self = Self { place: std::mem::take(&mut self.place), ..Self::default() };
        self.place.clear();
    }
}

/// As the engine adds up: what is beyond 64 bits wraps around, and nobody counts so far.
fn add_to(sum: &mut i64, count: i64) {
    *sum = sum.wrapping_add(count);
}
