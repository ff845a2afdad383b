//! People counted without identifying them, against a truth that is known: docs/counting.md has the table.
//!
//! Every computer of the simulation keeps a [`candor::__History`] as the SDK does, says what that says, waits for a network as the
//! SDK's spool does, and is heard by the code by which the collector reads a batch and corrects clocks.

mod chance;
mod collector;
mod installation;
mod machines;
mod table;

use std::collections::HashMap;

use candor::__History as History;
use candor_wire::{Timestamp, active::Active};

use self::{
    chance::Chance,
    collector::item,
    installation::{DAY, Installation},
};
pub use self::{
    collector::{Collector, Period},
    installation::Rates,
    machines::count_machines,
    table::{Comparison, Table},
};

/// The first days are there so that there are installations of every age; what is compared begins behind them.
const WARM_UP_DAYS: i32 = 56;

/// The release was built on Monday, 2026-04-06.
const BUILT: i32 = 20_549;

/// What waits for longer is never sent.
const MAX_AGE_DAYS: i32 = 30;

/// How big a simulation is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// What makes it the same again.
    pub seed: u64,
    /// How many computers that keep what is written on them.
    pub installations: u64,
    /// For how long.
    pub weeks: i32,
}

impl Size {
    fn days(self) -> std::ops::Range<i32> {
        let first = BUILT + WARM_UP_DAYS;
        first..first + self.weeks * 7
    }
}

/// How many there were, and what was heard of them.
#[derive(Debug, Default)]
pub struct Counted {
    /// Different installations that were used and had not opted out.
    pub active: HashMap<Period, u64>,
    /// Of those that were used first in a week, how many were used so many weeks later.
    pub retained: HashMap<(i32, u8), u64>,
    /// Days of use of those that had opted out.
    pub unseen_days: u64,
    /// All days of use.
    pub days: u64,
    /// What was heard.
    pub collector: Collector,
}

/// Simulates the computers that keep what is written on them.
#[must_use]
pub fn count_installations(size: Size, rates: &Rates) -> Counted {
    let mut counted = Counted::default();
    let mut copies = 0;
    for number in 0..size.installations {
        let days = size.weeks * 7;
        let installation = Installation::of(size.seed, number, days, rates);
        let mut computer = Computer::new(Chance::of(size.seed, number | 1 << 40), installation);
        let Some(day) = computer.live(BUILT..size.days().end, &mut counted) else { continue };
        // The copy begins with the history and the identity of that day.
        copies += 1;
        let mut copy = computer.copied.take().map(|copied| *copied).unwrap_or(computer);
        copy.installation = copy.installation.copy(size.seed, size.installations + copies, day);
        copy.chance = Chance::of(size.seed, copies | 2 << 40);
        copy.seen = Vec::new();
        let _ = copy.live(day..size.days().end, &mut counted);
    }
    counted
}

/// A record that was not sent yet.
#[derive(Debug, Clone)]
struct Waiting {
    /// The day on which it was made, by the computer's clock, and in truth.
    clock_day: i32,
    day: i32,
    /// What an identified mode would have said with it.
    id: u64,
    item: String,
}

/// A computer with what is written on it.
#[derive(Debug, Clone)]
struct Computer {
    installation: Installation,
    chance: Chance,
    history: History,
    waiting: Vec<Waiting>,
    id: u64,
    /// The periods of the truth that it is counted in.
    seen: Vec<Period>,
    copied: Option<Box<Self>>,
}

impl Computer {
    fn new(mut chance: Chance, installation: Installation) -> Self {
        let id = chance.next();
        let (history, waiting, seen, copied) = (History::default(), Vec::new(), Vec::new(), None);
        Self { installation, chance, history, waiting, id, seen, copied }
    }

    /// Lives through these days; returns the day on which it was copied, if it was.
    fn live(&mut self, days: std::ops::Range<i32>, counted: &mut Counted) -> Option<i32> {
        let mut first_week = None;
        for day in days {
            if self.installation.loses_state_on == Some(day) {
                (self.history, self.waiting, self.id) = (History::default(), Vec::new(), self.chance.next());
            }
            if self.installation.copied_on == Some(day) {
                self.copied = Some(Box::new(self.clone()));
            }
            let Some(minute) = self.installation.used_at(day) else { continue };
            counted.days += 1;
            if day >= self.installation.opts_out_on {
                counted.unseen_days += 1;
                self.waiting.clear();
                continue;
            }
            self.be_true(day, &mut first_week, counted);
            self.be_used(day, minute, counted);
        }
        self.copied.as_ref().and(self.installation.copied_on)
    }

    fn be_true(&mut self, day: i32, first_week: &mut Option<i32>, counted: &mut Counted) {
        for period in Period::of_day(day) {
            if self.seen.contains(&period) {
                continue;
            }
            self.seen.push(period);
            *counted.active.entry(period).or_default() += 1;
            if let Period::Week(week) = period {
                let first_week = *first_week.get_or_insert(week);
                *counted.retained.entry((first_week, (week - first_week) as u8)).or_default() += 1;
            }
        }
    }

