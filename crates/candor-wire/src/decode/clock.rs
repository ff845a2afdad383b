//! When it happened, as far as a stranger's clock can tell.

use super::{Claim, Dropped, Limits};
use crate::Timestamp;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// What an item and its batch say about time.
pub(crate) struct Clocks {
    pub(crate) timestamp: Claim,
    pub(crate) original_timestamp: Claim,
    /// The client's clock when it sent the batch.
    pub(crate) sent_at: Claim,
    /// Our clock when the batch arrived.
    pub(crate) received: Timestamp,
}

impl Clocks {
    /// The client's own words for when it was, unmoved by when it was sent: a retry says them again.
    pub(crate) fn claimed(&self) -> Option<Timestamp> {
        self.original_timestamp.or(self.timestamp)?.ok()
    }

    /// The time of the event by our clock: received − (sentAt − originalTimestamp), never later than now.
    ///
    /// A client that cuts its times to the hour or the day is corrected by whole hours or days, or the correction would
    /// undo the cut (and put what happened "today" at the last second of yesterday).
    pub(crate) fn happened(&self, limits: &Limits) -> Result<Timestamp, Dropped> {
        let skew = match self.sent_at {
            Some(Ok(sent)) => Some(self.received.micros() - sent.micros()),
            _ => None,
        };
        // Who forwards events has corrected `timestamp` already, and leaves the client's own beside it.
        let claim = match skew {
            Some(_) => self.original_timestamp.or(self.timestamp),
            None => self.timestamp.or(self.original_timestamp),
        };
        let claimed = match claim {
            None => return Ok(self.received),
            Some(claimed) => claimed.map_err(|_| Dropped::TimestampMalformed)?,
        };
        let unit = coarseness(claimed);
        let correction = skew.map_or(0, |skew| (skew + unit / 2).div_euclid(unit) * unit);
        let happened = claimed.micros().saturating_add(correction);
        let ahead = happened - self.received.micros();
        if ahead > micros(limits.max_ahead) {
            Err(Dropped::TimestampInFuture)
        } else if -ahead > micros(limits.max_age) {
            Err(Dropped::TimestampTooOld)
        } else if ahead > 0 {
            Ok(Timestamp::from_micros(self.received.micros().div_euclid(unit) * unit))
        } else {
            Ok(Timestamp::from_micros(happened))
        }
    }
}

/// Microseconds of the unit that a time was cut to: a day, an hour, or not at all.
fn coarseness(time: Timestamp) -> i64 {
    if time.start_of_day() == time {
        DAY
    } else if time.start_of_hour() == time {
        HOUR
    } else {
        1
    }
}

fn micros(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_312_499_123_456; // 2026-11-22T01:54:59.123456Z

    fn clocks(timestamp: i64, sent_at: Option<i64>) -> Clocks {
        let claim = |micros| Some(Ok(Timestamp::from_micros(micros)));
        Clocks {
            timestamp: claim(timestamp),
            original_timestamp: None,
            sent_at: sent_at.and_then(claim),
            received: Timestamp::from_micros(NOW),
        }
    }

    fn happened(clocks: &Clocks) -> Result<i64, Dropped> {
        clocks.happened(&Limits::default()).map(Timestamp::micros)
    }

    #[test]
    fn a_clock_that_is_wrong_by_years_is_corrected() {
        assert_eq!(happened(&clocks(300_000_001, Some(600_000_001))), Ok(NOW - 300_000_000));
        assert_eq!(happened(&clocks(NOW + 400 * DAY, Some(NOW + 400 * DAY + 5))), Ok(NOW - 5));
    }

    #[test]
    fn a_time_cut_to_the_hour_or_the_day_stays_cut() {
        let (hour, day) = (NOW.div_euclid(HOUR) * HOUR, NOW.div_euclid(DAY) * DAY);
        for skew in [-20 * 60_000_000, -1, 0, 1, 29 * 60_000_000] {
            assert_eq!(happened(&clocks(hour, Some(NOW + skew))), Ok(hour), "{skew}");
            assert_eq!(happened(&clocks(day, Some(NOW + skew))), Ok(day), "{skew}");
        }
        assert_eq!(happened(&clocks(hour + 3 * HOUR, Some(NOW + 3 * HOUR + 7))), Ok(hour));
        assert_eq!(happened(&clocks(hour + HOUR, Some(NOW + HOUR / 4))), Ok(hour), "not after it arrived");
    }

    #[test]
    fn the_clients_own_time_counts_where_the_skew_is_known_and_the_corrected_one_where_it_is_not() {
        let mut clocks = clocks(NOW - 10, Some(NOW - 100));
        clocks.original_timestamp = Some(Ok(Timestamp::from_micros(NOW - 150)));
        assert_eq!(happened(&clocks), Ok(NOW - 50));
        clocks.sent_at = None;
        assert_eq!(happened(&clocks), Ok(NOW - 10));
        clocks.timestamp = None;
        assert_eq!(happened(&clocks), Ok(NOW - 150));
        clocks.original_timestamp = None;
        assert_eq!(happened(&clocks), Ok(NOW));
    }

    #[test]
    fn what_is_too_old_or_yet_to_come_is_dropped_with_its_reason() {
        assert_eq!(happened(&clocks(NOW - 763 * DAY, None)), Err(Dropped::TimestampTooOld));
        assert_eq!(happened(&clocks(NOW - 761 * DAY, None)), Ok(NOW - 761 * DAY));
        assert_eq!(happened(&clocks(NOW + 25 * HOUR, None)), Err(Dropped::TimestampInFuture));
        assert_eq!(happened(&clocks(NOW + 23 * HOUR, None)), Ok(NOW));
        let (earliest, latest) = (Timestamp::MIN.micros(), Timestamp::MAX.micros());
        assert_eq!(happened(&clocks(earliest, Some(latest))), Err(Dropped::TimestampTooOld));
        assert_eq!(happened(&clocks(latest, Some(earliest))), Err(Dropped::TimestampInFuture));
    }
}
