//! An acknowledged event is never lost and never counted twice.

use std::{collections::BTreeSet, io::Write, thread, time::Duration};

use candor_testkit::{Clients, Collector, During, Journaling, PowerCuts, Random, check, create_project};

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
        let mut cuts = match PowerCuts::begin(folder.path(), journaling, random) {
            Ok(cuts) => cuts,
            Err(missing) => {
                // Past the harness, which shows what a test prints only where it fails.
                let _ = writeln!(std::io::stderr(), "SKIPPED, no power can be cut here: {missing}");
                return;
            }
        };
        for during in During::ALL {
            assert_eq!(cuts.cut(during), Ok(()), "{journaling:?}, {during:?}; seed {seed}");
        }
        let sent = cuts.end().unwrap_or_else(|error| panic!("{journaling:?}: {error}; seed {seed}"));
        assert!(sent > 0, "the load was a load");
    }
}
