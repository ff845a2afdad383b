//! Something that the tool is asked to do.

use std::{
    panic::Location,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::Instant,
};

use candor_wire::{Attribute, DurationBucket, Kind, Outcome, Record};

use super::{Fields, PartRun, lock};
use crate::{
    active::Active,
    crash::{Cause, Mark},
    declared::{Entry, Error, Field, FieldType, Operation, Part},
    fork::Origin,
    sums::UnderWay,
    telemetry::Telemetry,
};

/// The type of an error: a name from the program, never the text of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorClass(&'static str);

impl ErrorClass {
    /// The class of a panic, which the SDK records by itself.
    pub const PANIC: Self = Self("panic");

    /// The class of this name, such as `connection_refused`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl From<&'static str> for ErrorClass {
    fn from(name: &'static str) -> Self {
        Self(name)
    }
}

/// An operation under way. Finish it with its result; one that is dropped counts as cancelled, or as an error when a
/// panic drops it.
#[must_use = "an operation that is dropped at once is recorded as cancelled: keep it until there is a result"]
#[derive(Debug)]
pub struct Run<S> {
    fields: Fields<S>,
    state: Option<State>,
    /// For reports of what goes wrong meanwhile, even where the operation itself is not recorded.
    mark: Option<Mark>,
}

/// What there is of an operation that is recorded.
#[derive(Debug)]
struct State {
    active: Arc<Active>,
    entry: Entry,
    record: Record,
    under_way: Option<UnderWay>,
    parts: Arc<Parts>,
    start: Instant,
}

/// The parts of an operation, which come from many threads.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Where the operation began.
    origin: Origin,
    ended: Mutex<Vec<Record>>,
}

impl Parts {
    fn new() -> Arc<Self> {
        Arc::new(Self { origin: Origin::here(), ended: Mutex::default() })
    }

    /// `None` in a process that was forked while another thread was at them.
    pub(super) fn ended(&self) -> Option<MutexGuard<'_, Vec<Record>>> {
        if self.origin.is_here() { Some(lock(&self.ended)) } else { self.ended.try_lock().ok() }
    }
}

impl Telemetry {
    /// Begins an operation.
    pub fn operation<S>(&self, operation: Operation<S>) -> Run<S> {
        let entry = operation.entry();
        let mark = self.active().filter(|_| !entry.expired).map(|active| Mark::begin(active, entry.name));
        let state = self.active_for(entry).map(|active| State::begin(active, entry));
        let owner = state.as_ref().map(|state| (Arc::clone(&state.active), entry.name));
        Run { fields: Fields::of(owner), state, mark }
    }
}

/// What is the same for every scope, and so compiled once.
impl State {
    fn begin(active: &Arc<Active>, entry: &Entry) -> Self {
        let record = Record::new(Kind::Operation, entry.name, active.time(entry));
        Self {
            under_way: active.begin_operation(&record),
            record,
            entry: *entry,
            active: Arc::clone(active),
            parts: Parts::new(),
            start: Instant::now(),
        }
    }

    fn end(mut self, outcome: Outcome, class: Option<ErrorClass>, attributes: Vec<Attribute>) {
        self.record.duration = Some(DurationBucket::of(self.start.elapsed()));
        self.record.outcome = Some(outcome);
        self.record.error_class = class.map(|class| class.as_str().to_owned());
        self.record.attributes = attributes;
        if self.parts.origin.is_elsewhere() || self.under_way.is_some_and(|under_way| !under_way.end()) {
            return;
        }
        let parts = self.parts.ended().map(|mut parts| std::mem::take(&mut *parts)).unwrap_or_default();
        self.active.record(&self.entry, self.record, parts);
    }
}

impl<S> Run<S> {
    /// Sets a field of the operation.
    pub fn set<T: FieldType>(&mut self, field: Field<S, T>, input: T::Input<'_>) {
        self.fields.set(field, input);
    }

    /// Begins a part of the operation, on any thread.
    pub fn part<P>(&self, part: Part<S, P>) -> PartRun<S, P> {
        match &self.state {
            Some(state) => PartRun::begin(part, &state.active, &state.record, &state.parts),
            None => PartRun::unrecorded(),
        }
    }

    /// Records the operation: `ok` or `error`, and how long it took. Returns the exit code that fits the result, for
    /// tools that end with it.
    pub fn finish<T, E>(mut self, result: &Result<T, E>) -> ExitCode {
        self.end(outcome(result), None);
        exit_code(result)
    }

    /// Records the operation, with the class of its error.
    pub fn finish_as<T, E, C: Into<ErrorClass>>(
        mut self,
        result: &Result<T, E>,
        class: impl FnOnce(&E) -> C,
    ) -> ExitCode {
        self.end(outcome(result), result.as_ref().err().map(|error| class(error).into()));
        exit_code(result)
    }

    /// Records that the operation ended with an error, of the class that the error is declared as, and the error itself
    /// as [`Telemetry::error`] does. Returns the exit code of a failure.
    #[track_caller]
    pub fn fail<F>(mut self, error: Error<F>, cause: &(impl Cause + ?Sized)) -> ExitCode {
        if let Some(mark) = &self.mark {
            super::error::note(mark.active(), error, cause, Location::caller(), |_| {});
        }
        self.end(Outcome::Error, Some(ErrorClass::new(error.entry().name)));
        ExitCode::FAILURE
    }

    fn end(&mut self, outcome: Outcome, class: Option<ErrorClass>) {
        self.mark = None;
        if let Some(state) = self.state.take() {
            state.end(outcome, class, self.fields.take());
        }
    }
}

impl<S> Drop for Run<S> {
    fn drop(&mut self) {
        let (outcome, class) = dropped();
        self.end(outcome, class);
    }
}

/// How something ended that was never finished.
pub(super) fn dropped() -> (Outcome, Option<ErrorClass>) {
    if thread::panicking() { (Outcome::Error, Some(ErrorClass::PANIC)) } else { (Outcome::Cancelled, None) }
}

pub(super) fn outcome<T, E>(result: &Result<T, E>) -> Outcome {
    if result.is_ok() { Outcome::Ok } else { Outcome::Error }
}

fn exit_code<T, E>(result: &Result<T, E>) -> ExitCode {
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
