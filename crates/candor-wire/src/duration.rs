//! Durations as integer buckets of at most 1 % relative error.

use std::time::Duration;

/// Mantissa bits kept: 64 buckets an octave, so a bucket's middle is at most 1/128 (0.78 %) from any value in it.
const BITS: u32 = 6;

/// So many buckets become one where days are summed up.
const COARSE: u16 = 4;
/// Likewise, of parts.
const COARSE_PART: u16 = 8;

/// A duration, rounded to one of 3,776 logarithmic buckets of microseconds.
///
/// Buckets are integers and ordered like the durations they hold, so a percentile is a running sum over them, on the
/// device and in SQL alike. Below 64 µs a bucket is one microsecond; above, 64 buckets divide each power of two:
///
/// ```text
///   bucket < 64      the microseconds themselves
///   bucket >= 64     eeeee mmmmmm     (64 + m) << (e - 1) microseconds, e = bucket >> 6, m = bucket & 63
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DurationBucket(u16);

impl DurationBucket {
    /// The last bucket: everything from about 580,000 years on.
    pub const MAX: Self = Self((64 - BITS as u16 + 1) * 64 - 1);

    /// How many buckets there are.
    pub const COUNT: usize = Self::MAX.0 as usize + 1;

    /// The bucket that holds `duration`.
    #[must_use]
    pub fn of(duration: Duration) -> Self {
        Self::of_micros(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }

    /// The bucket that holds `micros` microseconds.
    #[must_use]
    pub fn of_micros(micros: u64) -> Self {
        if micros < 1 << BITS {
            return Self(micros as u16);
        }
        let exponent = 63 - micros.leading_zeros() - BITS;
        let mantissa = (micros >> exponent) & ((1 << BITS) - 1);
        Self(((exponent + 1) << BITS) as u16 | mantissa as u16)
    }

    /// The bucket of this index, if there is one.
    #[must_use]
    pub fn from_index(index: u16) -> Option<Self> {
        (index <= Self::MAX.0).then_some(Self(index))
    }

    /// 0 to 3,775; stored in the column `duration_bucket`.
    #[must_use]
    pub fn index(self) -> u16 {
        self.0
    }

    /// The microseconds that stand for the bucket: its middle. They fall into the same bucket again.
    #[must_use]
    pub fn micros(self) -> u64 {
        let (low, width) = self.bounds();
        low + width / 2
    }

    /// The duration that stands for the bucket: its middle.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_micros(self.micros())
    }

    /// The bucket that stands for this one and its neighbours where days are summed up: one of 16 an octave, so that what it
    /// says is at most 4 % off; of parts, of which there are many, one of 8 (7 %).
    #[must_use]
    pub fn coarse(self, is_part: bool) -> Self {
        let neighbours = if is_part { COARSE_PART } else { COARSE };
        match self.0 {
            fine if fine < 1 << BITS => self,
            fine => Self(fine / neighbours * neighbours + neighbours / 2),
        }
    }

    /// The smallest number of microseconds in the bucket, and how many it spans.
    fn bounds(self) -> (u64, u64) {
        let (exponent, mantissa) = (u32::from(self.0 >> BITS), u64::from(self.0 & ((1 << BITS) - 1)));
        match exponent {
            0 => (mantissa, 1),
            _ => (((1 << BITS) + mantissa) << (exponent - 1), 1 << (exponent - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn buckets_follow_each_other_without_gap_or_overlap() {
        let mut expected = 0;
        for index in 0..=DurationBucket::MAX.index() {
            let (low, width) = DurationBucket(index).bounds();
            assert_eq!(low, expected, "bucket {index}");
            expected = low.wrapping_add(width);
        }
        assert_eq!(expected, 0, "the last bucket ends at u64::MAX");
    }

    #[test]
    fn sixteen_coarse_buckets_an_octave_and_eight_of_parts() {
        for (is_part, buckets) in [(false, 16), (true, 8)] {
            let octave: std::collections::BTreeSet<_> =
                (128..192).map(|index| DurationBucket(index).coarse(is_part)).collect();
            assert_eq!(octave.len(), buckets);
            assert!(octave.iter().all(|coarse| coarse.coarse(is_part) == *coarse), "once is enough");
        }
        assert_eq!(DurationBucket(63).coarse(true), DurationBucket(63), "below 64 µs each is as it was");
    }

    proptest! {
        #[test]
        fn a_coarse_bucket_is_at_most_4_percent_off_and_7_of_parts(micros in any::<u64>(), shift in 0u32..64) {
            let micros = micros >> shift;
            for (is_part, off) in [(false, 0.04), (true, 0.075)] {
                let coarse = DurationBucket::of_micros(micros).coarse(is_part);
                prop_assert!(coarse.micros().abs_diff(micros) as f64 <= micros as f64 * off, "{:?}", coarse);
            }
        }

        #[test]
        fn the_middle_is_within_one_percent_and_in_the_same_bucket(micros in any::<u64>(), shift in 0u32..64) {
            let micros = micros >> shift;
            let bucket = DurationBucket::of_micros(micros);
            let middle = bucket.micros();
            prop_assert_eq!(DurationBucket::of_micros(middle), bucket);
            prop_assert!(middle.abs_diff(micros) as f64 <= micros as f64 * 0.01);
        }

        #[test]
        fn longer_durations_never_fall_into_an_earlier_bucket(a in any::<u64>(), b in any::<u64>()) {
            prop_assert_eq!(a.cmp(&b), DurationBucket::of_micros(a).cmp(&DurationBucket::of_micros(b)).then(a.cmp(&b)));
        }
    }
}
