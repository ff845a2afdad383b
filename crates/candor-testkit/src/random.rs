//! Chance that is the same everywhere: SplitMix64 (Steele, Lea, Flood 2014), which needs no crate.

use std::hash::{BuildHasher, RandomState};

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The one that begins with this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another one in every process, with the seed that makes it again.
    #[must_use]
    pub fn of_the_moment() -> (Self, u64) {
        let seed = RandomState::new().hash_one(0);
        (Self(seed), seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// From 0 up to, and without, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        to_unit(self.next())
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound.max(1))) >> 64) as u64
    }

    /// Of the standard normal distribution, by Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// A number that belongs to these: of a trait of an installation, say.
pub(crate) fn hash(of: [u64; 3]) -> u64 {
    of.iter().fold(0, |hash, part| scramble((hash ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15)))
}

/// The same from 0 up to, and without, 1.
pub(crate) fn hash_unit(of: [u64; 3]) -> f64 {
    to_unit(hash(of))
}

/// One of these by its weight, at the place `unit` of the whole.
pub(crate) fn pick<T: Copy>(weighted: &[(T, f64)], unit: f64) -> T {
    let mut rest = unit * weighted.iter().map(|(_, weight)| weight).sum::<f64>();
    for (item, weight) in weighted {
        rest -= weight;
        if rest < 0.0 {
            return *item;
        }
    }
    weighted[weighted.len() - 1].0
}

fn to_unit(number: u64) -> f64 {
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

fn scramble(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
