//! An acknowledged event is never lost and never counted twice.

use std::{collections::BTreeSet, io::Write, ops::Range, thread, time::Duration};

use candor_testkit::{Clients, Collector, Disk, During, Journaling, PowerCuts, Random, check, create_project, tracks};

/// Unless `CANDOR_TEST_KILLS` says another number: a hundred take four minutes.
const KILLS: u64 = 20;
const CLIENTS: u64 = 4;

#[test]
fn no_acknowledged_event_is_lost_or_counted_twice_over_twenty_kills() {
    let kills = std::env::var("CANDOR_TEST_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let project = create_project(&data, "load", &[]);
    // Flushed and compacted every second, so that kills also hit commits of the tables.
    let start = || Collector::start_with(&data, &["--flush-interval", "1", "--maintenance-interval", "1"]);
    let mut collector = start();
    let clients = Clients::start(CLIENTS, collector.url(), project);
    let (mut random, seed) = Random::of_the_moment();
    for _ in 0..kills {
        thread::sleep(Duration::from_micros(random.below(1_500_000)));
        collector.kill();
        collector = start();
        clients.go_to(collector.url());
    }
    let (sent, refusals) = clients.stop();
    assert!(refusals.is_subset(&BTreeSet::from([503])), "only overload is another answer: {refusals:?}");
    assert!(sent > kills * 20, "the load was a load: {sent} events");
    assert_eq!(check(&data, sent), Ok(()), "beside the running collector; seed {seed}");
    collector.terminate();
    assert_eq!(check(&data, sent), Ok(()), "after a graceful stop; seed {seed}");
}

/// `cuts` in benches does many of them. Where no power can be cut, this says so on stderr and proves nothing.
#[test]
fn no_acknowledged_event_is_lost_or_counted_twice_over_power_cuts_where_loop_devices_can_be_mounted() {
    let folder = tempfile::tempdir().unwrap();
    for journaling in [Journaling::Ordered, Journaling::Writeback] {
        let (random, seed) = Random::of_the_moment();
        let Some(mut cuts) = or_skip(PowerCuts::begin(folder.path(), journaling, random)) else { return };
        for during in During::ALL {
            assert_eq!(cuts.cut(during), Ok(()), "{journaling:?}, {during:?}; seed {seed}");
        }
        let sent = cuts.end().unwrap_or_else(|error| panic!("{journaling:?}: {error}; seed {seed}"));
        assert!(sent > 0, "the load was a load");
    }
}

/// Where no disk can fail, this says so on stderr and proves nothing.
#[test]
fn on_a_failing_disk_the_collector_says_try_again_and_keeps_what_it_acknowledged_where_loop_devices_can_be_mounted() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = or_skip(Disk::create(folder.path(), "failing", Journaling::Ordered)) else { return };
    let (data, log) = (disk.place().join("data"), folder.path().join("log"));
    let project = create_project(&data, "load", &[]);
    let collector = Collector::start_logging_to(&data, &[], &log);
    let send = |collector: &Collector, numbers: Range<u64>| {
        let answer = collector.post("/v1/batch", &project.write_key, tracks("load", numbers).as_bytes()).unwrap();
        (answer.status, answer.body)
    };
    assert_eq!(send(&collector, 0..20).0, 200);
    disk.cut();
    for _ in 0..3 {
        let (status, body) = send(&collector, 20..40);
        assert!(status == 503 && body.contains("\"storage_unavailable\""), "{status} {body}");
    }
    assert!(!collector.stop().success(), "what it had in memory could not be written");
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(!said.contains("panicked") && said.trim_end().lines().last().unwrap().starts_with("error: "), "{said}");

    disk.power_on();
    let collector = Collector::start_logging_to(&data, &[], &log);
    assert_eq!(check(&data, 20), Ok(()));
    assert_eq!(send(&collector, 20..40).0, 200);
    assert_eq!(check(&data, 40), Ok(()));
    collector.terminate();
}

/// What needs a disk of its own, or `None` with a word on stderr about what is missing for that.
fn or_skip<T>(begun: Result<T, String>) -> Option<T> {
    // Past the harness, which shows what a test prints only where it fails.
    begun.inspect_err(|missing| drop(writeln!(std::io::stderr(), "SKIPPED, no disk can fail here: {missing}"))).ok()
}