    fn be_used(&mut self, day: i32, minute: i64, counted: &mut Counted) {
        let now = i64::from(day) * DAY + minute;
        let clock = now + self.installation.clock_error(day);
        let clock_day = clock.div_euclid(DAY) as i32;
        // As the SDK does: a clock from before the release is no clock.
        if clock_day >= BUILT
            && let Some((history, seen)) = self.history.see(clock_day)
        {
            self.history = history;
            let version = format!("1.{}.0", (day - BUILT) / 28);
            let message_id = format!("{:016x}{:016x}", self.chance.next(), self.chance.next());
            let item = item(message_id, seen.day, &version, Active::Flags(seen.flags));
            self.waiting.push(Waiting { clock_day, day, id: self.id, item });
        }
        self.waiting.retain(|waiting| waiting.clock_day >= clock_day - MAX_AGE_DAYS);
        if self.waiting.is_empty() || !self.installation.is_online(day) {
            return;
        }
        let items: Vec<String> = self.waiting.iter().map(|waiting| waiting.item.clone()).collect();
        self.waiting.iter().for_each(|waiting| counted.collector.identify(waiting.id, waiting.day));
        let minutes = |minutes: i64| Timestamp::from_micros(minutes * 60_000_000);
        counted.collector.take(&items, minutes(clock + 1), minutes(now + 1));
        if !self.chance.is(self.installation.loses_answers) {
            self.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_privacy::sketch;

    use super::*;

    const SMALL: Size = Size { seed: 7, installations: 1_000, weeks: 26 };

    #[test]
    fn where_everything_goes_right_flags_are_the_truth() {
        let rates = Rates {
            opted_out: 0.1,
            opts_out: 0.0,
            is_often_offline: 0.0,
            has_local_clock: 0.0,
            has_wrong_clock: 0.0,
            has_jumping_clock: 0.0,
            loses_state: 0.0,
            is_copied: 0.0,
            loses_answers: 0.0,
        };
        let counted = count_installations(Size { installations: 300, ..SMALL }, &rates);
        assert_eq!(counted.collector.flags, counted.active);
        assert_eq!(counted.collector.dropped, 0);
        let weeks = |retained: &HashMap<(i32, u8), u64>| {
            let mut weeks: Vec<_> =
                retained.iter().map(|((first, later), count)| (first + i32::from(*later), *later, *count)).collect();
            weeks.sort_unstable();
            weeks
        };
        let said = counted
            .collector
            .weeks
            .iter()
            .map(|((week, weeks), count)| ((week - i32::from(*weeks), *weeks), *count))
            .collect();
        assert_eq!(weeks(&said), weeks(&counted.retained));
        assert!(counted.unseen_days > 0, "and who opted out is in neither");
    }

    #[test]
    fn with_all_that_goes_wrong_flags_stay_within_two_percent_of_the_truth() {
        let table = Table::of(SMALL, &count_installations(SMALL, &Rates::default()));
        for comparison in &table.installations {
            assert!(comparison.error_percent().abs() <= 2.0, "{comparison:?}");
        }
    }

    #[test]
    fn a_sketch_stays_within_its_error() {
        for bits in [6, 8] {
            let counted = count_machines(SMALL, 200, bits);
            let comparisons = Table::sketches(SMALL, &counted);
            for comparison in &comparisons {
                let of_the_mean = sketch::standard_error(bits) * 100.0 / (comparison.periods as f64).sqrt();
                assert!(comparison.error_percent().abs() <= 3.0 * of_the_mean, "on average: {comparison:?}");
                assert!(comparison.within_three_percent >= 98.0, "{comparison:?}");
            }
        }
    }

    #[test]
    fn every_claim_of_the_document_has_its_test() {
        let root = candor_testkit::workspace();
        let document = std::fs::read_to_string(root.join("docs/counting.md")).expect("the document");
        let (_, claims) = document.split_once("## What the records tell").expect("the claims");
        let mut found = 0;
        let mut before = "";
        for part in claims.split(" in crates/") {
            if !before.is_empty() {
                let end = part.find(|ends: char| ends.is_whitespace() || ends == ',').unwrap_or(part.len());
                let path = root.join("crates").join(part[..end].trim_end_matches('.'));
                let code = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                // Those named since the file before.
                let named = before.rsplit(['|', ';']).next().unwrap_or_default().split('`').skip(1).step_by(2);
                for test in named {
                    assert!(code.contains(&format!("fn {test}()")), "{test} is not in {}", path.display());
                    found += 1;
                }
            }
            before = part;
        }
        assert!(found >= 10, "{found} tests are named");
    }
}
