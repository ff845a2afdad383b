//! Points in time as the wire spells them.

use std::fmt;

const MICROS_A_SECOND: i64 = 1_000_000;
const MICROS_A_DAY: i64 = 86_400 * MICROS_A_SECOND;

/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Always between the years 0 and 9999, so that it can be written as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseTimestampError {
    /// It is not spelled `2026-11-22T01:54:59Z`, with 0 to 9 digits of a second and `Z` or an offset.
    Malformed,
    /// It names a day, an hour or an offset that does not exist, or a year outside 0 to 9999.
    OutOfRange,
}

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an RFC 3339 timestamp",
            Self::OutOfRange => "a timestamp that does not exist",
        })
    }
}

impl std::error::Error for ParseTimestampError {}

impl Timestamp {
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(-719_528 * MICROS_A_DAY);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(2_932_897 * MICROS_A_DAY - 1);

    /// The timestamp of this many microseconds since 1970, held to the years 0 to 9999.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Days since 1970-01-01, UTC: the column `day`.
    #[must_use]
    pub fn day(self) -> i32 {
        self.0.div_euclid(MICROS_A_DAY) as i32
    }

    /// The ISO week (UTC) that it lies in, counted from the one of 1970-01-01.
    #[must_use]
    pub fn week(self) -> i32 {
        // The first of January 1970 was a Thursday.
        (self.day() + 3).div_euclid(7)
    }

    /// The month (UTC) that it lies in, counted from January of the year 0.
    #[must_use]
    pub fn month(self) -> i32 {
        let (year, month, _) = civil_from_days(i64::from(self.day()));
        (year * 12 + month - 1) as i32
    }

    /// The start of a day that is counted from 1970-01-01.
    #[must_use]
    pub fn of_day(day: i32) -> Self {
        Self::from_micros(i64::from(day) * MICROS_A_DAY)
    }

    /// The start of the hour that it lies in.
    #[must_use]
    pub fn start_of_hour(self) -> Self {
        Self(self.0 - self.0.rem_euclid(3600 * MICROS_A_SECOND))
    }

    /// The start of the day (UTC) that it lies in.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(MICROS_A_DAY))
    }

    /// Reads RFC 3339: `2026-11-22T01:54:59.123456789+01:00`, `t`, a space for the `T`, or a lower-case `z` included.
    /// What is finer than a microsecond is cut off.
    ///
    /// # Errors
    /// When the text is malformed or names a time that does not exist.
    pub fn parse(text: &str) -> Result<Self, ParseTimestampError> {
        use ParseTimestampError::{Malformed, OutOfRange};
        let bytes = text.as_bytes();
        if bytes.len() < 20 || bytes.len() > 35 {
            return Err(Malformed);
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0i64, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')).ok_or(Malformed)
            })
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let separators = [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16]];
        if !matches!(separators, [b'-', b'-', b'T' | b't' | b' ', b':', b':']) {
            return Err(Malformed);
        }
        let mut position = 19;
        let mut micros = 0;
        if bytes[position] == b'.' {
            position += 1;
            let start = position;
            let mut unit = MICROS_A_SECOND / 10;
            while let Some(digit) = bytes.get(position).filter(|byte| byte.is_ascii_digit()) {
                micros += i64::from(digit - b'0') * unit;
                unit /= 10;
                position += 1;
            }
            if position == start {
                return Err(Malformed);
            }
        }
        let offset_minutes = match &bytes[position..] {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let (hours, minutes) = (number(position + 1..position + 3)?, number(position + 4..position + 6)?);
                if hours > 23 || minutes > 59 {
                    return Err(OutOfRange);
                }
                (hours * 60 + minutes) * if *sign == b'+' { 1 } else { -1 }
            }
            _ => return Err(Malformed),
        };
        // RFC 3339 allows the 60th second; it is taken as the 59th, as time without leap seconds has none.
        if hour > 23
            || minute > 59
            || second > 60
            || !(1..=12).contains(&month)
            || !(1..=days_in(year, month)).contains(&day)
        {
            return Err(OutOfRange);
        }
        let seconds = hour * 3600 + minute * 60 + second.min(59) - offset_minutes * 60;
        let total = days_from_civil(year, month, day) * MICROS_A_DAY + seconds * MICROS_A_SECOND + micros;
        if (Self::MIN.0..=Self::MAX.0).contains(&total) { Ok(Self(total)) } else { Err(OutOfRange) }
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds or, where there are any, microseconds: `2026-11-22T01:54:59.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, micros) = (self.0.div_euclid(MICROS_A_DAY), self.0.rem_euclid(MICROS_A_DAY));
        let (year, month, day) = civil_from_days(days);
        let (seconds, fraction) = (micros / MICROS_A_SECOND, micros % MICROS_A_SECOND);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match fraction % 1000 {
            0 => write!(f, ".{:03}Z", fraction / 1000),
            _ => write!(f, ".{fraction:06}Z"),
        }
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; years begin in March so that the leap day is last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_spellings_of_real_clients_are_read() {
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-22T01:54:59.123Z", 1_795_312_499_123_000),
            ("2026-11-22T02:54:59.123456+01:00", 1_795_312_499_123_456),
            ("2026-11-21T20:24:59.123456789-05:30", 1_795_312_499_123_456),
            ("2024-02-29t23:59:60z", 1_709_251_199_000_000),
        ] {
            assert_eq!(Timestamp::parse(text), Ok(Timestamp(micros)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T01:54:59",
            "2026-11-22T01:54:59.Z",
            "2026-11-22T01:54:59+01",
            "２026-11-22T01:54:59Z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(ParseTimestampError::Malformed), "{text}");
        }
        for text in
            ["2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "0000-01-01T00:00:00+01:00"]
        {
            assert_eq!(Timestamp::parse(text), Err(ParseTimestampError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn weeks_begin_on_mondays_and_months_on_their_first_day() {
        let of = |text: &str| Timestamp::parse(&format!("{text}T12:00:00Z")).map(|time| (time.week(), time.month()));
        assert_eq!(of("1970-01-01"), Ok((0, 1970 * 12)));
        assert_eq!(of("1970-01-04"), Ok((0, 1970 * 12)), "a Sunday");
        assert_eq!(of("1970-01-05"), Ok((1, 1970 * 12)), "a Monday");
        assert_eq!(of("1969-12-28"), Ok((-1, 1970 * 12 - 1)));
        assert_eq!(of("2024-02-29").map(|(_, month)| month), Ok(2024 * 12 + 1));
        let (december, january) = (of("2025-12-31"), of("2026-01-01"));
        assert_eq!(
            (december.map(|of| of.0), december.map(|of| of.1 + 1)),
            (january.map(|of| of.0), january.map(|of| of.1))
        );
        assert_eq!(Timestamp::of_day(20_779).day(), 20_779);
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_the_jiff_library_writes_and_what_is_read_again(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let timestamp = Timestamp(micros);
            let written = timestamp.to_string();
            prop_assert_eq!(Timestamp::parse(&written), Ok(timestamp));
            let theirs: jiff::Timestamp = written.parse().expect("jiff reads it");
            prop_assert_eq!(theirs.as_microsecond(), micros);
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,40}") {
            let _ = Timestamp::parse(&text);
        }
    }
}
