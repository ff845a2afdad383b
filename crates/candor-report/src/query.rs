//! Which project, which days, which facts.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date};

use crate::{Field, Filter};

/// The most days that one question may span: longer than any retention, and few enough for a row a day.
const MAX_DAYS: u32 = 3660;

/// How many values of a breakdown have rows of their own unless it is told: what fits a glance.
const DEFAULT_TOP: u32 = 10;

/// The most values of a breakdown that have rows of their own: each is a parameter of the query.
const MAX_TOP: u32 = 100;

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The project's name.
    pub project: String,
    /// The first day that is looked at (UTC).
    pub from: Date,
    /// The day after the last one that is looked at (UTC): `to` itself is not.
    pub to: Date,
    /// What the facts must satisfy.
    pub filters: Vec<Filter>,
    /// Whether the answer is to come from sums or from single rows.
    pub source: Source,
    /// What each row is broken down by, where the report allows that.
    pub by: Option<Field>,
    /// How many values of `by` have rows of their own: the most frequent ones. The others are called `other`.
    pub top: u32,
    /// Whether the same is asked about as many days before.
    pub compare: bool,
}

/// Which rows an answer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Source {
    /// The sums of days where they have what is needed, else the rows themselves.
    #[default]
    Auto,
    /// The rows themselves, which are kept for a shorter time.
    Raw,
    /// The sums of days; what they do not have is refused.
    Rollup,
}

impl Source {
    /// Every source, in the order of their definition.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Raw, Self::Rollup];

    /// The name in commands and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Raw => "raw",
            Self::Rollup => "rollup",
        }
    }
}

impl FromStr for Source {
    type Err = QueryError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|source| source.as_str() == name);
        known.ok_or_else(|| QueryError::UnknownSource(name.to_owned()))
    }
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The range holds no day.
    #[error("the range from {from} up to {to} holds no day")]
    EmptyRange {
        /// The first day.
        from: Date,
        /// The day after the last.
        to: Date,
    },
    /// The range is longer than any data is kept.
    #[error("a range of {days} days is longer than {MAX_DAYS} days")]
    RangeTooLong {
        /// Its length.
        days: u32,
    },
    /// The range ends after the year 9999 or starts before any calendar.
    #[error("the range lies outside the calendar")]
    OutsideCalendar,
    /// A period is a number and `d`, `w` or `y`.
    #[error("{0:?} is no period; write 7d, 4w or 1y")]
    MalformedPeriod(String),
    /// There is no such source.
    #[error("{0:?} is no source; there are auto, raw and rollup")]
    UnknownSource(String),
    /// Too few or too many values would have rows of their own.
    #[error("between 1 and {MAX_TOP} values can have rows of their own, not {0}")]
    TopOutOfRange(u32),
}

impl Query {
    /// All facts of `project` from the day `from` up to, and without, the day `to`.
    ///
    /// # Errors
    /// When the range holds no day or more than ten years of them.
    pub fn new(project: impl Into<String>, from: Date, to: Date) -> Result<Self, QueryError> {
        if from >= to {
            return Err(QueryError::EmptyRange { from, to });
        }
        let query = Self {
            project: project.into(),
            from,
            to,
            filters: Vec::new(),
            source: Source::Auto,
            by: None,
            top: DEFAULT_TOP,
            compare: false,
        };
        match query.days() {
            days if days > MAX_DAYS => Err(QueryError::RangeTooLong { days }),
            _ => Ok(query),
        }
    }

    /// All facts of `project` of the last `days` days, `today` (UTC) included.
    ///
    /// # Errors
    /// When that is no day or more than ten years of them.
    pub fn last_days(project: impl Into<String>, today: Date, days: u32) -> Result<Self, QueryError> {
        if days > MAX_DAYS {
            return Err(QueryError::RangeTooLong { days });
        }
        let to = today.tomorrow().map_err(|_| QueryError::OutsideCalendar)?;
        let from = to.checked_sub(i64::from(days).days()).map_err(|_| QueryError::OutsideCalendar)?;
        Self::new(project, from, to)
    }

    /// The same question, about what also satisfies `filter`.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// The same question, about what also satisfies all `filters`.
    #[must_use]
    pub fn with_filters(mut self, filters: impl IntoIterator<Item = Filter>) -> Self {
        self.filters.extend(filters);
        self
    }

