//! How long a user waits for a tool that prints a line and reports one event, with one SDK each, in the situations that
//! networks and disks bring about.
//!
//!     cargo build --release && target/release/runner [RUNS]
//!
//! The tools run in turn, so that the machine's mood strikes all of them; medians are printed, as rows of a table. It all
//! happens in namespaces of its own: a network with nothing but this computer, its own resolv.conf, and a full disk.

mod machine;
mod server;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use machine::Machine;

const TOOLS: [&str; 5] = ["none", "candor", "sentry", "posthog", "rudder"];

/// Who waits longer has lost patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// What awaits the tools.
struct Situation {
    name: &'static str,
    endpoint: String,
    variables: Vec<(&'static str, String)>,
    home: PathBuf,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--inside", runs] => compare(runs.parse().expect("RUNS is a number")),
        [] => machine::enter("20"),
        [runs] => machine::enter(runs),
        _ => panic!("usage: runner [RUNS]"),
    }
}

fn compare(runs: usize) {
    let machine = Machine::start();
    let (answering, silent) = (server::answering(), server::silent());
    let closed = "http://127.0.0.1:9".to_owned();
    let unknown = "http://collector.example".to_owned();
    let situation = |name, endpoint: &str| Situation {
        name,
        endpoint: endpoint.to_owned(),
        variables: Vec::new(),
        home: machine.home(name),
    };
    let situations = [
        situation("server answers", &answering.endpoint),
        situation("port closed", &closed),
        situation("server accepts, never answers", &silent),
        situation("name server never answers", &unknown),
        Situation { variables: vec![("http_proxy", closed)], ..situation("proxy is dead", &unknown) },
        Situation { variables: vec![("http_proxy", silent.clone())], ..situation("proxy never answers", &unknown) },
        Situation { home: machine.full_disk(), ..situation("disk is full", &answering.endpoint) },
    ];
    let mut rows: Vec<String> = TOOLS.iter().map(|tool| format!("| {tool} |")).collect();
    for situation in &situations {
        let mut times = TOOLS.map(|_| Vec::new());
        let requests_before = answering.requests();
        for _ in 0..=runs {
            for (tool, times) in TOOLS.iter().zip(&mut times) {
                // One that has lost its user's patience once is not asked again.
                if times.last().is_none_or(Option::is_some) {
                    times.push(situation.time(tool));
                    // What a tool left behind is not to slow the next one.
                    thread::sleep(Duration::from_millis(30));
                }
            }
        }
        for (row, times) in rows.iter_mut().zip(&mut times) {
            row.push_str(&format!(" {} |", median(times)));
        }
        let (requests, situation) = (answering.requests() - requests_before, situation.name);
        eprintln!("{situation}: {requests} requests were answered");
    }
    let names: Vec<&str> = situations.iter().map(|situation| situation.name).collect();
    println!("| the tool | {} |", names.join(" | "));
    rows.iter().for_each(|row| println!("{row}"));
}

impl Situation {
    /// How long a run takes; `None` when it had to be stopped.
    fn time(&self, tool: &str) -> Option<Duration> {
        let mut command = Command::new(program(tool));
        command
            .env_clear()
            .env("HOME", &self.home)
            .env("SDK_ENDPOINT", &self.endpoint)
            .env("CANDOR_ENDPOINT", &self.endpoint)
            .env("CANDOR_UPLOAD_INTERVAL", "0")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let mut child = command.spawn().expect("the tool starts");
        let (ended, end) = mpsc::channel();
        let id = child.id().to_string();
        let watch = thread::spawn(move || {
            let is_late = end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
            is_late && Command::new("kill").args(["-9", &id]).status().is_ok_and(|status| status.success())
        });
        let status = child.wait().expect("the tool ends");
        let time = started.elapsed();
        // Whether anybody listens still does not matter.
        let _ = ended.send(());
        let was_stopped = watch.join().expect("the watch ends");
        assert!(was_stopped || status.success(), "{tool} {}: {status}", self.name);
        (!was_stopped).then_some(time)
    }
}

/// Of all runs but the first, which finds nothing in the caches.
fn median(times: &mut [Option<Duration>]) -> String {
    if times.contains(&None) {
        return format!("over {} s", PATIENCE.as_secs());
    }
    let times = &mut times[1..];
    times.sort_unstable();
    let millis = times[times.len() / 2].unwrap_or_default().as_secs_f64() * 1e3;
    if millis < 100.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

/// The tool with this SDK, beside this program.
fn program(tool: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this program has a path");
    own.parent().unwrap_or(Path::new(".")).join(format!("with-{tool}"))
}
