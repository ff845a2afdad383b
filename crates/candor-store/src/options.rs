//! The bounds of a store.

use std::time::Duration;

use crate::QueryBounds;

/// How much a store holds back, and for how long.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoreOptions {
    /// Fresh rows from which on they are committed to the table. Default 100,000: a Parquet file of about a megabyte,
    /// encoded in a fraction of a second. With 250,000 the collector took 278 MiB under the highest load, with this 232.
    pub flush_rows: usize,
    /// Bytes of fresh rows from which on they are committed. Default 128 MiB: five times what that many usual rows weigh.
    pub flush_bytes: usize,
    /// The age at which fresh rows are committed however few they are. Default 30 s: so that a quiet collector makes
    /// at most 2,880 files a day, and replays at most this much after a crash.
    pub flush_interval: Duration,
    /// Fresh rows from which on appends are refused, because the table cannot be written. Default 2,000,000: about a
    /// gigabyte of memory.
    pub max_fresh_rows: usize,
    /// Bytes of fresh rows from which on appends are refused. Default 1 GiB.
    pub max_fresh_bytes: usize,
    /// Rows that may wait for the journal. Default 200,000: under a second of its work.
    pub max_queued_rows: usize,
    /// Bytes of a journal segment. Default 16 MiB: a few hundred milliseconds of the highest load, and little to keep
    /// allocated for a quiet collector.
    pub segment_bytes: u64,
    /// Memory for the filters that tell a new item's id from those of seven days. Default 64 MiB: enough for 50 million
    /// ids. Beyond it those of the oldest days are looked for on disk, which costs a few microseconds each.
    pub id_filter_bytes: usize,
    /// Attribute columns in a store; what is beyond goes to the JSON text. Default 400: every column costs each
    /// journal frame and each Parquet file some dozen bytes, and a hostile project could invent one an event.
    pub max_attribute_columns: usize,
    /// Bytes of a file that is not put together with others any more. Default 16 MiB: a million events or so, few enough to
    /// be written again when an installation is erased.
    pub file_bytes: u64,
    /// How often it is looked for files to put together; rows that are too old and files that nobody needs go once an hour.
    /// Default ten minutes. `None`: only when asked.
    pub maintenance_interval: Option<Duration>,
    /// Days that single events are kept, and what tells installations apart. Default 90.
    pub keep_events: u32,
    /// Days that sums are kept. Default 762: 25 months.
    pub keep_sums: u32,
    /// What queries may take.
    pub queries: QueryBounds,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            flush_rows: 100_000,
            flush_bytes: 128 << 20,
            flush_interval: Duration::from_secs(30),
            max_fresh_rows: 2_000_000,
            max_fresh_bytes: 1 << 30,
            max_queued_rows: 200_000,
            segment_bytes: 16 << 20,
            id_filter_bytes: 64 << 20,
            max_attribute_columns: 400,
            file_bytes: 16 << 20,
            maintenance_interval: Some(Duration::from_secs(600)),
            keep_events: 90,
            keep_sums: 762,
            queries: QueryBounds::default(),
        }
    }
}

impl StoreOptions {
    /// Small bounds, so that a test meets every one of them with few rows; nothing is committed by age.
    #[must_use]
    pub fn for_testing() -> Self {
        Self {
            flush_rows: 500,
            flush_interval: Duration::from_secs(3600),
            segment_bytes: 64 << 10,
            maintenance_interval: None,
            ..Self::default()
        }
    }
}
