//! Every bound of the HTTP side, in one place, each with its reason.

use candor_store::QueryBounds;
use std::time::Duration;

/// A bound as docs/http.md shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedLimit {
    /// The field of [`Limits`].
    pub name: &'static str,
    /// Its value with a unit.
    pub value: String,
    /// What it bounds and why it has this value.
    pub reason: String,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $value:expr),+ $(,)?) => {
        /// What one request, one client and all of them together may take.
        ///
        /// [`Default`] is what the collector runs with; the text of each field gives the reason for its number.
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct Limits { $($(#[doc = $doc])+ pub $name: $type),+ }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $value),+ }
            }
        }

        impl Limits {
            /// Every bound with its value and its reason, for the documentation and `serve --print-config`.
            #[must_use]
            pub fn described(&self) -> Vec<DescribedLimit> {
                vec![$(DescribedLimit {
                    name: stringify!($name),
                    value: Shown::shown(&self.$name),
                    reason: [$($doc.trim()),+].join(" "),
                }),+]
            }
        }
    };
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

limits! {
    /// A request body, as sent and as inflated, each. The largest body seen from an official client is 721 KB, PostHog's
    /// client stops at 5 MB; four times that leaves room.
    body_bytes: usize = 20 * MIB,
    /// How much of a refused body is read and thrown away, so that the client reads the answer in place of a reset
    /// connection (which it would retry). Five times the largest body; it costs no memory.
    discard_bytes: usize = 100 * MIB,
    /// From the end of the head to the end of the body. 20 MiB in it needs 5.6 Mbit/s; usual batches need 0.1.
    body_deadline: Duration = Duration::from_secs(30),
    /// From the first byte of a head to its end, and how long a kept connection may idle. Longer than the pause of a
    /// client that flushes every 10 or 20 seconds.
    head_deadline: Duration = Duration::from_secs(30),
    /// The head of a request. Browsers send up to 8 KiB, with cookies of other applications on the same host up to twice
    /// that.
    head_bytes: usize = 64 * KIB,
    /// Open connections. Each costs about 10 KiB idle and a file descriptor; common descriptor limits start at 1,024. Of the
    /// last quarter no address gets more than its share.
    connections: usize = 900,
    /// Requests in work at once. A request waits about 10 ms for the disk, so this allows 25,000 requests a second. Of the
    /// last quarter no address and no project gets more than its share.
    requests: usize = 256,
    /// Bodies held in memory over all requests, as sent and as inflated together. Decoded rows take about as much
    /// again; twice this is the most that ingest adds to the process. Of the last quarter no project gets more than its share.
    buffered_bytes: usize = 128 * MIB,
    /// A minidump of an upload, as sent and as inflated, each; its form may have 1 MiB beside it. Sentry's clients and their server
    /// stop here; what arrives goes to the disk and takes no memory.
    minidump_bytes: usize = 100 * MIB,
    /// From the end of the head of a minidump's form to its end. 100 MiB in it needs 2.8 Mbit/s.
    minidump_deadline: Duration = Duration::from_secs(300),
    /// Minidumps that arrive at once, each with a thread of its own. Crashes are rare; of the last quarter no address gets more
    /// than its share.
    minidumps: usize = 8,
    /// What the minidumps of one project may have on disk; beyond it crashes are counted and their dumps are not kept. Most
    /// have less than a megabyte.
    minidump_project_bytes: usize = 2048 * MIB,
    /// How long minidumps are kept, which hold memory of whatever crashed: long enough to look into a release.
    keep_minidumps: Duration = Duration::from_secs(30 * 24 * 3600),
    /// Bodies up to this size, as sent, are inflated and decoded on the network thread: at most a millisecond or a few.
    /// Larger ones go to a thread of their own, so that they hold nobody else up.
    inline_bytes: usize = 64 * KIB,
    /// What a client is told to wait when it is asked to come back. A full second lets the journal write several thousand
    /// batches.
    retry_after: Duration = Duration::from_secs(1),
    /// From the order to stop until connections that still work are cut. Container runtimes kill after 10 s; what was
    /// acknowledged is on the disk anyway.
    drain_deadline: Duration = Duration::from_secs(8),
    /// Requests with events a second of one address (of IPv6, one /64); this machine's own are not counted. A company or a
    /// provider behind one address: at one upload a day and tool it is four million tools.
    sender_requests_per_second: u32 = 50,
    /// Events a second of one address. A server that hands the events of many on; tools that
    /// upload a hundred events each may do so fifty times a second.
    sender_events_per_second: u32 = 5_000,
    /// Requests with events a second of one project, over all of its keys. More than two cores take: until an operator
    /// sets less, projects are held to their fair shares of a collector that is busy, and to nothing on one that is not.
    project_requests_per_second: u32 = 50_000,
    /// Events a second of one project; likewise.
    project_events_per_second: u32 = 500_000,
    /// For how long a sender or a project may have saved up what it may a second: fleets report at the full hour.
    rate_burst: Duration = Duration::from_secs(60),
    /// Senders and projects whose rates are remembered, each. One takes about 50 bytes.
    rate_senders: usize = 100_000,
    /// Look-ups of unknown write keys a second. A guesser gets no more out of the metadata than a few milliseconds a
    /// second; clients with a new key are asked to come back.
    key_lookups_per_second: u32 = 100,
    /// How long a known write key is used before it is looked up again: what revoking a key takes to work.
    key_lifetime: Duration = Duration::from_secs(5),
    /// Different names of a kind of record, and different texts in a column such as `version`, of one project and day; the
    /// rest becomes `other`. Reports list 1,000 rows.
    names_per_day: usize = 1_000,
    /// Different properties of one project and day; those beyond are left out, and counted by their names. Analytics products
    /// bound them at a few hundred.
    properties_per_day: usize = 500,
    /// Different texts of one property, of one project and day; the rest becomes `other`. As many as a report lists.
    values_per_day: usize = 1_000,
    /// The same over all properties. 20 bytes each make 2 MiB, the most that a project takes in memory for its words.
    all_values_per_day: usize = 100_000,
    /// Different outcome reasons of one project and day. Reasons hold names that clients chose; the rest is counted as
    /// `other`.
    outcome_reasons: usize = 1000,
    /// Counters of one project that say totals, each since its process started, whose last total is remembered on disk: about
    /// 100 MB of them. Those beyond are dropped.
    counters: usize = 1_000_000,
    /// How long such a counter is remembered that is not heard of. A process that runs says its totals every minute.
    keep_counters: Duration = Duration::from_secs(35 * 24 * 3600),
    /// Queries at once. Each may use all cores; more would only slow each other down.
    queries: usize = 4,
    /// How long a query may run. The slowest report over 20 million rows took 5.3 s when measured.
    query_deadline: Duration = Duration::from_secs(30),
    /// Rows that free SQL gives back; `truncated` says when there were more. Larger results are for the tables
    /// themselves, which any engine reads.
    query_rows: usize = 10_000,
    /// What the rows of an answer may take in memory; `truncated` says when there were more. A page of text a row.
    query_answer_bytes: usize = 32 * MIB,
    /// Memory in which all queries together sort, group and join. Half of what a collector may take in all.
    query_memory_bytes: usize = QueryBounds::default().memory_bytes,
    /// Room on disk, under `tmp` in the data directory, for what does not fit; at most a quarter of what is free at the start,
    /// because events need room too.
    query_spill_bytes: usize = QueryBounds::default().spill_bytes as usize,
    /// The text of a query, or a form. Longer queries are generated, and the planner's recursion grows with them.
    small_body_bytes: usize = 64 * KIB,
    /// Signed-in browsers. A session takes about 200 bytes; the oldest goes first.
    sessions: usize = 10_000,
    /// How long a browser stays signed in.
    session_lifetime: Duration = Duration::from_secs(12 * 3600),
    /// How long a one-time sign-in link works: time to start a browser, or to copy the link to another machine.
    signin_lifetime: Duration = Duration::from_secs(3600),
}

/// A number with its unit.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for usize {
    fn shown(&self) -> String {
        match *self {
            bytes if bytes >= MIB && bytes % MIB == 0 => format!("{} MiB", bytes / MIB),
            bytes if bytes >= KIB && bytes % KIB == 0 => format!("{} KiB", bytes / KIB),
            number => number.to_string(),
        }
    }
}

impl Shown for u32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        match self.as_secs() {
            seconds if seconds >= 2 * 24 * 3600 && seconds % (24 * 3600) == 0 => format!("{} d", seconds / (24 * 3600)),
            seconds if seconds >= 3600 && seconds % 3600 == 0 => format!("{} h", seconds / 3600),
            seconds => format!("{seconds} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_reason() {
        for limit in Limits::default().described() {
            assert!(limit.reason.ends_with('.') && limit.reason.len() > 30, "{}: {}", limit.name, limit.reason);
        }
    }

    #[test]
    fn one_largest_body_fits_into_the_memory_of_all() {
        let limits = Limits::default();
        assert!(limits.body_bytes * 2 <= limits.buffered_bytes);
    }
}
