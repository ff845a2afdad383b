//! What telemetry adds to a whole run of a tool: `inventory` with the SDK against the same tool built without it.
//!
//!     target/release/startup WITH WITHOUT [RUNS]
//!
//! WITH and WITHOUT are the two binaries (`cargo build --release -p inventory` and the same with `--no-default-features
//! --features postgres`).
//! Both run in turn, so that the machine's mood strikes both; medians are printed.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use benches::quantile;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [with, without, ..] = &arguments[..] else { panic!("usage: startup WITH WITHOUT [RUNS]") };
    let runs = arguments.get(2).map_or(50, |text| text.parse().expect("RUNS is a number"));
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let hanging = format!("http://{}", silent.local_addr().expect("an address"));
    // Accepts, reads and never answers.
    thread::spawn(move || {
        for socket in silent.incoming().flatten() {
            thread::spawn(move || std::io::copy(&mut &socket, &mut std::io::sink()));
        }
    });
    let closed = "http://127.0.0.1:9";
    let list = ["providers", "list"];
    let cases = [
        Case::of("nothing due", &["--version"], closed).interval("86400"),
        Case::of("nothing due", &list, closed).interval("86400"),
        Case::of("upload each run, port closed", &list, closed),
        Case::of("collector never answers", &["--version"], &hanging),
        Case::of("collector never answers", &list, &hanging),
        Case::of("proxy is dead", &list, "http://collector.example").variable("http_proxy", closed),
        Case::of("name look-up leads nowhere", &list, "http://collector.invalid"),
        Case::of("no place to write", &list, closed).variable("CANDOR_HOME", "/proc/nowhere"),
        Case::of("opted out", &list, closed).variable("DO_NOT_TRACK", "1"),
    ];
    for case in &cases {
        let home = tempfile::tempdir().expect("a temporary home");
        std::fs::create_dir_all(home.path().join("config/candor")).expect("a folder");
        std::fs::write(home.path().join("config/candor/consent.toml"), "[inventory]\nlevel = \"stats\"\n")
            .expect("consent");
        let (mut times_with, mut times_without) = (Vec::new(), Vec::new());
        for run in 0..=runs {
            let a = case.time(with, home.path());
            let b = case.time(without, home.path());
            if run > 0 {
                times_with.push(a);
                times_without.push(b);
            }
        }
        let (a, b) = (quantile(&mut times_with, 0.5), quantile(&mut times_without, 0.5));
        let (command, situation) = (case.words.join(" "), case.situation);
        anstream::println!("{command:15} {situation:30} with {a:6.2} ms, without {b:6.2} ms, added {:+.2} ms", a - b);
    }
}

/// A run, and what awaits it.
struct Case<'a> {
    situation: &'a str,
    words: &'a [&'a str],
    variables: Vec<(&'a str, &'a str)>,
}

impl<'a> Case<'a> {
    /// With an upload that is due after every run.
    fn of(situation: &'a str, words: &'a [&'a str], endpoint: &'a str) -> Self {
        Self { situation, words, variables: vec![("CANDOR_ENDPOINT", endpoint), ("CANDOR_UPLOAD_INTERVAL", "0")] }
    }

    fn interval(self, seconds: &'a str) -> Self {
        self.variable("CANDOR_UPLOAD_INTERVAL", seconds)
    }

    fn variable(mut self, name: &'a str, value: &'a str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Milliseconds of a whole run.
    fn time(&self, program: &str, home: &Path) -> f64 {
        let started = Instant::now();
        let status = Command::new(program)
            .args(self.words)
            .env_clear()
            .env("CANDOR_HOME", home.join("state"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("HOME", home)
            .envs(self.variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("the tool runs");
        assert!(status.success());
        started.elapsed().as_secs_f64() * 1e3
    }
}
