//! When what was recorded is sent.

use std::time::Duration;

use serde_json::{Value, json};

use crate::document::Section;

/// The `[upload]` of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    /// The least time between two uploads; whole seconds, one hour where it is not stated.
    pub interval: Duration,
}

/// Below, uploads would be noticed; above, what is recorded would be dropped for its age before it was sent.
const BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(7 * 86_400));

impl Default for Upload {
    fn default() -> Self {
        Self { interval: Duration::from_secs(3600) }
    }
}

impl Upload {
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let Some(interval) = section.text("interval") else { return Self::default() };
        match parse_duration(&interval.text) {
            Some(interval) if interval >= BOUNDS.0 && interval <= BOUNDS.1 => Self { interval },
            Some(_) => {
                section.problem_with("interval", "is too short or too long", "write between \"1m\" and \"7d\"");
                Self::default()
            }
            None => {
                section.problem_with("interval", "is no duration", "write \"90s\", \"30m\", \"1h\" or \"1d\"");
                Self::default()
            }
        }
    }

    pub(crate) fn to_json(self) -> Value {
        json!({ "interval": self.interval_text() })
    }

    /// The interval in its largest whole unit: `1h`.
    #[must_use]
    pub fn interval_text(self) -> String {
        let seconds = self.interval.as_secs();
        let (unit, name) = UNITS.iter().find(|(unit, _)| seconds.is_multiple_of(*unit)).copied().unwrap_or((1, "s"));
        format!("{}{name}", seconds / unit)
    }
}

const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];

fn parse_duration(text: &str) -> Option<Duration> {
    let (unit, number) = UNITS.iter().find_map(|(unit, name)| Some((*unit, text.strip_suffix(name)?)))?;
    let number: u64 = number.parse().ok()?;
    Some(Duration::from_secs(number.checked_mul(unit)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_and_written() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("1h", 3600), ("2d", 172_800)] {
            let interval = parse_duration(text);
            assert_eq!(interval, Some(Duration::from_secs(seconds)));
            assert_eq!(interval.map(|interval| Upload { interval }.interval_text()).as_deref(), Some(text));
        }
        for text in ["", "h", "1", "1 h", "-1h", "1.5h", "99999999999999999999d", "1w"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
