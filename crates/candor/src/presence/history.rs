//! Which days were counted, and what the next one is the first of. Pure: what comes out depends on what goes in alone.

use candor_wire::{
    Timestamp,
    active::{Flags, MAX_WEEKS},
};

/// A month and a week beside it, so that a clock that jumps back and forth finds the days of both.
const MAX_DAYS: usize = 40;

/// What is remembered between runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The first ISO week in which the tool was used, counted from the one of 1970-01-01.
    first_week: Option<i32>,
    /// The days that were counted, the one that was counted last at the end; days since 1970-01-01, UTC.
    days: Vec<i32>,
}

/// A day that is counted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// What else begins with it.
    pub flags: Flags,
}

impl History {
    /// The history after a record on this day, and what is to be said of the day; `None` where it was counted before.
    ///
    /// A day, a week or a month has been counted when one of its days is remembered, whatever other days came since: the
    /// clock may have been wrong, or be wrong now.
    #[must_use]
    pub fn see(&self, day: i32) -> Option<(Self, Seen)> {
        if self.days.contains(&day) {
            return None;
        }
        let [week, month] = periods(day);
        let is_known = |period: usize, number: i32| self.days.iter().any(|day| periods(*day)[period] == number);
        // A first week that is yet to come was told by a clock that was wrong.
        let first_week = self.first_week.map_or(week, |first| first.min(week));
        let weeks = (week - first_week).min(i32::from(MAX_WEEKS) + 1) as u8;
        let flags = Flags { first_of_week: !is_known(0, week), first_of_month: !is_known(1, month), weeks };
        let mut days = self.days.clone();
        if days.len() >= MAX_DAYS {
            days.remove(0);
        }
        days.push(day);
        Some((Self { first_week: Some(first_week), days }, Seen { day, flags }))
    }

    /// As the lines of a file: see [`super::file`].
    pub(super) fn encode(&self) -> String {
        let mut text = String::new();
        if let Some(week) = self.first_week {
            text.push_str("since ");
            // Week 0 began on a Monday before 1970.
            text.push_str(&date(week * 7 - 3));
            text.push('\n');
        }
        text.push_str("days");
        for day in &self.days {
            text.push(' ');
            text.push_str(&date(*day));
        }
        text.push('\n');
        text
    }

    /// Reads what [`Self::encode`] wrote; `None` where it is something else.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let first_week = Some(periods(day_of(lines.next()?.strip_prefix("since ")?)?)[0]);
        let days = lines.next()?.strip_prefix("days")?.split_ascii_whitespace().map(day_of).collect::<Option<_>>()?;
        Some(Self { first_week, days })
    }
}

/// The ISO week and the month of a day.
pub(super) fn periods(day: i32) -> [i32; 2] {
    let time = Timestamp::of_day(day);
    [time.week(), time.month()]
}

/// `2026-11-22`.
fn date(day: i32) -> String {
    Timestamp::of_day(day).to_string().chars().take(10).collect()
}

fn day_of(date: &str) -> Option<i32> {
    Timestamp::parse(&format!("{date}T00:00:00Z")).ok().map(Timestamp::day)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use super::*;

    /// What is said on these days, in this order: `day week month weeks` for what is the first of each.
    fn said(dates: &[&str]) -> Vec<String> {
        let mut history = History::default();
        let mut said = Vec::new();
        for date in dates {
            let Some((next, Seen { flags, .. })) = history.see(day_of(date).unwrap()) else {
                said.push("nothing".to_owned());
                continue;
            };
            let words = [("week ", flags.first_of_week), ("month ", flags.first_of_month)];
            let words: String = words.iter().filter(|(_, is)| *is).map(|(word, _)| *word).collect();
            said.push(format!("{words}{}", flags.weeks));
            history = next;
        }
        said
    }

    #[test]
    fn a_day_a_week_and_a_month_are_each_counted_once() {
        // 2026-11-23 is a Monday.
        let days = ["2026-11-21", "2026-11-21", "2026-11-22", "2026-11-23", "2026-12-01", "2026-12-31", "2027-01-01"];
        let expected = ["week month 0", "nothing", "0", "week 1", "week month 2", "week 6", "month 6"];
        assert_eq!(said(&days), expected);
    }

    #[test]
    fn the_same_week_and_month_of_another_year_are_others() {
        assert_eq!(said(&["2025-11-19", "2026-11-18"]), ["week month 0", "week month 52"]);
        assert_eq!(said(&["2024-12-30", "2025-01-01"]), ["week month 0", "month 0"], "one ISO week in two years");
    }

    #[test]
    fn more_than_a_year_is_told_as_one_number() {
        assert_eq!(
            said(&["2024-01-01", "2024-12-30", "2025-01-06", "2030-01-07"])[1..],
            ["week month 52", "week month 53", "week month 53"]
        );
    }

    #[test]
    fn a_clock_that_jumps_ahead_and_back_counts_no_day_twice_and_does_not_fall_silent() {
        let days = ["2026-11-20", "2031-05-05", "2026-11-20", "2026-11-21", "2031-05-05", "2026-11-22"];
        assert_eq!(said(&days), ["week month 0", "week month 53", "nothing", "0", "nothing", "0"]);
    }

    #[test]
    fn a_first_week_that_was_told_by_a_wrong_clock_is_put_right() {
        assert_eq!(said(&["2031-05-05", "2026-11-20", "2026-11-27"]), ["week month 0", "week month 0", "week 1"]);
    }

    #[test]
    fn what_is_remembered_has_a_bound_and_is_enough_for_a_month_of_every_day() {
        let mut history = History::default();
        let start = day_of("2026-01-01").unwrap();
        let (mut weeks, mut months) = (0, 0);
        for day in start..start + 365 {
            let (next, seen) = history.see(day).unwrap();
            weeks += i32::from(seen.flags.first_of_week);
            months += i32::from(seen.flags.first_of_month);
            history = next;
        }
        assert_eq!((weeks, months, history.days.len()), (53, 12, MAX_DAYS));
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let (history, _) = History::default().see(20_779).unwrap();
        let (history, _) = history.see(20_790).unwrap();
        assert_eq!(history.encode(), "since 2026-11-16\ndays 2026-11-22 2026-12-03\n");
        assert_eq!(History::decode(&history.encode()), Some(history));
        for text in ["", "days\n", "since never\ndays\n", "since 2026-11-16", "since 2026-11-16\ndays 7\n"] {
            assert_eq!(History::decode(text), None, "{text}");
        }
    }
}
