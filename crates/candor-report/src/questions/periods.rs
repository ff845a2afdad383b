//! Days, weeks and months of UTC.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

/// A length of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Span {
    Day,
    /// From Monday on (ISO 8601).
    Week,
    Month,
}

impl Span {
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The name in reports and in the table `actives`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first day of the one that `day` lies in.
    pub(super) fn start(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => day.first_of_month(),
        }
    }

    /// The first days of those that follow each other from `start` on, as far as the calendar goes.
    pub(super) fn starts(self, start: Date) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(start), move |start| Some(self.next(*start)).filter(|next| next > start))
    }

    /// The first day of the next one.
    pub(super) fn next(self, start: Date) -> Date {
        match self {
            Self::Day => start.saturating_add(1.day()),
            Self::Week => start.saturating_add(1.week()),
            Self::Month => start.saturating_add(1.month()),
        }
    }
}

/// The number of a day in the column `day`.
pub(super) fn days_since_1970(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_belong_to_no_year() {
        // The ISO week 53 of 2026.
        for day in [date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)] {
            assert_eq!(Span::Week.start(day), date(2026, 12, 28), "{day}");
        }
        assert_eq!(Span::Week.next(date(2026, 12, 28)), date(2027, 1, 4));
        assert_eq!(Span::Month.next(Span::Month.start(date(2024, 2, 29))), date(2024, 3, 1));
    }
}
