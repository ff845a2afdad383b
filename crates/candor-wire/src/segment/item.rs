//! What an item carries, whoever sent it.

use crate::{DurationBucket, Record, Shared};

/// One item of a batch: a record with its parts, and what says where it came from.
///
/// Of Candor's own items, encoding and decoding are inverse to each other as long as every part has the kind
/// [`Part`](crate::Kind::Part), its item's time and environment, and its item's name as `parent`: a part travels inside
/// its item and spells none of these again. A part that travels alone names its operation and has no parts; a sum has no
/// duration of its own, and the counts of its durations add up to the count of its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What tells a retry from a new event; unique within a project. Never empty.
    pub message_id: String,
    /// Whatever the client took for the installation; `None` where it said nothing.
    pub anonymous_id: Option<String>,
    /// Whatever the client took for the person; Candor's own SDK never sends one.
    pub user_id: Option<String>,
    /// The library that sent it.
    pub sdk: Option<Shared<Sdk>>,
    /// What happened.
    pub record: Record,
    /// Its steps. They share the fate of the item.
    pub parts: Vec<Record>,
    /// How the durations of a sum are spread, and how many fell into each bucket; empty for whatever is no sum.
    pub durations: Vec<(DurationBucket, u64)>,
}

/// A client library: `candor 0.1.0`, `analytics-python 2.4.0`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Sdk {
    /// Its name, as it calls itself.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

impl Sdk {
    /// Its members, as every protocol calls them.
    pub(crate) fn members(&self) -> [(&'static str, Option<&str>); 2] {
        [("name", Some(&self.name)), ("version", self.version.as_deref())]
    }
}
