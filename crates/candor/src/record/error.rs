//! An error that the tool returns, or gets over.

use std::{panic::Location, sync::Arc};

use candor_wire::{
    Attribute, Kind, Record,
    sentry::{Exception, Level},
};

use super::Fields;
use crate::{
    active::Active,
    crash::{Cause, Report, Stack, chain, place},
    declared::{Entry, Error},
    telemetry::Telemetry,
};

impl Telemetry {
    /// Records that an error occurred: counts it, and reports its type, the types of its causes, and the place of this
    /// call. Its text is not looked at. The same place is reported once in a run, and counted every time.
    #[track_caller]
    pub fn error<S>(&self, error: Error<S>, cause: &(impl Cause + ?Sized)) {
        self.error_with(error, cause, |_| {});
    }

    /// Like [`Self::error`], and counts it with fields.
    #[track_caller]
    pub fn error_with<S>(&self, error: Error<S>, cause: &(impl Cause + ?Sized), set: impl FnOnce(&mut Fields<S>)) {
        if let Some(active) = self.active() {
            note(active, error, cause, Location::caller(), set);
        }
    }
}

/// The sum says how often, and the report what it was.
pub(super) fn note<S>(
    active: &Arc<Active>,
    error: Error<S>,
    cause: &(impl Cause + ?Sized),
    at: &Location<'_>,
    set: impl FnOnce(&mut Fields<S>),
) {
    let entry = error.entry();
    if active.records(entry) {
        let mut fields = Fields::of(Some((Arc::clone(active), entry.name)));
        set(&mut fields);
        count(active, entry, fields.take());
    }
    if active.reports(entry) && active.process().errors.admits(at) {
        report(active, entry, chain(cause.as_error(), cause.class()), at);
    }
}

fn count(active: &Active, entry: &Entry, attributes: Vec<Attribute>) {
    let mut record = Record::new(Kind::Error, entry.name, active.time(entry));
    record.attributes = attributes;
    active.record(entry, record, Vec::new());
}

fn report(active: &Active, entry: &Entry, mut exceptions: Vec<Exception>, at: &Location<'_>) {
    exceptions.push(Exception {
        class: entry.name.to_owned(),
        value: None,
        mechanism: Some("error".to_owned()),
        handled: Some(true),
    });
    let stack = Stack { frames: vec![place(at.file(), at.line())], images: Vec::new() };
    active.report(Report { level: Level::Error, exceptions, stack, operation: active.process().operations.current() });
}