    /// The same question, answered from `source`.
    #[must_use]
    pub fn with_source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// The same question, each row broken down by `field`.
    #[must_use]
    pub fn by(mut self, field: Field) -> Self {
        self.by = Some(field);
        self
    }

    /// The same question, with rows of their own for the `top` most frequent values of what it is broken down by.
    ///
    /// # Errors
    /// When that is none, or more than anybody reads.
    pub fn with_top(mut self, top: u32) -> Result<Self, QueryError> {
        if top == 0 || top > MAX_TOP {
            return Err(QueryError::TopOutOfRange(top));
        }
        self.top = top;
        Ok(self)
    }

    /// The same question, which is also asked about as many days before.
    #[must_use]
    pub fn compared(mut self) -> Self {
        self.compare = true;
        self
    }

    /// The same question about as many days before, and nothing else.
    ///
    /// # Errors
    /// When they lie before any calendar.
    pub(crate) fn before(&self) -> Result<Self, QueryError> {
        let from = self.from.checked_sub(i64::from(self.days()).days()).map_err(|_| QueryError::OutsideCalendar)?;
        Ok(Self { from, to: self.from, compare: false, ..self.clone() })
    }

    /// How many days it spans.
    #[must_use]
    pub fn days(&self) -> u32 {
        u32::try_from((self.to - self.from).get_days()).unwrap_or(0)
    }
}

/// A length of time up to today, such as `30d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    days: u32,
}

impl Period {
    /// A period of this many days.
    #[must_use]
    pub const fn of_days(days: u32) -> Self {
        Self { days }
    }

    /// How many days it spans.
    #[must_use]
    pub fn days(self) -> u32 {
        self.days
    }
}

impl FromStr for Period {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || QueryError::MalformedPeriod(text.to_owned());
        let unit_days = match text.chars().last() {
            Some('d') => 1,
            Some('w') => 7,
            Some('y') => 365,
            _ => return Err(malformed()),
        };
        let number = &text[..text.len() - 1];
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed());
        }
        let days = number.parse::<u32>().ok().and_then(|number| number.checked_mul(unit_days)).ok_or_else(malformed)?;
        match days {
            0 => Err(malformed()),
            days if days > MAX_DAYS => Err(QueryError::RangeTooLong { days }),
            days => Ok(Self { days }),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_last_days_include_today_and_cross_years_and_leap_days() {
        let query = Query::last_days("p", date(2024, 3, 1), 3).expect("a range");
        assert_eq!((query.from, query.to), (date(2024, 2, 28), date(2024, 3, 2)));
        let query = Query::last_days("p", date(2026, 1, 1), 2).expect("a range");
        assert_eq!((query.from, query.to, query.days()), (date(2025, 12, 31), date(2026, 1, 2), 2));
    }

    #[test]
    fn ranges_without_a_day_or_without_an_end_are_refused() {
        let day = date(2026, 11, 22);
        assert!(matches!(Query::new("p", day, day), Err(QueryError::EmptyRange { .. })));
        assert!(matches!(Query::last_days("p", day, 0), Err(QueryError::EmptyRange { .. })));
        assert!(matches!(Query::last_days("p", day, 4000), Err(QueryError::RangeTooLong { days: 4000 })));
        assert_eq!(Query::last_days("p", Date::MAX, 1), Err(QueryError::OutsideCalendar));
        let (first, last) = (Date::MIN, Date::MAX);
        assert!(matches!(Query::new("p", first, last), Err(QueryError::RangeTooLong { .. })));
    }

    #[test]
    fn the_period_before_is_as_long_and_ends_where_this_one_begins() {
        let query = Query::last_days("p", date(2024, 3, 1), 2).expect("a range").compared();
        let before = query.before().expect("there is one");
        assert_eq!((before.from, before.to, before.compare), (date(2024, 2, 27), date(2024, 2, 29), false));
        let first = Query::new("p", Date::MIN, Date::MIN.tomorrow().expect("a day")).expect("a range");
        assert_eq!(first.before(), Err(QueryError::OutsideCalendar));
    }

    #[test]
    fn periods_are_numbers_of_days_weeks_or_years() {
        for (text, days) in [("1d", 1), ("30d", 30), ("4w", 28), ("2y", 730)] {
            assert_eq!(text.parse().map(Period::days), Ok(days), "{text}");
        }
        for text in ["", "d", "30", "-1d", "+1d", "0d", "1.5d", "30 d", "5é", "99999999999d", "30m"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
