//! Clients that send every batch until it is acknowledged, whatever happens to the collector meanwhile.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{Project, post, sql};

const EVENTS_A_BATCH: u64 = 20;
/// What they call their events.
const EVENT: &str = "load";

/// Some clients that send at once, each a batch after the other.
#[derive(Debug)]
pub struct Clients {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    url: Mutex<String>,
    project: Project,
    acknowledged: AtomicU64,
    refusals: Mutex<BTreeSet<u16>>,
    stop: AtomicBool,
}

impl Clients {
    /// So many, which send to a collector at `url`.
    #[must_use]
    pub fn start(number: u64, url: &str, project: Project) -> Self {
        let shared = Arc::new(Shared {
            url: Mutex::new(url.to_owned()),
            project,
            acknowledged: AtomicU64::new(0),
            refusals: Mutex::default(),
            stop: AtomicBool::new(false),
        });
        let client = |client| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.run_client(client))
        };
        Self { threads: (0..number).map(client).collect(), shared }
    }

    /// From here on the collector is at `url`.
    ///
    /// # Panics
    /// When a client did.
    pub fn go_to(&self, url: &str) {
        url.clone_into(&mut self.shared.url.lock().expect("a lock that nobody broke"));
    }

    /// Events that were answered with 200.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.shared.acknowledged.load(Ordering::Acquire)
    }

    /// Ends them, each when its batch is acknowledged. Returns how many events were sent and acknowledged, which is the same
    /// now, and what else they were answered.
    ///
    /// # Panics
    /// When one of them was told that a batch is wrong.
    #[must_use]
    pub fn stop(self) -> (u64, BTreeSet<u16>) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("a client that was never told to give up");
        }
        let refusals = self.shared.refusals.lock().expect("a lock that nobody broke").clone();
        (self.shared.acknowledged.load(Ordering::Acquire), refusals)
    }
}

impl Shared {
    /// A batch that was not answered is sent again with the same ids, as real clients do.
    fn run_client(&self, client: u64) {
        let mut first = client << 32;
        while !self.stop.load(Ordering::Relaxed) {
            let body = tracks(EVENT, first..first + EVENTS_A_BATCH);
            while !self.send(&body) {
                thread::sleep(Duration::from_millis(5));
            }
            self.acknowledged.fetch_add(EVENTS_A_BATCH, Ordering::Release);
            first += EVENTS_A_BATCH;
        }
    }

    fn send(&self, body: &str) -> bool {
        let url = format!("{}/v1/batch", self.url.lock().expect("a lock that nobody broke"));
        match post(&url, &self.project.write_key, body.as_bytes()) {
            Ok(answer) if answer.status == 200 => true,
            Ok(answer) => {
                assert!(answer.status >= 500, "the batch is not wrong: {answer:?}");
                self.refusals.lock().expect("a lock that nobody broke").insert(answer.status);
                false
            }
            Err(_) => false,
        }
    }
}

/// Whether `sent` events of clients, whose batches all were acknowledged, are counted in a data directory, each once, and in the
/// sums as often as in the facts.
///
/// # Errors
/// What is counted instead.
pub fn check(data: &Path, sent: u64) -> Result<(), String> {
    let number = |query: &str, column: &str| sql(data, query)[0][column].as_u64().unwrap_or(0);
    let facts = format!("FROM facts WHERE name = '{EVENT}'");
    let total = number(&format!("SELECT CAST(sum(count) AS BIGINT) AS total {facts}"), "total");
    let different = counted(data);
    let sums = format!("FROM daily WHERE grain = 'release' AND name = '{EVENT}'");
    let summed = number(&format!("SELECT CAST(sum(count) AS BIGINT) AS total {sums}"), "total");
    match (total, different, summed) == (sent, sent, sent) {
        true => Ok(()),
        false => Err(format!("{sent} acknowledged, {total} counted, {different} different, {summed} in the sums")),
    }
}

/// How many different events of clients there are.
pub(crate) fn counted(data: &Path) -> u64 {
    let query = format!("SELECT count(DISTINCT attributes) AS different FROM facts WHERE name = '{EVENT}'");
    sql(data, &query)[0]["different"].as_u64().unwrap_or(0)
}

/// A body of `POST /v1/batch` with one `track` event for each number, each with an id and the property `i` of its own.
#[must_use]
pub fn tracks(event: &str, numbers: impl IntoIterator<Item = u64>) -> String {
    tracks_of("anonymous", event, numbers)
}

/// The same of an installation.
pub(crate) fn tracks_of(installation: &str, event: &str, numbers: impl IntoIterator<Item = u64>) -> String {
    let mut body = String::from(r#"{"batch":["#);
    for (position, i) in numbers.into_iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(
            body,
            r#"{comma}{{"type":"track","messageId":"{event}-{i}","anonymousId":"{installation}","event":"{event}","properties":{{"i":{i}}}}}"#
        );
    }
    body.push_str("]}");
    body
}
