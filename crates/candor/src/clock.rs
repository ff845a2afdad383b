//! The only clock of the SDK.

use std::time::{SystemTime, UNIX_EPOCH};

use candor_wire::Timestamp;

/// The time of day, in UTC.
// One copy of it, and of what makes a timestamp of it.
#[inline(never)]
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn now() -> Timestamp {
    timestamp(SystemTime::now())
}

const SECONDS_A_DAY: i64 = 86_400;

/// The seconds since 1970 as of the last tick of the system's clock, some milliseconds ago: a tenth of the price of
/// [`now`].
#[inline]
pub(crate) fn seconds_coarse() -> i64 {
    match tick() {
        seconds @ 1.. => seconds,
        _ => now().micros().div_euclid(1_000_000),
    }
}

/// Likewise, for what is counted in nanoseconds; not positive where the clock has no such time. `time` reads one word that
/// the kernel shows to everybody; even the coarse clock of `clock_gettime` reads several, and makes sure that they belong
/// together.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn tick() -> i64 {
    #[expect(unsafe_code, reason = "the standard library does not offer this clock")]
    // SAFETY: a null is no place for a second copy of the answer, and nobody wants one.
    unsafe {
        libc::time(std::ptr::null_mut())
    }
}

/// The same by the usual clock.
#[cfg(not(target_os = "linux"))]
pub(crate) fn tick() -> i64 {
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
    // What lies before the day is a huge number without a sign.
    let since = seconds.wrapping_sub(i64::from(day) * SECONDS_A_DAY);
    (since as u64) < SECONDS_A_DAY as u64
}

/// A time of the file system as a timestamp; times before 1970 are negative.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    };
    Timestamp::from_micros(micros)
}
