//! What the collector still takes when three times as much comes as it can take.
//!
//!     cargo build --release -p candor-cli -p benches && target/release/overload [SECONDS]
//!
//! First it is asked for the most that it takes; then 400 connections together offer three times that. It fails where an
//! acknowledged event is not counted, a refused request is not told when to come back, or less than 80 % of the most is taken.

use std::{process::ExitCode, time::Duration};

use benches::{
    load::{Load, counted, run},
    process::peak_resident_mib,
    quantile,
};
use candor_testkit::{Collector, create_project};

const EVENTS_A_REQUEST: usize = 100;
const CONNECTIONS: u32 = 400;
const TIMES: f64 = 3.0;

fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).map_or(120, |text| text.parse().expect("SECONDS is a number"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let project = create_project(&data, "load", &["--mode", "open"]);
    let collector = Collector::start(&data);
    let address = collector.url().trim_start_matches("http://").to_owned();

    let time = Duration::from_secs(20);
    let most = Load { connections: 8, events_a_request: EVENTS_A_REQUEST, time, interval: None };
    let most = run(&address, &project, most, 0);
    let interval = Duration::from_secs_f64(f64::from(CONNECTIONS) * EVENTS_A_REQUEST as f64 / (TIMES * most.rate()));
    let time = Duration::from_secs(seconds);
    let load = Load { connections: CONNECTIONS, events_a_request: EVENTS_A_REQUEST, time, interval: Some(interval) };
    let mut over = run(&address, &project, load, 1);

    let counted = counted(collector.data(), &project);
    let acknowledged = most.acknowledged + over.acknowledged;
    let unanswered = most.unanswered + over.unanswered;
    let share = over.rate() / most.rate();
    anstream::println!(
        "most {:.0} events/s; offered {TIMES} times that for {seconds} s: {:.0} events/s ({:.0} %), answer p50 {:.0} ms p99 {:.0} ms",
        most.rate(),
        over.rate(),
        share * 100.0,
        quantile(&mut over.latencies_ms, 0.5),
        quantile(&mut over.latencies_ms, 0.99),
    );
    anstream::println!(
        "    acknowledged {acknowledged}, without an answer {unanswered}, counted {counted}; refused requests {}, {} of them without Retry-After; peak {:.0} MiB",
        over.refused,
        over.refused_for_good,
        peak_resident_mib(collector.id()),
    );
    let is_good =
        (acknowledged..=acknowledged + unanswered).contains(&counted) && over.refused_for_good == 0 && share >= 0.8;
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
