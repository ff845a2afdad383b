//! What is looked at when somebody asks.

use super::process;
use candor_store::StoreStatus;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the collector's parts say of themselves at the moment.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) store: StoreStatus,
    pub(crate) requests: usize,
    pub(crate) buffered_bytes: usize,
    pub(crate) panics: u64,
    pub(crate) free_bytes: u64,
}

type Read = fn(&Seen) -> f64;

/// Name, help, and where the value is from.
const GAUGES: &[(&str, &str, Read)] = &[
    ("candor_requests_in_work", "Requests that are being worked on", |seen| seen.requests as f64),
    ("candor_buffered_bytes", "Memory that bodies of requests hold", |seen| seen.buffered_bytes as f64),
    ("candor_queued_rows", "Rows that wait for the journal", |seen| seen.store.queued_rows as f64),
    ("candor_fresh_rows", "Rows in the journal that are not in the tables yet", |seen| seen.store.fresh_rows as f64),
    ("candor_journal_bytes", "Bytes of the journal's files", |seen| seen.store.journal_bytes as f64),
    ("candor_corrupt_frames", "Places of the journal that could not be read at the start; each lost rows", |seen| {
        seen.store.corrupt_frames as f64
    }),
    ("candor_table_version", "Version of the table facts", |seen| seen.store.table_version as f64),
    ("candor_seconds_since_commit", "Since rows were last committed to the tables; -1 where none were", |seen| {
        seen.store.since_last_flush.map_or(-1.0, |since| since.as_secs_f64())
    }),
    ("candor_commit_failing", "1 where the last commit to the tables failed", |seen| {
        f64::from(u8::from(seen.store.last_error.is_some()))
    }),
    ("candor_free_bytes", "Room on the data directory's file system", |seen| seen.free_bytes as f64),
    ("candor_panics", "Request handlers that panicked; each is a defect", |seen| seen.panics as f64),
    ("process_resident_memory_bytes", "Memory of the process that is resident", |_| process::resident_bytes()),
    ("process_open_fds", "Open file descriptors", |_| process::open_descriptors()),
];

#[derive(Debug)]
pub(super) struct Gauges {
    gauges: Vec<(Gauge<f64, AtomicU64>, Read)>,
    /// A counter that the system keeps.
    cpu_seconds: Counter<f64, AtomicU64>,
}

impl Gauges {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let register = |(name, help, read): &(&'static str, &'static str, Read)| {
            let gauge = Gauge::<f64, AtomicU64>::default();
            registry.register(*name, help.to_owned(), gauge.clone());
            (gauge, *read)
        };
        let gauges = GAUGES.iter().map(register).collect();
        let cpu_seconds = Counter::<f64, AtomicU64>::default();
        registry.register("process_cpu_seconds", "User and system time of the process", cpu_seconds.clone());
        Self { gauges, cpu_seconds }
    }

    pub(super) fn set(&self, seen: &Seen) {
        for (gauge, read) in &self.gauges {
            gauge.set(read(seen));
        }
        self.cpu_seconds.inner().store(process::cpu_seconds().to_bits(), Ordering::Relaxed);
    }
}
