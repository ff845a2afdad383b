//! Something that is counted.

use std::sync::Arc;

use candor_wire::{Kind, Record};

use super::Fields;
use crate::{
    active::Active,
    declared::{Count, Entry},
    telemetry::Telemetry,
};

impl Telemetry {
    /// Counts one. From the second time on it costs nanoseconds, on any number of threads.
    pub fn count<S>(&self, count: Count<S>) {
        self.count_one(count.entry());
    }

    /// Counts `times`, with fields. Nothing is recorded when it is zero.
    pub fn count_with<S>(&self, count: Count<S>, times: u64, set: impl FnOnce(&mut Fields<S>)) {
        let entry = count.entry();
        let Some(active) = self.active_for(entry).filter(|_| times > 0) else { return };
        let mut fields = Fields::of(Some((Arc::clone(active), entry.name)));
        set(&mut fields);
        let mut record = Record::new(Kind::Count, entry.name, active.time(entry));
        record.count = times;
        record.attributes = fields.take();
        active.record(entry, record, Vec::new());
    }

    /// The same code for every count of a tool, and little of it: what is rare is elsewhere.
    fn count_one(&self, entry: &Entry) {
        if let Some(active) = self.active()
            && !active.count_again(entry)
        {
            count_anew(active, entry);
        }
    }
}

#[cold]
fn count_anew(active: &Active, entry: &Entry) {
    if active.records(entry) {
        active.record(entry, Record::new(Kind::Count, entry.name, active.time(entry)), Vec::new());
    }
}
