//! Counting machines that keep no state, without identifying them: a HyperLogLog of their own traits.
//!
//! A machine says a [`Cell`] of a period: where a hash of a trait of its own falls among 2^b cells, and how rare that hash is.
//! The collector keeps the highest rank a cell, and from these alone follows how many machines there were, give or take
//! [`standard_error`]. The period is in the hash: cells of two periods have nothing to do with each other.

use std::ops::Neg as _;

use hmac_sha256::Hash;

/// What is hashed is of this version.
const VERSION: &str = "candor/sketch/1";

/// The span of time that a cell belongs to, as a number that is another in every other span of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// A day: days since 1970-01-01, UTC.
    Day(i32),
    /// An ISO week, UTC: weeks since the one of 1970-01-01.
    Week(i32),
    /// A month, UTC: months since January of the year 0.
    Month(i32),
}

/// What a machine says of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Which cell, from 0 to 2^b - 1.
    pub cell: u16,
    /// One more than the zeros that the rest of the hash begins with: from 1 to 65 - b.
    pub rank: u8,
}

/// What the machine of this trait says of a period to this application, in a sketch of 2^`bits` cells.
#[must_use]
pub fn cell(application: &str, period: Period, host: &[u8], bits: u8) -> Cell {
    let (span, number) = match period {
        Period::Day(day) => (0, day),
        Period::Week(week) => (1, week),
        Period::Month(month) => (2, month),
    };
    let mut hash = Hash::new();
    for part in [VERSION.as_bytes(), application.as_bytes(), &[span], &number.to_be_bytes(), host] {
        // Its length before each part: no two lists of parts are the same bytes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    split(u64::from_be_bytes(first), bits.clamp(1, 16))
}

fn split(hash: u64, bits: u8) -> Cell {
    // A one behind the last bit of the rest: it has no more zeros than bits.
    let rest = hash << bits | 1 << (bits - 1);
    Cell { cell: (hash >> (64 - bits)) as u16, rank: rest.leading_zeros() as u8 + 1 }
}

/// How many machines there were, by the highest rank of each cell of a sketch of 2^`bits` cells in which there was one.
/// Ranks of 0 are cells without any, and so are those that are not given.
///
/// This is the estimator of HyperLogLog with the corrections for few and for many machines that Ertl derived
/// (arXiv:1702.01284, algorithm 6): it needs no tables and no thresholds, and is exact for none.
#[must_use]
pub fn estimate(bits: u8, ranks: impl IntoIterator<Item = u8>) -> f64 {
    let cells = f64::from(1_u32 << bits.clamp(1, 16));
    let highest = 65 - bits.clamp(1, 16);
    let (mut occupied, mut full, mut sum) = (0.0, 0.0, 0.0);
    for rank in ranks.into_iter().filter(|rank| *rank > 0).map(|rank| rank.min(highest)) {
        occupied += 1.0;
        if rank == highest {
            full += 1.0;
        } else {
            sum += f64::from(rank).neg().exp2();
        }
    }
    let empty = (cells - occupied).max(0.0);
    sum += cells * tau(1.0 - full / cells) * (1.0 - f64::from(highest)).exp2() + cells * sigma(empty / cells);
    // Few cells overestimate many machines a little (Flajolet's alpha), and few machines not at all.
    let correction = 1.0 + 1.079 / cells * (occupied / cells).min(1.0);
    cells * cells / (2.0 * std::f64::consts::LN_2 * sum * correction)
}

/// The relative standard error of an [`estimate`] of a sketch of 2^`bits` cells: 0.13 for 6 bits.
#[must_use]
pub fn standard_error(bits: u8) -> f64 {
    1.04 / f64::from(1_u32 << bits.min(16)).sqrt()
}

/// What the empty cells add, by their share: infinite where all are empty.
fn sigma(share: f64) -> f64 {
    let (mut power, mut factor, mut sum) = (share, 1.0, share);
    while power < 1.0 {
        power *= power;
        let next = sum + power * factor;
        if next <= sum {
            return sum;
        }
        (sum, factor) = (next, factor * 2.0);
    }
    f64::INFINITY
}

/// What the cells of the highest rank add, by the share of the others.
fn tau(share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    let (mut root, mut factor, mut sum) = (share, 1.0, 1.0 - share);
    loop {
        root = root.sqrt();
        factor *= 0.5;
        let next = sum - (1.0 - root) * (1.0 - root) * factor;
        if next >= sum {
            return sum / 3.0;
        }
        sum = next;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The highest rank of each cell when these hosts report.
    fn sketch(bits: u8, period: Period, hosts: std::ops::Range<u64>) -> Vec<u8> {
        let mut ranks = vec![0; 1 << bits];
        for host in hosts {
            let cell = cell("tool", period, &host.to_be_bytes(), bits);
            let highest = &mut ranks[usize::from(cell.cell)];
            *highest = cell.rank.max(*highest);
        }
        ranks
    }

    /// The mean of the relative errors of so many sketches, and their root mean square.
    fn errors(bits: u8, hosts: u64, sketches: i32) -> (f64, f64) {
        let errors: Vec<f64> = (0..sketches)
            .map(|day| estimate(bits, sketch(bits, Period::Day(day), 0..hosts)) / hosts as f64 - 1.0)
            .collect();
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / f64::from(sketches);
        (mean(&mut errors.iter().copied()), mean(&mut errors.iter().map(|error| error * error)).sqrt())
    }

    #[test]
    fn a_hash_is_cut_into_cell_and_rank() {
        assert_eq!(split(u64::MAX, 6), Cell { cell: 63, rank: 1 });
        assert_eq!(split(0, 6), Cell { cell: 0, rank: 59 });
        assert_eq!(split(1, 6), Cell { cell: 0, rank: 58 });
        assert_eq!(split(9 << 55, 6), Cell { cell: 1, rank: 3 });
        assert_eq!(split(0xffc0_0000_0000_0000, 10), Cell { cell: 1023, rank: 55 });
    }

    #[test]
    fn a_cell_is_what_it_was() {
        assert_eq!(cell("tool", Period::Day(20_779), b"host", 6), Cell { cell: 14, rank: 2 });
    }

    #[test]
    fn no_two_lists_of_parts_are_hashed_alike() {
        let day = Period::Day(1);
        let wide = |application, period, host: &[u8]| cell(application, period, host, 16);
        let all = [
            wide("tool", day, b"host"),
            wide("tool", Period::Week(1), b"host"),
            wide("tool", Period::Month(1), b"host"),
            wide("tool", Period::Day(2), b"host"),
            wide("toolh", day, b"ost"),
            wide("too", day, b"lhost"),
        ];
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }

    #[test]
    fn nobody_and_few_are_counted_nearly_exactly() {
        assert_eq!(estimate(6, []), 0.0);
        assert_eq!(estimate(6, [0; 64]), 0.0);
        for machines in 1..=5_u8 {
            let counted = estimate(6, (0..machines).map(|at| at % 2 + 1));
            assert!((counted - f64::from(machines)).abs() < 0.5, "{machines} were counted as {counted}");
        }
        assert_eq!(estimate(6, [1, 1, 1]), estimate(6, [1, 0, 1, 1, 0]), "cells without any are no matter");
    }

    #[test]
    fn the_error_is_what_it_is_said_to_be_for_few_and_for_many() {
        for (bits, hosts) in [(6, 10), (6, 40), (6, 160), (6, 320), (6, 1_300), (8, 1_000), (10, 2_500)] {
            let sketches = 100;
            let (bias, spread) = errors(bits, hosts, sketches);
            let said = standard_error(bits);
            assert!(
                bias.abs() < 3.0 * said / f64::from(sketches).sqrt(),
                "{bits} bits, {hosts} hosts: biased by {bias}"
            );
            assert!(spread < 1.2 * said, "{bits} bits, {hosts} hosts: {spread} rather than {said}");
        }
    }

    #[test]
    fn cells_of_two_periods_have_nothing_to_do_with_each_other() {
        let hosts = 40_960_u64;
        for (one, other) in [
            (Period::Day(20_779), Period::Day(20_780)),
            (Period::Day(20_779), Period::Week(20_779)),
            (Period::Week(2968), Period::Month(2968)),
            (Period::Month(24_321), Period::Month(24_322)),
        ] {
            let mut together = vec![0_u64; 64 * 64];
            for host in 0..hosts {
                let [one, other] = [one, other].map(|period| cell("tool", period, &host.to_be_bytes(), 6));
                together[usize::from(one.cell) * 64 + usize::from(other.cell)] += 1;
            }
            // What knowing the one says of the other: chi-squared of 63 x 63 degrees of freedom, and five deviations of it.
            let expected = hosts as f64 / 4096.0;
            let distance: f64 = together.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
            assert!(
                distance < 4095.0 + 5.0 * (2.0 * 4095.0_f64).sqrt(),
                "{one:?} says something of {other:?}: {distance}"
            );
        }
    }

    #[test]
    fn within_a_period_a_cell_of_six_bits_is_shared_by_a_sixty_fourth_of_the_hosts() {
        let hosts = 1_280_u64;
        let mut sharers = [0_u64; 64];
        for host in 0..hosts {
            sharers[usize::from(cell("tool", Period::Week(2968), &host.to_be_bytes(), 6).cell)] += 1;
        }
        // Twenty on average; by chance some are shared by fewer.
        assert!(sharers.iter().all(|sharers| (5..=45).contains(sharers)), "{sharers:?}");
    }

    #[test]
    fn cell_and_rank_together_are_unique_for_as_many_hosts_as_the_documentation_says() {
        for (hosts, bits, percent) in
            [(1_000, 10, 72), (1_000, 8, 33), (1_000, 6, 9), (10_000, 10, 15), (10_000, 8, 4), (10_000, 6, 1)]
        {
            let mut sharers = std::collections::HashMap::<Cell, u64>::new();
            for period in 0..4 {
                let mut of_period = std::collections::HashMap::<Cell, u64>::new();
                for host in 0..hosts {
                    *of_period.entry(cell("tool", Period::Week(period), &u64::to_be_bytes(host), bits)).or_default() +=
                        1;
                }
                for (_, count) in of_period {
                    *sharers.entry(Cell { cell: 0, rank: u8::from(count == 1) }).or_default() += count;
                }
            }
            let alone = sharers[&Cell { cell: 0, rank: 1 }] as f64 * 100.0 / (hosts * 4) as f64;
            assert!((alone - f64::from(percent)).abs() <= 2.0, "{hosts} hosts, {bits} bits: {alone} % are alone");
        }
    }
}
