//! How many events a second the collector takes, each durable before its answer; generator and collector share the machine.
//!
//!     cargo build --release -p candor-cli -p benches && target/release/ingest [SECONDS] [batches|singles [CONNECTIONS]]
//!
//! Afterwards it asks the collector how many it counted, and fails when that is not what was acknowledged.

use std::{process::ExitCode, time::Duration};

use benches::{
    load::{Load, counted, run},
    process::{cpu_seconds, peak_resident_mib},
    quantile,
};
use candor_testkit::{Collector, create_project};

fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).map_or(10, |text| text.parse().expect("SECONDS is a number"));
    let time = Duration::from_secs(seconds);
    let connections = std::env::args().nth(3).map(|text| text.parse().expect("CONNECTIONS is a number"));
    let of = |usual| connections.unwrap_or(usual);
    let loads = [
        Load { connections: of(8), events_a_request: 100, time, interval: None },
        Load { connections: of(64), events_a_request: 1, time, interval: None },
    ];
    let only = std::env::args().nth(2);
    let is_wanted = |load: &Load| match only.as_deref() {
        None => true,
        Some("batches") => load.events_a_request > 1,
        Some("singles") => load.events_a_request == 1,
        Some(other) => panic!("{other}: batches or singles"),
    };
    let mut exact = true;
    for load in loads.into_iter().filter(is_wanted) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let project = create_project(&data, "load", &["--mode", "open"]);
        let collector = Collector::start(&data);
        let address = collector.url().trim_start_matches("http://").to_owned();
        let mut outcome = run(&address, &project, load, 0);
        let cpu = cpu_seconds(collector.id());
        let peak = peak_resident_mib(collector.id());
        let counted = counted(collector.data(), &project);
        let rate = outcome.rate();
        anstream::println!(
            "{:3} events a request, {:2} connections: {rate:9.0} events/s, answer p50 {:.1} ms p99 {:.1} ms, {:.2} µs CPU an event in the collector, peak {peak:.0} MiB",
            load.events_a_request,
            load.connections,
            quantile(&mut outcome.latencies_ms, 0.5),
            quantile(&mut outcome.latencies_ms, 0.99),
            cpu / outcome.acknowledged as f64 * 1e6,
        );
        anstream::println!(
            "    acknowledged {}, counted {counted}, refused requests {}",
            outcome.acknowledged,
            outcome.refused
        );
        exact &= counted == outcome.acknowledged;
    }
    if exact { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
