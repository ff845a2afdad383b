//! What time it is, for maintenance: rows come with times of their own.
#![expect(clippy::disallowed_methods, reason = "the crate's one look at the clock")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Since 1970-01-01T00:00:00Z.
pub(crate) fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Today in UTC, days since 1970-01-01.
pub(crate) fn today() -> i32 {
    i32::try_from(since_1970().as_secs() / 86_400).unwrap_or(i32::MAX)
}

/// How long ago it was; `None` in the future.
pub(crate) fn age(at: SystemTime) -> Option<Duration> {
    SystemTime::now().duration_since(at).ok()
}
