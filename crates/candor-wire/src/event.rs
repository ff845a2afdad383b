//! What a foreign client tells in one event.

use crate::{Record, segment::Sdk, sentry::CrashReport};

/// One event: a record, and of a crash or an error its report.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What tells a retry from a new event; unique within a project. Never empty.
    pub message_id: String,
    /// Whatever the client took for the person or the installation.
    pub user_id: Option<String>,
    /// The library that sent it.
    pub sdk: Option<Sdk>,
    /// What happened.
    pub record: Record,
    /// All that is known of a crash or an error. Its environment is that of the record.
    pub report: Option<Box<CrashReport>>,
}
