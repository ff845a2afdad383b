//! What comes in: facts, in the items that are counted once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use candor_wire::{Record, Timestamp};
use foldhash::fast::RandomState;
use sha2::{Digest, Sha256};

/// Items of one project that arrived together; they share one answer.
#[derive(Debug, Clone)]
pub struct Append {
    /// The project's name; the column `project`.
    pub project: Arc<str>,
    /// When they arrived. Deduplication remembers an item from this day on.
    pub received: Timestamp,
    /// The items, in the order in which they came.
    pub items: Vec<AppendItem>,
}

/// What is counted once: a message with everything that travelled in it.
#[derive(Debug, Clone)]
pub struct AppendItem {
    /// Tells the message from every other of the last seven days: [`message_id_hash`].
    pub id: u64,
    /// Its rows. An item without rows is remembered, and leaves no row.
    pub facts: Vec<Fact>,
}

/// One row of the table `facts`.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What happened.
    pub record: Record,
    /// The installation, as the identity policy of the project lets it be known.
    pub installation: Option<i64>,
    /// The run of the tool, likewise.
    pub run: Option<i64>,
    /// The database that the tool worked with, likewise; what its environment says of it is not stored.
    pub database: Option<i64>,
    /// The country it came from, ISO 3166-1 alpha-2.
    pub country: Option<Arc<str>>,
    /// The region within the country, where that is configured.
    pub region: Option<Arc<str>>,
    /// The SDK that sent it, such as `candor` or `analytics-python`.
    pub sdk: Option<Arc<str>>,
    /// The version of that SDK.
    pub sdk_version: Option<Arc<str>>,
    /// Which of the record's attributes get a column of their own.
    pub columns: AttributeColumns,
    /// Of a crash or an error what goes to the table `crashes`.
    pub crash: Option<Box<Crash>>,
}

/// What a row of the table `crashes` has beside its fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// The event's id, 32 hexadecimal digits.
    pub event_id: String,
    /// The report as JSON, scrubbed.
    pub report: String,
}

impl Fact {
    /// A fact that says `record` and nothing of who or where; its attributes go to the JSON text.
    #[must_use]
    pub fn new(record: Record) -> Self {
        Self {
            record,
            installation: None,
            run: None,
            database: None,
            country: None,
            region: None,
            sdk: None,
            sdk_version: None,
            columns: AttributeColumns::None,
            crash: None,
        }
    }
}

/// Which attributes of a record become typed columns (`text_…`, `int_…`, `bool_…`); the others are JSON text in the
/// column `attributes`, and so are fractions, lists and objects, names that cannot be a column's
/// ([`is_column_name`](crate::is_column_name)), and what is beyond the most columns a store may have.
#[derive(Debug, Clone, Default)]
pub enum AttributeColumns {
    /// None: nothing is declared.
    #[default]
    None,
    /// All: everything undeclared was dropped before.
    All,
    /// Those of these names.
    Declared(Arc<HashSet<String, RandomState>>),
}

impl AttributeColumns {
    /// Whether the attribute of this name is declared.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Declared(names) => names.contains(name),
        }
    }
}

/// What became of the items of an [`Append`]; all of them are on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// Items that are counted from now on.
    pub accepted: u64,
    /// Items that were counted already.
    pub duplicates: u64,
}

/// Why items were not taken. Nothing of the [`Append`] is counted, so that sending it again is right.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// More is waiting, or more is in memory, than the configured bounds allow.
    #[error("the store is overloaded: retry after {} s", .retry_after.as_secs())]
    Overloaded {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// The file system has no room (or the quota or the file size limit is reached); it recovers by itself.
    #[error("no space is left in the data directory")]
    DiskFull,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The journal could not be written.
    #[error("write the journal: {0}")]
    Io(Arc<std::io::Error>),
    /// The rows could not be encoded; a defect of this crate.
    #[error("encode the rows: {0}")]
    Encode(Arc<datafusion::arrow::error::ArrowError>),
}

/// The identity of a message for deduplication: the first 64 bits of SHA-256 over the project and the message's id.
///
/// Why 64 bits are enough: with 70 million messages remembered (10 million a day for seven days) a new one collides
/// with probability 70e6 / 2^64 = 4e-12, so that such a collector loses one event to a collision in about 70 years.
/// The project is hashed in, so that nobody can occupy the message ids of another project; within a project whoever
/// can choose ids that collide can also simply not send the events.
#[must_use]
pub fn message_id_hash(project: &str, message_id: &str) -> u64 {
    let mut hash = Sha256::new();
    // The length keeps ("ab", "c") and ("a", "bc") apart.
    hash.update((project.len() as u64).to_le_bytes());
    hash.update(project);
    hash.update(message_id);
    let digest: [u8; 32] = hash.finalize().into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_scoped_by_project() {
        assert_eq!(message_id_hash("inventory", "m-1"), message_id_hash("inventory", "m-1"));
        assert_ne!(message_id_hash("inventory", "m-1"), message_id_hash("inventory", "m-2"));
        assert_ne!(message_id_hash("inventory", "m-1"), message_id_hash("other", "m-1"));
        assert_ne!(message_id_hash("ab", "c"), message_id_hash("a", "bc"));
    }
}
