//! The only clock of the SDK.

use std::time::{SystemTime, UNIX_EPOCH};

use candor_wire::Timestamp;

/// The time of day, in UTC.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn now() -> Timestamp {
    timestamp(SystemTime::now())
}

const SECONDS_A_DAY: i64 = 86_400;

/// The seconds since 1970 as of the last tick of the system's clock, some milliseconds ago: a third of the price of
/// [`now`], for what is counted in nanoseconds.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn seconds_coarse() -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    #[expect(unsafe_code, reason = "the standard library does not offer this clock")]
    // SAFETY: the pointer is to a whole `timespec`, and the call writes no more than that.
    let read = unsafe { libc::clock_gettime(libc::CLOCK_REALTIME_COARSE, &raw mut time) };
    if read == 0 { time.tv_sec } else { now().micros().div_euclid(1_000_000) }
}

/// The seconds since 1970.
#[cfg(not(target_os = "linux"))]
pub(crate) fn seconds_coarse() -> i64 {
    now().micros().div_euclid(1_000_000)
}

/// The day of [`seconds_coarse`].
pub(crate) fn day_coarse() -> i32 {
    day_of(seconds_coarse())
}

/// The day, counted from 1970-01-01, that a second lies in.
pub(crate) fn day_of(seconds: i64) -> i32 {
    seconds.div_euclid(SECONDS_A_DAY) as i32
}

/// Whether a second lies in a day that is counted from 1970-01-01. A division costs as much as a count may.
#[inline]
pub(crate) fn is_in_day(seconds: i64, day: i32) -> bool {
    let start = i64::from(day) * SECONDS_A_DAY;
    (start..start + SECONDS_A_DAY).contains(&seconds)
}

/// A time of the file system as a timestamp; times before 1970 are negative.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    };
    Timestamp::from_micros(micros)
}
