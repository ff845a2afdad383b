//! What a report's columns mean, and the values in them.

use jiff::civil::{Date, DateTime};
use serde::{Serialize, Serializer};

/// One column of a report; the same for the terminal, the API and the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Its key in JSON and CSV, such as `p50_us`.
    pub name: &'static str,
    /// Its heading for people, such as `p50`.
    pub label: &'static str,
    /// What its values are.
    pub unit: Unit,
    /// One sentence that says what is counted.
    pub description: &'static str,
}

impl Column {
    pub(crate) const fn new(name: &'static str, label: &'static str, unit: Unit, description: &'static str) -> Self {
        Self { name, label, unit, description }
    }
}

/// What the values of a column are, and thereby how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// How many: an integer.
    Count,
    /// A part of a whole, 0 to 1.
    Share,
    /// How many of one thing there are to one of another.
    Ratio,
    /// Microseconds: an integer, at most 4 % off, of parts 7 %; of single events 1 %.
    DurationMicros,
    /// A name.
    Text,
    /// A day of UTC, `2026-11-22`.
    Date,
    /// A moment of UTC to the second, `2026-11-22T14:03:00`.
    Time,
    /// A version of the tool or of a component, as it was reported.
    Version,
    /// True or false.
    Flag,
}

impl Unit {
    /// Every unit, in the order of their definition.
    pub const ALL: &[Self] = &[
        Self::Count,
        Self::Share,
        Self::Ratio,
        Self::DurationMicros,
        Self::Text,
        Self::Date,
        Self::Time,
        Self::Version,
        Self::Flag,
    ];

    /// What the values are in JSON and CSV, for the documentation.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Count => "integer",
            Self::Share => "share, 0 to 1",
            Self::Ratio => "number",
            Self::DurationMicros => "microseconds, integer",
            Self::Text => "text",
            Self::Date => "date",
            Self::Time => "date and time",
            Self::Version => "version",
            Self::Flag => "true or false",
        }
    }

    /// Whether values of this unit are numbers, which are aligned to the right.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Share | Self::Ratio | Self::DurationMicros)
    }
}

/// One value of a report.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing is known: no rows to divide by, a field that was not reported.
    Empty,
    /// A value of [`Unit::Count`].
    Count(i64),
    /// A value of [`Unit::Share`], 0 to 1.
    Share(f64),
    /// A value of [`Unit::Ratio`], 0 or more.
    Ratio(f64),
    /// A value of [`Unit::DurationMicros`].
    DurationMicros(u64),
    /// A value of [`Unit::Text`] or [`Unit::Version`], exactly as it was reported: not escaped for anything.
    Text(String),
    /// A value of [`Unit::Date`].
    Date(Date),
    /// A value of [`Unit::Time`].
    Time(DateTime),
    /// A value of [`Unit::Flag`].
    Flag(bool),
}

impl Cell {
    /// The count, if it is one.
    #[must_use]
    pub fn as_count(&self) -> Option<i64> {
        if let Self::Count(count) = self { Some(*count) } else { None }
    }

    /// The share, if it is one.
    #[must_use]
    pub fn as_share(&self) -> Option<f64> {
        if let Self::Share(share) = self { Some(*share) } else { None }
    }

    /// The microseconds, if it is a duration.
    #[must_use]
    pub fn as_micros(&self) -> Option<u64> {
        if let Self::DurationMicros(micros) = self { Some(*micros) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The date, if it is one.
    #[must_use]
    pub fn as_date(&self) -> Option<Date> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }

    /// `part` of `whole`; empty where there is no whole.
    pub(crate) fn share_of(part: i64, whole: i64) -> Self {
        if whole > 0 { Self::Share(part as f64 / whole as f64) } else { Self::Empty }
    }

    /// How much of `many` there is to one of `each`; empty where there is none.
    pub(crate) fn ratio_of(many: i64, each: i64) -> Self {
        if each > 0 { Self::Ratio(many as f64 / each as f64) } else { Self::Empty }
    }

    /// The number, of whatever unit.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Share(number) | Self::Ratio(number) => Some(*number),
            Self::DurationMicros(micros) => Some(*micros as f64),
            _ => None,
        }
    }

    /// A text, or empty where there is none.
    pub(crate) fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Count(count) => serializer.serialize_i64(*count),
            Self::Share(number) | Self::Ratio(number) => serializer.serialize_f64(*number),
            Self::DurationMicros(micros) => serializer.serialize_u64(*micros),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Date(date) => serializer.collect_str(date),
            Self::Time(time) => serializer.collect_str(time),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}
