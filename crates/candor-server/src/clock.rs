//! The one place that asks what time it is.

use candor_wire::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, as the times of files are told.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn system_now() -> SystemTime {
    SystemTime::now()
}

/// Now, UTC.
pub(crate) fn now() -> Timestamp {
    let since_1970 = system_now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
}
