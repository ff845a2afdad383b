//! When something happened, as exports spell it.

use candor_wire::Timestamp;
use serde_json::Value;

use super::Bad;

/// What the collector takes: its decoder's bounds.
const MOST_AGE_DAYS: i64 = 762;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// Reads a time that a collector takes at `now`.
pub(super) fn read(value: &Value, now: Timestamp) -> Result<Timestamp, Bad> {
    let time = match value {
        Value::Number(number) => number.as_f64().and_then(of_number),
        Value::String(text) => of_text(text.trim()),
        _ => None,
    };
    let time = time.ok_or(Bad::TimestampMalformed)?;
    match now.micros() - time.micros() {
        age if age > MOST_AGE_DAYS * MICROS_A_DAY => Err(Bad::TimestampTooOld),
        age if age < -MICROS_A_DAY => Err(Bad::TimestampInFuture),
        _ => Ok(time),
    }
}

/// RFC 3339, and what warehouses make of it: `2026-01-02 03:04:05.678 UTC`, `…+00`, without a zone (UTC is meant), a day.
fn of_text(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let parse = |text: &str| Timestamp::parse(text).ok();
    parse(text)
        .or_else(|| parse(&format!("{text}Z")))
        .or_else(|| parse(&format!("{text}:00")))
        .or_else(|| parse(&format!("{text}T00:00:00Z")))
}

/// Seconds, milli-, micro- or nanoseconds since 1970: which, its size tells for every year from 1973 to 2286.
fn of_number(number: f64) -> Option<Timestamp> {
    let micros = match number.abs() {
        small if small < 1e8 => return None,
        seconds if seconds < 1e11 => number * 1e6,
        millis if millis < 1e14 => number * 1e3,
        micros if micros < 1e17 => number,
        _ => number / 1e3,
    };
    Some(Timestamp::from_micros(micros as i64))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_time_is_read_as_every_export_spells_it() {
        let (now, time) = (at("2026-11-22T00:00:00Z"), at("2026-01-02T03:04:05.678Z"));
        for value in [
            json!("2026-01-02T03:04:05.678Z"),
            json!("2026-01-02 03:04:05.678 UTC"),
            json!("2026-01-02 03:04:05.678+00"),
            json!("2026-01-02T04:04:05.678+01:00"),
            json!(" 2026-01-02 03:04:05.678 "),
            json!(1_767_323_045_678_u64),
            json!(1_767_323_045.678),
            json!(1_767_323_045_678_000_u64),
            json!(1_767_323_045_678_000_000_u64),
        ] {
            assert_eq!(read(&value, now), Ok(time), "{value}");
        }
        assert_eq!(read(&json!("2026-01-02"), now), Ok(at("2026-01-02T00:00:00Z")));
        for value in [json!("yesterday"), json!(""), json!(true), json!(12), json!("2026-13-02T03:04:05Z")] {
            assert_eq!(read(&value, now), Err(Bad::TimestampMalformed), "{value}");
        }
    }

    #[test]
    fn what_the_collector_would_drop_is_told_before() {
        let now = at("2026-11-22T00:00:00Z");
        assert_eq!(read(&json!("2024-10-20T00:00:00Z"), now), Err(Bad::TimestampTooOld));
        assert!(read(&json!("2024-10-22T00:00:00Z"), now).is_ok());
        assert_eq!(read(&json!("2026-11-23T00:00:01Z"), now), Err(Bad::TimestampInFuture));
        let bounds = candor_wire::Limits::default();
        assert_eq!(bounds.max_age.as_secs(), MOST_AGE_DAYS as u64 * 86_400);
        assert_eq!(bounds.max_ahead.as_secs(), 86_400);
    }
}
