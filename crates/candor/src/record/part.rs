//! A step of an operation.

use std::{fmt, marker::PhantomData, sync::Arc, time::Instant};

use candor_wire::{Attribute, DurationBucket, Kind, Outcome, Record};

use super::{
    ErrorClass, Fields,
    operation::{Parts, dropped, outcome},
};
use crate::{
    active::Active,
    declared::{Field, FieldType, Part},
};

/// More steps than this tell nothing more; it bounds the memory of an operation that has one for every file it sees.
const MAX_PARTS: usize = 256;

/// A part under way. It travels with its operation; one that ends after it is not recorded.
#[must_use = "a part that is dropped at once is recorded as cancelled: keep it until there is a result"]
pub struct PartRun<S, P> {
    fields: Fields<P>,
    state: Option<State>,
    operation: PhantomData<fn() -> S>,
}

struct State {
    record: Record,
    parts: Arc<Parts>,
    start: Instant,
}

impl<S, P> PartRun<S, P> {
    pub(super) fn begin(part: Part<S, P>, active: &Arc<Active>, operation: &Record, parts: &Arc<Parts>) -> Self {
        Self {
            fields: Fields::of(Some((Arc::clone(active), part.name()))),
            state: Some(State::begin(part.name(), operation, parts)),
            operation: PhantomData,
        }
    }

    pub(super) fn unrecorded() -> Self {
        Self { fields: Fields::of(None), state: None, operation: PhantomData }
    }

    /// Sets a field of the part.
    pub fn set<T: FieldType>(&mut self, field: Field<P, T>, input: T::Input<'_>) {
        self.fields.set(field, input);
    }

    /// Records the part: `ok` or `error`, and how long it took.
    pub fn finish<T, E>(mut self, result: &Result<T, E>) {
        self.end(outcome(result), None);
    }

    /// Records the part, with the class of its error.
    pub fn finish_as<T, E, C: Into<ErrorClass>>(mut self, result: &Result<T, E>, class: impl FnOnce(&E) -> C) {
        self.end(outcome(result), result.as_ref().err().map(|error| class(error).into()));
    }

    fn end(&mut self, outcome: Outcome, class: Option<ErrorClass>) {
        if let Some(state) = self.state.take() {
            state.end(outcome, class, self.fields.take());
        }
    }
}

/// What is the same for every scope, and so compiled once.
impl State {
    fn begin(name: &'static str, operation: &Record, parts: &Arc<Parts>) -> Self {
        let mut record = Record::new(Kind::Part, name, operation.time);
        record.parent = Some(operation.name.clone());
        Self { record, parts: Arc::clone(parts), start: Instant::now() }
    }

    fn end(self, outcome: Outcome, class: Option<ErrorClass>, attributes: Vec<Attribute>) {
        let Self { mut record, parts, start } = self;
        record.duration = Some(DurationBucket::of(start.elapsed()));
        record.outcome = Some(outcome);
        record.error_class = class.map(|class| class.as_str().to_owned());
        record.attributes = attributes;
        if let Some(mut parts) = parts.ended().filter(|parts| parts.len() < MAX_PARTS) {
            parts.push(record);
        }
    }
}

impl<S, P> Drop for PartRun<S, P> {
    fn drop(&mut self) {
        let (outcome, class) = dropped();
        self.end(outcome, class);
    }
}

impl<S, P> fmt::Debug for PartRun<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartRun").field("record", &self.state.as_ref().map(|state| &state.record)).finish()
    }
}
