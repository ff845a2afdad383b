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
    let cases = [
        ("--version", "nothing due", vec!["--version"], "http://127.0.0.1:9", "86400"),
        ("providers list", "nothing due", vec!["providers", "list"], "http://127.0.0.1:9", "86400"),
        ("providers list", "upload each run, port closed", vec!["providers", "list"], "http://127.0.0.1:9", "0"),
        ("--version", "collector never answers", vec!["--version"], &hanging, "0"),
        ("providers list", "collector never answers", vec!["providers", "list"], &hanging, "0"),
    ];
    for (command, situation, words, endpoint, interval) in cases {
        let home = tempfile::tempdir().expect("a temporary home");
        std::fs::create_dir_all(home.path().join("config/candor")).expect("a folder");
        std::fs::write(home.path().join("config/candor/consent.toml"), "[inventory]\nlevel = \"stats\"\n")
            .expect("consent");
        let (mut times_with, mut times_without) = (Vec::new(), Vec::new());
        for run in 0..=runs {
            let a = time(with, &words, home.path(), endpoint, interval);
            let b = time(without, &words, home.path(), endpoint, interval);
            if run > 0 {
                times_with.push(a);
                times_without.push(b);
            }
        }
        let (a, b) = (quantile(&mut times_with, 0.5), quantile(&mut times_without, 0.5));
        anstream::println!("{command:15} {situation:30} with {a:6.2} ms, without {b:6.2} ms, added {:+.2} ms", a - b);
    }
}

/// Milliseconds of a whole run.
fn time(program: &str, words: &[&str], home: &Path, endpoint: &str, interval: &str) -> f64 {
    let started = Instant::now();
    let status = Command::new(program)
        .args(words)
        .env_clear()
        .env("CANDOR_HOME", home.join("state"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("HOME", home)
        .env("CANDOR_ENDPOINT", endpoint)
        .env("CANDOR_UPLOAD_INTERVAL", interval)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the tool runs");
    assert!(status.success());
    started.elapsed().as_secs_f64() * 1e3
}
