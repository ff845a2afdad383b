//! The day of a moment, without a library: a build dependency should bring no others.

use std::time::Duration;

/// The day (UTC) of a moment, as `2026-11-22`; `None` after the year 9999.
pub(crate) fn of(since_1970: Duration) -> Option<String> {
    let mut days = since_1970.as_secs() / 86_400;
    let mut year = 1970;
    while days >= days_in(year) {
        days -= days_in(year);
        year += 1;
        if year > 9999 {
            return None;
        }
    }
    let february = days_in(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    Some(format!("{year:04}-{month:02}-{:02}", days + 1))
}

fn days_in(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_709_164_800, "2024-02-29"),
            (1_709_251_200, "2024-03-01"),
            (1_735_689_599, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
            (253_402_300_799, "9999-12-31"),
        ] {
            assert_eq!(of(Duration::from_secs(seconds)).as_deref(), Some(day));
        }
        assert_eq!(of(Duration::from_secs(253_402_300_800)), None);
    }
}
