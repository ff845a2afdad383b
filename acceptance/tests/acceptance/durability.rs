//! An acknowledged event is never lost and never counted twice.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use candor_testkit::{Collector, Project, create_project, post, sql};

use crate::batch::tracks;

/// Unless `CANDOR_TEST_KILLS` says another number: a hundred take four minutes.
const KILLS: u64 = 20;
const CLIENTS: u64 = 4;
const EVENTS_A_BATCH: u64 = 20;

/// What the clients know: where the collector is now, and how many events it has acknowledged.
struct Load {
    url: Mutex<String>,
    acknowledged: AtomicU64,
    stop: AtomicBool,
    project: Project,
}

impl Load {
    /// Sends batch after batch; one that was not answered is sent again with the same ids, as real clients do.
    fn run_client(&self, client: u64) {
        let mut first = client << 32;
        while !self.stop.load(Ordering::Relaxed) {
            let body = tracks("kill", first..first + EVENTS_A_BATCH);
            loop {
                let url = format!("{}/v1/batch", self.url.lock().unwrap());
                match post(&url, &self.project.write_key, body.as_bytes()) {
                    Ok(answer) if answer.status == 200 => break,
                    Ok(answer) => assert!(answer.status == 503, "only overload is another answer: {answer:?}"),
                    Err(_) => thread::sleep(Duration::from_millis(5)),
                }
            }
            self.acknowledged.fetch_add(EVENTS_A_BATCH, Ordering::Relaxed);
            first += EVENTS_A_BATCH;
        }
    }
}

#[test]
fn no_acknowledged_event_is_lost_or_counted_twice_over_twenty_kills() {
    let kills = std::env::var("CANDOR_TEST_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let project = create_project(&data, "load", &[]);
    // Flushed and compacted every second, so that kills also hit commits of the tables.
    let start = || Collector::start_with(&data, &["--flush-interval", "1", "--maintenance-interval", "1"]);
    let first = start();
    let load = Load {
        url: Mutex::new(first.url().to_owned()),
        acknowledged: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        project,
    };
    let mut random = Random::seeded();
    let seed = random.0;
    let collector = thread::scope(|scope| {
        let mut collector = first;
        for client in 0..CLIENTS {
            let load = &load;
            scope.spawn(move || load.run_client(client));
        }
        for _ in 0..kills {
            thread::sleep(Duration::from_micros(random.below(1_500_000)));
            collector.kill();
            collector = start();
            *load.url.lock().unwrap() = collector.url().to_owned();
        }
        load.stop.store(true, Ordering::Relaxed);
        collector
    });
    let sent = load.acknowledged.into_inner();
    assert!(sent > kills * EVENTS_A_BATCH, "the load was a load: {sent} events");

    let counted = |data: &std::path::Path| {
        let query = "SELECT CAST(sum(count) AS BIGINT) AS total, count(DISTINCT attributes) AS different FROM facts";
        let row = &sql(data, query)[0];
        let sums = "SELECT CAST(sum(count) AS BIGINT) AS total FROM daily WHERE grain = 'release'";
        assert_eq!(sql(data, sums)[0]["total"], row["total"], "the sums are of what was counted; seed {seed}");
        (row["total"].as_u64().unwrap(), row["different"].as_u64().unwrap())
    };
    assert_eq!(counted(&data), (sent, sent), "beside the running collector; seed {seed}");
    collector.terminate();
    assert_eq!(counted(&data), (sent, sent), "after a graceful stop; seed {seed}");
}

/// A xorshift generator: the moments of the kills differ from run to run and the seed is printed where it fails.
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        Self(u64::from_le_bytes(bytes) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
