//! Cells as people read them; one spelling for the terminal and the dashboard.

use crate::Cell;

/// Units of time: what one holds in microseconds, and its sign.
const UNITS: [(f64, &str); 6] = [(1.0, "µs"), (1e3, "ms"), (1e6, "s"), (60e6, "min"), (3600e6, "h"), (86_400e6, "d")];

impl Cell {
    /// The cell for people: `12,345`, `98.2 %`, `1.2 ms`, `2026-11-22`; nothing where it is empty.
    ///
    /// Texts are returned as they are: control characters and markup are for the caller to deal with.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Count(count) => grouped(*count),
            Self::Share(share) => percent(*share),
            Self::Ratio(ratio) => ratio_text(*ratio),
            Self::DurationMicros(micros) => duration(*micros),
            Self::Text(text) => text.clone(),
            Self::Date(date) => date.to_string(),
            Self::Time(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// Digits in groups of three.
fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = if count < 0 { "-" } else { "" }.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A ratio with two digits or more.
fn ratio_text(ratio: f64) -> String {
    let decimals = usize::from(ratio < 9.95) + usize::from(ratio < 0.995);
    format!("{ratio:.decimals$}")
}

/// A share with one decimal. What is not quite all or nothing never reads as all or nothing.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 || percent == 100.0 {
        format!("{percent:.0} %")
    } else if percent > 0.0 && percent < 0.05 {
        "<0.1 %".to_owned()
    } else if (99.95..100.0).contains(&percent) {
        ">99.9 %".to_owned()
    } else {
        format!("{percent:.1} %")
    }
}

/// A duration with two digits or more, in the largest unit of which there is at least one.
fn duration(micros: u64) -> String {
    let micros = micros as f64;
    // From 999.5 of a unit on, rounding would show 1000 of it.
    let unit = UNITS.iter().rev().find(|(size, _)| micros >= size * 0.9995);
    let (size, sign) = unit.copied().unwrap_or(UNITS[0]);
    let value = micros / size;
    let decimals = usize::from(value < 9.95 && size > 1.0);
    format!("{value:.decimals$} {sign}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (i64::MAX, "9,223,372,036,854,775,807"),
        ] {
            assert_eq!(Cell::Count(count).to_text(), text);
        }
    }

    #[test]
    fn shares_never_round_to_all_or_nothing() {
        for (share, text) in [(0.0, "0 %"), (0.0001, "<0.1 %"), (0.982, "98.2 %"), (0.9997, ">99.9 %"), (1.0, "100 %")]
        {
            assert_eq!(Cell::Share(share).to_text(), text);
        }
    }

    #[test]
    fn ratios_have_two_digits_or_more() {
        for (ratio, text) in [(0.0, "0.00"), (0.25, "0.25"), (1.0, "1.0"), (3.24, "3.2"), (120.4, "120")] {
            assert_eq!(Cell::Ratio(ratio).to_text(), text);
        }
    }

    #[test]
    fn durations_are_in_the_unit_that_fits() {
        for (micros, text) in [
            (0, "0 µs"),
            (7, "7 µs"),
            (999, "999 µs"),
            (1_230, "1.2 ms"),
            (9_960, "10 ms"),
            (999_900, "1.0 s"),
            (3_400_000, "3.4 s"),
            (59_900_000, "60 s"),
            (150_000_000, "2.5 min"),
            (7_200_000_000, "2.0 h"),
            (u64::MAX, "213503982 d"),
        ] {
            assert_eq!(Cell::DurationMicros(micros).to_text(), text);
        }
    }
}
