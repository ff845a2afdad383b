//! The sums of a closed table as items: one for each thing that was counted on a day, with a histogram of its durations.

use candor_wire::{DurationBucket, Environment, Record, segment::Item};

use super::{
    key::{self, Key},
    table::Entry,
};
use crate::{environment, identity::Identity, item, random};

/// What became of a table.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    /// An item a line.
    pub(crate) items: Vec<String>,
    /// How many counts could not be read.
    pub(crate) damaged: u64,
}

/// Turns entries into items. The same table gives the same message ids each time, so that whoever dies in between has
/// counted nothing twice.
pub(crate) fn items(seed: [u8; 16], entries: Vec<Entry>, identity: &Identity) -> Harvest {
    let mut environments: Vec<(u32, Environment)> = Vec::new();
    let mut groups = Groups::default();
    let mut harvest = Harvest::default();
    for entry in entries {
        match key::read(&entry.key) {
            Some(Key::Environment(environment)) => {
                environments.push((entry.cell.number(), environment));
            }
            // A process died between making the entry and counting.
            Some(Key::Record { .. }) if entry.count == 0 => {}
            Some(Key::Record { environment, record }) => {
                let duration = record.duration;
                groups.of(key::of_item(&entry.key), environment, record).add(duration, entry.count);
            }
            None => harvest.damaged = harvest.damaged.saturating_add(entry.count.max(1)),
        }
    }
    for group in groups.all {
        let count = group.record.count;
        let environment = environments.iter().find(|(number, _)| *number == group.environment);
        let message_id = random::uuid_of(&seed, &group.key);
        let item = environment.and_then(|(_, environment)| group.item(message_id, environment, identity));
        match item {
            Some(item) => harvest.items.push(item),
            None => harvest.damaged = harvest.damaged.saturating_add(count),
        }
    }
    harvest
}

/// How many records these entries stand for, and how many of them cannot be read.
pub(crate) fn tally(entries: &[Entry]) -> (u64, u64) {
    entries.iter().fold((0, 0), |(records, damaged): (u64, u64), entry| match key::read(&entry.key) {
        Some(Key::Environment(_)) => (records, damaged),
        Some(Key::Record { .. }) => (records.saturating_add(entry.count), damaged),
        None => (records, damaged.saturating_add(entry.count.max(1))),
    })
}

/// Groups, found by their keys. A map of the standard library would weigh more than all that is done here.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    /// Places in `all`, in the order of the keys.
    order: Vec<usize>,
}

impl Groups {
    fn of(&mut self, key: Vec<u8>, environment: u32, record: Record) -> &mut Group {
        let found = self.order.binary_search_by(|place| self.all[*place].key.cmp(&key));
        let place = match found {
            Ok(at) => self.order[at],
            Err(at) => {
                self.order.insert(at, self.all.len());
                self.all.push(Group::of(key, environment, record));
                self.all.len() - 1
            }
        };
        &mut self.all[place]
    }
}

/// What differs in nothing but its duration.
struct Group {
    key: Vec<u8>,
    environment: u32,
    record: Record,
    /// The shortest first.
    durations: Vec<(DurationBucket, u64)>,
}

impl Group {
    fn of(key: Vec<u8>, environment: u32, mut record: Record) -> Self {
        (record.count, record.duration) = (0, None);
        Self { key, environment, record, durations: Vec::new() }
    }

    fn add(&mut self, duration: Option<DurationBucket>, count: u64) {
        self.record.count = self.record.count.saturating_add(count);
        if let Some(duration) = duration {
            match self.durations.binary_search_by_key(&duration, |(known, _)| *known) {
                Ok(at) => self.durations[at].1 = self.durations[at].1.saturating_add(count),
                Err(at) => self.durations.insert(at, (duration, count)),
            }
        }
    }

    fn item(mut self, message_id: String, environment: &Environment, identity: &Identity) -> Option<String> {
        self.record.environment = environment::copy_of(environment).into();
        let mut durations = self.durations;
        if let [(duration, 1)] = durations[..] {
            // A sum of one is what it is of.
            (self.record.duration, durations) = (Some(duration), Vec::new());
        }
        let anonymous_id = identity.anonymous_id(self.record.time.day());
        let item = Item {
            message_id,
            anonymous_id,
            user_id: None,
            sdk: Some(item::sdk().into()),
            record: self.record,
            parts: Vec::new(),
            durations,
        };
        item::within_bounds(item)
    }
}

#[cfg(test)]
mod tests {
    use candor_wire::{Kind, Outcome, Timestamp};

    use super::*;
    use crate::sums::table::{SIZE_BYTES, Table};

    #[test]
    fn what_differs_in_its_duration_alone_becomes_one_item_with_a_histogram() {
        let words: Vec<_> = (0..SIZE_BYTES / 8).map(|_| std::sync::atomic::AtomicU64::new(0)).collect();
        let table = Table::format(&words, [3; 16]);
        let environment =
            Environment { version: Some("1.4.0".to_owned()), container: Some(false), ..Environment::default() };
        let cell = table.cell(&key::of_environment(&environment)).expect("room");
        for (outcome, micros) in [(Outcome::Ok, 10), (Outcome::Ok, 10), (Outcome::Ok, 20), (Outcome::Error, 30)] {
            let record = Record {
                outcome: Some(outcome),
                duration: Some(DurationBucket::of_micros(micros)),
                ..Record::new(Kind::Operation, "fetch", Timestamp::from_micros(0))
            };
            let key = key::of_record(&record, 20_000, cell.number());
            table.add(table.cell(&key).expect("room"), 1).expect("it is open");
        }
        table.cell(b"no key of ours").expect("room");
        assert_eq!(tally(&table.peek().expect("a table")), (4, 1));
        let once = items(table.seed(), table.close().expect("a table"), &Identity::none());
        assert_eq!((once.items.len(), once.damaged), (2, 1));
        assert!(
            once.items.iter().any(|item| item.contains(r#""durations":[[0.010,2],[0.020,1]]"#)),
            "{:?}",
            once.items
        );
        assert!(once.items.iter().any(|item| item.contains(r#""duration_ms":0.030"#)), "{:?}", once.items);
        assert!(once.items.iter().all(|item| item.contains(r#""timestamp":"2024-10-04T00:00:00.000Z""#)));
        let again = items(table.seed(), table.close().expect("a table"), &Identity::none());
        assert_eq!(once.items, again.items);
    }
}
