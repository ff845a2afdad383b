//! What arrives, by the code that writes it and the code that reads it, counted as reports count it.

use std::collections::{BTreeMap, HashMap, HashSet};

use candor_wire::{
    Environment, Kind, Limits, Record, Timestamp,
    active::{self, Active},
    segment::{Endpoint, Item, decode, encode_batch, encode_item},
};

/// For how long the collector knows a message again.
const KNOWN_DAYS: i32 = 7;

/// A period that something is counted in: days, ISO weeks and months as `Timestamp` numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// Of a day.
    Day(i32),
    /// Of an ISO week.
    Week(i32),
    /// Of a month.
    Month(i32),
}

impl Period {
    /// The three that a day lies in.
    #[must_use]
    pub fn of_day(day: i32) -> [Self; 3] {
        let time = Timestamp::of_day(day);
        [Self::Day(day), Self::Week(time.week()), Self::Month(time.month())]
    }
}

/// Everything that was taken.
#[derive(Debug, Default)]
pub struct Collector {
    /// Machines that said that a period began for them.
    pub flags: HashMap<Period, u64>,
    /// Of a week, those that have been there for so many weeks.
    pub weeks: HashMap<(i32, u8), u64>,
    /// Of a week, those of each version.
    pub versions: BTreeMap<i32, BTreeMap<String, u64>>,
    /// The highest rank of each cell.
    pub sketches: HashMap<Period, HashMap<u16, u8>>,
    /// Bits of the sketches.
    pub bits: u8,
    /// Different identifiers, for comparison: the other way to count.
    pub ids: HashMap<Period, HashSet<u64>>,
    /// Of the identifiers that were seen first in a week, those that were seen so many weeks later.
    pub identified_weeks: HashMap<(i32, u8), u64>,
    first_weeks: HashMap<u64, i32>,
    /// Messages that were taken before, and on which day: a retry within a week is known.
    known: HashMap<String, i32>,
    /// Items that were not taken, for their times.
    pub dropped: u64,
}

/// One record as it lies in the spool.
pub(super) fn item(message_id: String, day: i32, version: &str, said: Active) -> String {
    let environment = Environment { version: Some(version.to_owned()), ..Environment::default() }.into();
    let attributes = said.attributes();
    let record = Record { environment, attributes, ..Record::new(Kind::Active, active::NAME, Timestamp::of_day(day)) };
    let (anonymous_id, user_id, sdk, parts, durations) = (None, None, None, Vec::new(), Vec::new());
    encode_item(&Item { message_id, anonymous_id, user_id, sdk, record, parts, durations })
}

impl Collector {
    /// Takes a batch that was sent at `sent_at` of the sender's clock.
    ///
    /// # Panics
    /// When the batch cannot be read: it is what the SDK writes.
    pub fn take(&mut self, items: &[String], sent_at: Timestamp, received: Timestamp) {
        let body = encode_batch(items.iter().map(String::as_str), sent_at);
        let decoded = decode(body.as_bytes(), Endpoint::Batch, received, &Limits::default()).expect("a batch");
        for item in decoded.items {
            let Some(mut item) = item.ok().filter(|item| active::hold(&mut item.record.clone()).is_some()) else {
                self.dropped += 1;
                continue;
            };
            let before = self.known.insert(item.message_id, received.day());
            let is_new = before.is_none_or(|day| received.day() - day > KNOWN_DAYS);
            if is_new && active::hold(&mut item.record).is_some() {
                self.count(&item.record);
            }
        }
    }

    fn count(&mut self, record: &Record) {
        let [day, week, month] = Period::of_day(record.time.day());
        match Active::of(&record.attributes) {
            Some(Active::Flags(flags)) => {
                *self.flags.entry(day).or_default() += 1;
                if flags.first_of_week {
                    *self.flags.entry(week).or_default() += 1;
                    *self.weeks.entry((record.time.week(), flags.weeks)).or_default() += 1;
                    let version = record.environment.version.clone().unwrap_or_default();
                    *self.versions.entry(record.time.week()).or_default().entry(version).or_default() += 1;
                }
                if flags.first_of_month {
                    *self.flags.entry(month).or_default() += 1;
                }
            }
            Some(Active::Sketch(sketch)) => {
                self.bits = sketch.bits;
                let period = [day, week, month][sketch.span as usize];
                let highest = self.sketches.entry(period).or_default().entry(sketch.cell).or_default();
                *highest = sketch.rank.max(*highest);
            }
            None => self.dropped += 1,
        }
    }

    /// What an identified mode would have said with a record of this day.
    pub(super) fn identify(&mut self, id: u64, day: i32) {
        for period in Period::of_day(day) {
            let is_new = self.ids.entry(period).or_default().insert(id);
            if let (true, Period::Week(week)) = (is_new, period) {
                let first = *self.first_weeks.entry(id).or_insert(week);
                *self.identified_weeks.entry((first, (week - first).clamp(0, 255) as u8)).or_default() += 1;
            }
        }
    }
}
