//! How many events a second the collector takes while it puts its tables together.
//!
//!     cargo build --release -p candor-cli -p benches
//!     target/release/questions fill DIR 10000000 9
//!     target/release/compacting DIR [SECONDS]
//!
//! By turns alone and beside a compaction of every day, in one run. Between two, the compaction goes on to its end without load.
//! DIR has a project more afterwards.

use std::{
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use benches::{
    load::{Load, Outcome, counted, run},
    process::peak_resident_mib,
    quantile,
};
use candor_testkit::{Collector, candor, create_project, program};

const TURNS: u32 = 3;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let data = arguments.next().expect("compacting DIR [SECONDS]");
    let data = Path::new(&data);
    let seconds = arguments.next().map_or(20, |text| text.parse().expect("SECONDS is a number"));
    let project = create_project(data, &format!("load-{}", std::process::id()), &["--mode", "open"]);
    let token = token(data);
    let collector = Collector::start(data);
    let address = collector.url().trim_start_matches("http://").to_owned();
    let load = Load { connections: 8, events_a_request: 100, time: Duration::from_secs(seconds), interval: None };
    let (mut alone, mut beside, mut acknowledged) = (Vec::new(), Vec::new(), 0);
    for turn in 0..TURNS {
        let without = run(&address, &project, load, turn * 2);
        let mut compaction = compact(&collector, &token);
        let started = Instant::now();
        let with = run(&address, &project, load, turn * 2 + 1);
        let is_done = compaction.try_wait().expect("a process").is_some();
        assert!(!is_done, "the compaction ended before the load: take a larger history, or fewer seconds");
        assert!(compaction.wait().expect("a process").success(), "the compaction failed");
        acknowledged += without.acknowledged + with.acknowledged;
        for (of, outcome) in [("alone", &without), ("beside", &with)] {
            anstream::println!("{of:6} {}", line(outcome));
        }
        anstream::println!("       the compaction took {:.0} s", started.elapsed().as_secs_f64());
        alone.push(without.rate());
        beside.push(with.rate());
    }
    let (alone, beside) = (quantile(&mut alone, 0.5), quantile(&mut beside, 0.5));
    let counted = counted(data, &project);
    anstream::println!(
        "beside a compaction {:.0} % of the rate, medians; acknowledged {acknowledged}, counted {counted}; peak {:.0} MiB",
        100.0 * beside / alone,
        peak_resident_mib(collector.id())
    );
    if counted == acknowledged { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(outcome: &Outcome) -> String {
    let mut latencies = outcome.latencies_ms.clone();
    let (middle, most) = (quantile(&mut latencies, 0.5), quantile(&mut latencies, 0.99));
    format!("{:9.0} events/s, answer p50 {middle:.1} ms p99 {most:.1} ms", outcome.rate())
}

/// A token that may have the collector work.
fn token(data: &Path) -> String {
    let data = data.to_str().expect("a path in UTF-8");
    let output = candor(&["token", "create", "--all-projects", "--scope", "admin", "--json", "--data", data]);
    assert!(output.status.success(), "candor token create: {}", String::from_utf8_lossy(&output.stderr));
    let created: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    created["token"].as_str().expect("a token").to_owned()
}

fn compact(collector: &Collector, token: &str) -> Child {
    let mut command = Command::new(program("candor"));
    command.args(["maintain", "compact-all", "--url", collector.url(), "--token", token]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().expect("candor starts")
}
