//! Something that starts, runs and stops.

use serde_json::Value;

use super::{Entry, Reading};
use crate::document::Section;

/// A `[lifecycle.…]` of a manifest, such as a server: recorded when it starts, after an hour, daily, and when it stops.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lifecycle {
    /// What every record has.
    pub entry: Entry,
}

impl Lifecycle {
    /// The names of its records on the wire; their parent is the lifecycle.
    pub const EVENTS: [&'static str; 3] = ["started", "heartbeat", "stopped"];

    pub(crate) fn read(mut section: Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Entry::read(&mut section, name, reading);
        section.close();
        Self { entry }
    }

    pub(crate) fn to_json(&self) -> Value {
        self.entry.to_json().into()
    }
}
