//! Lengths of time as people write them: `30s`, `15m`, `1h`, `7d`.

use std::{fmt, str::FromStr, time::Duration};

use serde::Deserialize;

/// A whole number of one unit; never nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Interval(Duration);

/// The letters and the seconds that they stand for, longest first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

impl Interval {
    /// So many hours.
    pub(crate) const fn hours(number: u64) -> Self {
        Self(Duration::from_secs(number * 3600))
    }

    /// As a duration.
    pub(crate) const fn duration(self) -> Duration {
        self.0
    }

    /// In seconds.
    pub(crate) const fn seconds(self) -> u64 {
        self.0.as_secs()
    }
}

impl FromStr for Interval {
    type Err = IntervalError;

    fn from_str(text: &str) -> Result<Self, IntervalError> {
        let refused = || IntervalError { text: text.to_owned() };
        let unit = UNITS.iter().find(|(letter, _)| text.ends_with(*letter)).ok_or_else(refused)?;
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| refused())?;
        let seconds = number.checked_mul(unit.1).filter(|seconds| *seconds > 0 && *seconds <= LONGEST);
        seconds.map(|seconds| Self(Duration::from_secs(seconds))).ok_or_else(refused)
    }
}

/// A hundred years: what is longer is a mistake, and overflows what counts from today.
const LONGEST: u64 = 100 * 365 * 86_400;

impl TryFrom<String> for Interval {
    type Error = IntervalError;

    fn try_from(text: String) -> Result<Self, IntervalError> {
        text.parse()
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (letter, unit) = UNITS.into_iter().find(|(_, unit)| seconds.is_multiple_of(*unit)).unwrap_or(('s', 1));
        write!(f, "{}{letter}", seconds / unit)
    }
}

/// Why a text is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no length of time; write a number and a unit, such as 30s, 15m, 1h or 7d")]
pub(crate) struct IntervalError {
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_length_of_time() {
        for (text, seconds) in [("30s", 30), ("15m", 900), ("1h", 3600), ("7d", 604_800)] {
            assert_eq!(text.parse::<Interval>().map(|interval| interval.duration().as_secs()), Ok(seconds));
            assert_eq!(text.parse::<Interval>().map(|interval| interval.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "h", "1", "0s", "-1h", "1 h", "1w", "1.5h", "99999999999999999d", "36501d", "ä"] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }
}
