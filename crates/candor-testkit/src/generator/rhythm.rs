//! When tools are used: by day the week, and by hour the night.

/// How much of a working day's use there is. 1970-01-01 was a Thursday.
pub(super) fn of_day(day: i64) -> f64 {
    match (day + 3).rem_euclid(7) {
        5 => 0.45,
        6 => 0.40,
        _ => 1.0,
    }
}

pub(super) fn is_weekend(day: i64) -> bool {
    (day + 3).rem_euclid(7) >= 5
}

/// How much of the busiest hour's use there is, in UTC: the working days of America and Europe overlap in the afternoon,
/// and somebody is always awake.
pub(super) fn of_hour(hour: u64) -> f64 {
    0.3 + 0.7 * (0.5 - 0.5 * (std::f64::consts::TAU * (hour as f64 - 3.0) / 24.0).cos())
}
