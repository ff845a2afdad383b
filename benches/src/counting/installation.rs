//! A computer that keeps what is written on it, and whoever uses it: when, with what clock, and what becomes of it.

use super::{BUILT, WARM_UP_DAYS, chance::Chance};

/// Minutes of a day.
pub(super) const DAY: i64 = 1440;

/// What happens to the computers of a simulation, as shares of them.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Opted out before the first run.
    pub opted_out: f64,
    /// Opts out on some day.
    pub opts_out: f64,
    /// Is without a network for up to 25 days at a time.
    pub is_often_offline: f64,
    /// Has a clock that is wrong by up to 14 hours, as where local time is taken for UTC.
    pub has_local_clock: f64,
    /// Has a clock that is always wrong by up to 400 days.
    pub has_wrong_clock: f64,
    /// Has a clock that is years ahead, or as it was before the release, on some days.
    pub has_jumping_clock: f64,
    /// Loses its home on some day.
    pub loses_state: f64,
    /// Is a copy of another one, made while that was in use.
    pub is_copied: f64,
    /// Of its uploads, those whose answer is lost, so that they are sent again.
    pub loses_answers: f64,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            opted_out: 0.04,
            opts_out: 0.03,
            is_often_offline: 0.1,
            has_local_clock: 0.02,
            has_wrong_clock: 0.005,
            has_jumping_clock: 0.005,
            loses_state: 0.02,
            is_copied: 0.005,
            loses_answers: 0.01,
        }
    }
}

/// A computer.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    chance: Chance,
    pub(super) first_day: i32,
    last_day: i32,
    /// How likely it is used on a day of work.
    habit: f64,
    /// From this day on, nothing is recorded.
    pub(super) opts_out_on: i32,
    pub(super) loses_state_on: Option<i32>,
    pub(super) copied_on: Option<i32>,
    is_often_offline: bool,
    offline_until: i32,
    clock_minutes: i64,
    jumps: bool,
    pub(super) loses_answers: f64,
}

impl Installation {
    pub(super) fn of(seed: u64, number: u64, days: i32, rates: &Rates) -> Self {
        let mut chance = Chance::of(seed, number);
        let whole = days + WARM_UP_DAYS;
        // Half of them are there when it begins; the others come on any day.
        let since_start = if chance.is(0.5) { chance.between(0, WARM_UP_DAYS) } else { chance.between(0, whole) };
        let first_day = BUILT + since_start;
        let mut last_day = first_day + 6;
        if chance.is(0.85) {
            last_day += 7;
            while !chance.is(0.03) && last_day < BUILT + whole {
                last_day += 7;
            }
        }
        let habit = [0.9, 0.4, 0.4, 0.15, 0.15][chance.between(0, 5) as usize];
        let some_day = |chance: &mut Chance, share: f64| {
            chance.is(share).then(|| chance.between(first_day + 1, (last_day + 2).min(BUILT + whole + 2)))
        };
        let opts_out_on = if chance.is(rates.opted_out) {
            first_day
        } else {
            some_day(&mut chance, rates.opts_out).unwrap_or(i32::MAX)
        };
        let loses_state_on = some_day(&mut chance, rates.loses_state);
        let copied_on = some_day(&mut chance, rates.is_copied);
        let is_often_offline = chance.is(rates.is_often_offline);
        let mut clock_minutes = 0;
        if chance.is(rates.has_local_clock) {
            clock_minutes = i64::from(chance.between(-14, 15)) * 60;
        } else if chance.is(rates.has_wrong_clock) {
            clock_minutes = i64::from(chance.between(-400, 401)) * DAY;
        }
        let jumps = chance.is(rates.has_jumping_clock);
        let offline_until = i32::MIN;
        Self {
            chance,
            first_day,
            last_day,
            habit,
            opts_out_on,
            loses_state_on,
            copied_on,
            is_often_offline,
            offline_until,
            clock_minutes,
            jumps,
            loses_answers: rates.loses_answers,
        }
    }

    /// Another one with the same habits, which begins on a day as a copy of this one.
    pub(super) fn copy(&self, seed: u64, number: u64, day: i32) -> Self {
        let (first_day, loses_state_on, copied_on) = (day, None, None);
        Self { chance: Chance::of(seed, number), first_day, loses_state_on, copied_on, ..self.clone() }
    }

    /// The minute of a day at which it is used, if it is.
    pub(super) fn used_at(&mut self, day: i32) -> Option<i64> {
        // Day 0 was a Thursday.
        let is_weekend = (day + 3).rem_euclid(7) >= 5;
        let habit = if is_weekend { self.habit * 0.25 } else { self.habit };
        // Whoever installs it tries it.
        let is_used =
            (self.first_day..=self.last_day).contains(&day) && (day == self.first_day || self.chance.is(habit));
        is_used.then(|| i64::from(self.chance.between(6 * 60, 22 * 60)))
    }

    /// How far its clock is off on a day, in minutes.
    pub(super) fn clock_error(&mut self, day: i32) -> i64 {
        if !self.jumps || !self.chance.is(0.1) {
            return self.clock_minutes;
        }
        if self.chance.is(0.5) { 1000 * DAY } else { -i64::from(day) * DAY }
    }

    /// Whether what waits can be sent on a day.
    pub(super) fn is_online(&mut self, day: i32) -> bool {
        if self.is_often_offline && day >= self.offline_until && self.chance.is(0.05) {
            self.offline_until = day + self.chance.between(2, 26);
        }
        day >= self.offline_until
    }
}
