//! The only clock of the SDK.

use std::time::{SystemTime, UNIX_EPOCH};

use candor_wire::Timestamp;

/// The time of day, in UTC.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn now() -> Timestamp {
    timestamp(SystemTime::now())
}

/// A time of the file system as a timestamp; times before 1970 are negative.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    };
    Timestamp::from_micros(micros)
}
