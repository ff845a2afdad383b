//! The real tool, its real helper process, and the real collector.

use std::{
    fs,
    io::Read,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use candor_testkit::{Collector, Project, add_key, program, workspace};
use serde_json::Value;

use crate::files::{assert_nowhere, below};

/// A user's computer: a home in which statistics were agreed to.
struct Computer {
    home: tempfile::TempDir,
}

impl Computer {
    fn with_consent() -> Self {
        let computer = Self::without_a_choice();
        let folder = computer.path().join("config/candor");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("consent.toml"), "[inventory]\nlevel = \"stats\"\n").unwrap();
        computer
    }

    fn without_a_choice() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    /// The tool with telemetry going to `endpoint`, an upload being due after every run.
    fn tool(&self, endpoint: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("inventory"));
        command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.path()).env("XDG_CONFIG_HOME", self.path().join("config"));
        command.env("CANDOR_HOME", self.path().join("state")).env("CANDOR_ENDPOINT", endpoint);
        command.env("CANDOR_UPLOAD_INTERVAL", "0").current_dir(self.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, endpoint: &str, arguments: &[&str]) -> Output {
        let output = self.tool(endpoint, arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Every file below the home, without the consent that the test itself put there.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = below(self.path());
        files.retain(|file| !file.ends_with("config/candor/consent.toml"));
        files
    }
}

/// A collector with the project `inventory`, made from the tool's own manifest and reachable by the key in it.
fn collector(data: &Path) -> (Collector, Project) {
    let manifest = workspace().join("apps/inventory/telemetry.toml");
    let collector = Collector::start(data);
    let project = collector.create_project("inventory", &["--manifest", manifest.to_str().unwrap()]);
    let text = fs::read_to_string(manifest).unwrap();
    let key = text.lines().find_map(|line| line.strip_prefix("write_key = ")).unwrap().trim_matches('"');
    add_key(data, "inventory", key);
    (collector, project)
}

/// Asks for a report until it has what the test waits for; delivery happens behind the tool's back.
fn report_once(collector: &Collector, project: &Project, name: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut rows = Vec::new();
    for _ in 0..300 {
        rows = collector.report(project, name)["rows"].as_array().unwrap().clone();
        if enough(&rows) {
            return rows;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("the report {name} still says {rows:?}")
}

#[test]
fn a_run_of_the_tool_is_in_the_reports_with_its_parts_components_and_version() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, project) = collector(&folder.path().join("data"));
    let computer = Computer::with_consent();
    computer.run(collector.url(), &["fetch", "--db", "inventory.db", "--providers", "users,mounts"]);

    let operations = report_once(&collector, &project, "operations", |rows| !rows.is_empty());
    assert_eq!(operations.len(), 1, "{operations:?}");
    assert_eq!(operations[0]["operation"], "fetch");
    assert_eq!((&operations[0]["runs"], &operations[0]["ok"]), (&Value::from(1), &Value::from(1)));

    let parts = report_once(&collector, &project, "parts", |rows| !rows.is_empty());
    assert!(parts.iter().all(|row| row["operation"] == "fetch"), "{parts:?}");

    let versions = collector.report(&project, "versions");
    assert_eq!(versions["rows"][0]["version"], env!("CARGO_PKG_VERSION"));

    let components = report_once(&collector, &project, "components", |rows| rows.len() >= 2);
    let names: Vec<&str> = components.iter().filter_map(|row| row["component"].as_str()).collect();
    assert!(names.contains(&"users") && names.contains(&"mounts"), "{components:?}");
}

#[test]
fn what_was_fetched_stays_on_the_computer() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (collector, project) = collector(&data);
    let computer = Computer::with_consent();
    computer.run(collector.url(), &["fetch", "--db", "inventory.db", "--providers", "users,interfaces"]);
    report_once(&collector, &project, "operations", |rows| !rows.is_empty());
    collector.terminate();

    let home = computer.path().to_str().unwrap().to_owned();
    assert_nowhere(&data, &[home, "/etc/passwd".to_owned(), "veth".to_owned()]);
}

#[test]
fn telemetry_that_is_off_leaves_no_file_and_sends_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let computer = Computer::with_consent();
    computer.run(&endpoint, &["--no-telemetry", "providers", "list"]);
    for (variable, value) in [("CQ_NO_TELEMETRY", "1"), ("DO_NOT_TRACK", "1"), ("CQ_NO_TELEMETRY", "no idea")] {
        let mut tool = computer.tool(&endpoint, &["providers", "list"]);
        assert!(tool.env(variable, value).output().unwrap().status.success());
    }
    assert_eq!(computer.files(), Vec::<PathBuf>::new());
    assert!(silent.accept().is_err(), "nobody connected");
}

#[test]
fn nothing_is_sent_before_the_user_was_told() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let computer = Computer::without_a_choice();
    for _ in 0..3 {
        // Standard error is a pipe here: nobody could have read the notice.
        computer.run(&endpoint, &["providers", "list"]);
    }
    assert!(silent.accept().is_err(), "nobody connected");
}

#[test]
fn a_collector_that_never_answers_does_not_hold_the_tool() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let computer = Computer::with_consent();
    computer.run(&endpoint, &["providers", "list"]);
    // The tool has ended; only now is its upload accepted, and it is never answered.
    let (mut socket, _) = silent.accept().unwrap();
    let mut first = [0; 4];
    socket.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"POST");
}
