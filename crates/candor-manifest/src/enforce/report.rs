//! Holding a crash report to what the manifest says of crashes and errors.

use candor_wire::{Kind, Record, sentry::CrashReport};

use super::{OTHER, environment::is_short_name, is_type_name};
use crate::{Manifest, Messages};

impl Manifest {
    /// Holds the report of a `record` that [`enforce`](Self::enforce) kept.
    ///
    /// Types and other names outside their bounds become `other`. What an exception says is kept only of a crash, and
    /// only where the manifest has messages at all: whether a message was put together at run time cannot be seen here.
    /// Where and in what it was made is what the record says. Names of functions and files are left to the scrubber.
    #[must_use]
    pub fn enforce_report(&self, mut report: CrashReport, record: &Record) -> CrashReport {
        let messages = self.crash.as_ref().map_or(Messages::None, |crash| crash.messages);
        let has_messages = record.kind == Kind::Crash && messages != Messages::None;
        // Only exceptions of a panic are declared, and never what somebody logged.
        report.message = None;
        for exception in &mut report.exceptions {
            if !has_messages {
                exception.value = None;
            }
            hold(&mut exception.class, is_type_name);
            exception.mechanism.iter_mut().for_each(|mechanism| hold(mechanism, is_short_name));
        }
        report.images.iter_mut().for_each(|image| hold(&mut image.format, is_short_name));
        hold(&mut report.platform, is_short_name);
        report.environment = (*record.environment).clone();
        report.transaction.clone_from(&record.parent);
        report
    }
}

fn hold(text: &mut String, is_kept: impl Fn(&str) -> bool) {
    if !is_kept(text) {
        OTHER.clone_into(text);
    }
}
