//! Counting without identifiers where a machine keeps no state: HyperLogLog over the cells that records carry.

use std::collections::BTreeMap;

use candor_privacy::sketch;

/// The widest sketch there is: 2^16 cells are exact to 0.4 %, and more than any project needs.
const MAX_BITS: u32 = 16;

/// The cells of one period: of each the highest rank that was seen.
///
/// Records of different versions of a tool may have different numbers of bits. Those with more are folded to those with
/// the fewest, as if they had been made with these.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// By bits, then by cell.
    ranks: BTreeMap<u32, BTreeMap<u64, u32>>,
}

/// How many different machines a sketch has seen.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// About so many.
    pub machines: f64,
    /// The standard error of that, in machines: 1.04 / √cells of it.
    pub error: f64,
}

impl Sketch {
    /// Adds a record's cell, the first `bits` bits of its hash, and rank, the zeros behind them plus one. What no sketch
    /// says (a cell or a rank out of range) is left out.
    pub fn add(&mut self, bits: i64, cell: i64, rank: i64) {
        let (Ok(bits), Ok(cell), Ok(rank)) = (u32::try_from(bits), u64::try_from(cell), u32::try_from(rank)) else {
            return;
        };
        let is_possible = (1..=MAX_BITS).contains(&bits) && cell >> bits == 0 && (1..=256).contains(&rank);
        if is_possible {
            let seen = self.ranks.entry(bits).or_default().entry(cell).or_default();
            *seen = rank.max(*seen);
        }
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// About how many machines were added; nothing where none was.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let bits = *self.ranks.keys().next()?;
        let bits = u8::try_from(bits).ok()?;
        let ranks = self.folded(bits.into()).into_values().map(|rank| u8::try_from(rank).unwrap_or(u8::MAX));
        let machines = sketch::estimate(bits, ranks);
        Some(Estimate { machines, error: machines * sketch::standard_error(bits) })
    }

    /// The cells as if all had `bits` bits.
    fn folded(&self, bits: u32) -> BTreeMap<u64, u32> {
        let mut folded = BTreeMap::new();
        for (own, ranks) in &self.ranks {
            let more = own - bits;
            for (cell, rank) in ranks {
                // The bits that are no longer of the cell come before those that the rank was counted in.
                let rest = cell & ((1 << more) - 1);
                let rank = match rest {
                    0 => rank + more,
                    rest => more - rest.ilog2(),
                };
                let seen = folded.entry(cell >> more).or_insert(0);
                *seen = rank.max(*seen);
            }
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that looks random: the mixing of splitmix64.
    fn hash(machine: u64) -> u64 {
        let mut mixed = machine.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn add(sketch: &mut Sketch, machine: u64, bits: u32) {
        let hash = hash(machine);
        let rank = (hash << bits).leading_zeros() + 1;
        sketch.add(i64::from(bits), i64::try_from(hash >> (64 - bits)).expect("a cell"), i64::from(rank));
    }

    #[test]
    fn the_estimate_is_within_three_standard_errors_and_repetitions_do_not_count() {
        for bits in [6, 8, 10, 12] {
            for machines in [1_u64, 10, 100, 1000, 20_000] {
                let mut sketch = Sketch::default();
                for machine in (0..machines).chain(0..machines) {
                    add(&mut sketch, machine, bits);
                }
                let estimate = sketch.estimate().expect("an estimate");
                let off = (estimate.machines - machines as f64).abs();
                assert!(off <= 3.0 * estimate.error, "{bits} bits, {machines}: {estimate:?}");
            }
        }
    }

    #[test]
    fn records_with_more_bits_count_like_those_with_fewer() {
        let (mut mixed, mut narrow) = (Sketch::default(), Sketch::default());
        for machine in 0..5000 {
            add(&mut mixed, machine, if machine % 3 == 0 { 6 } else { 10 });
            add(&mut narrow, machine, 6);
        }
        assert_eq!(mixed.estimate(), narrow.estimate());
    }

    #[test]
    fn what_no_record_says_is_left_out() {
        let mut sketch = Sketch::default();
        for (bits, cell, rank) in [(0, 0, 1), (6, 64, 1), (6, -1, 1), (6, 1, 0), (63, 1, 1), (6, 1, 1000)] {
            sketch.add(bits, cell, rank);
        }
        assert!(sketch.is_empty());
        assert_eq!(sketch.estimate(), None);
    }
}
