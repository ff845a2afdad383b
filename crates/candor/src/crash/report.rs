//! What panics and errors have in common, as a Sentry event has it.

use candor_wire::{
    Environment, Timestamp,
    sentry::{CrashReport, Exception, Level},
};

use super::Stack;
use crate::{declared::Declaration, item, random};

/// Something that went wrong.
#[derive(Debug)]
pub(crate) struct Report {
    /// `Fatal` for a panic, `Error` for an error.
    pub(crate) level: Level,
    /// The first cause first.
    pub(crate) exceptions: Vec<Exception>,
    /// Of the last exception.
    pub(crate) stack: Stack,
    pub(crate) operation: Option<&'static str>,
}

impl Report {
    /// The report of this tool, with what it says about where it was made. `None` where the system has no random number to
    /// make an id of.
    pub(crate) fn of(
        self,
        declaration: &Declaration,
        environment: Environment,
        time: Timestamp,
    ) -> Option<CrashReport> {
        let Declaration { application, release, .. } = declaration;
        Some(CrashReport {
            event_id: random::uuid()?.replace('-', ""),
            time,
            level: self.level,
            platform: "native".to_owned(),
            message: None,
            exceptions: self.exceptions,
            frames: self.stack.frames,
            images: self.stack.images,
            environment,
            transaction: self.operation.map(str::to_owned),
            release: Some(format!("{application}@{}", release.version)),
            sdk: Some(item::sdk()),
        })
    }
}
