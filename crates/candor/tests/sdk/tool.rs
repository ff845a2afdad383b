//! The fixture tool (examples/fixture.rs) in a home of its own.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use candor_testkit::{FakeCollector, Home};
use serde_json::Value;

/// A choice that needs no notice.
pub(crate) const STATED: &str = "[fixture]\nlevel = \"all\"\n";

/// A home, and the collector that the tool reports to.
pub(crate) struct Tool {
    pub(crate) home: Home,
    pub(crate) endpoint: String,
}

impl Tool {
    /// A tool whose user has said yes.
    pub(crate) fn agreed(collector: &FakeCollector) -> Self {
        let tool = Self::fresh(collector);
        tool.home.store_consent(STATED);
        tool
    }

    /// The same, and no upload is due.
    pub(crate) fn postponed(collector: &FakeCollector) -> Self {
        let tool = Self::agreed(collector);
        tool.postpone();
        tool
    }

    /// A tool whose user has not said anything yet.
    pub(crate) fn fresh(collector: &FakeCollector) -> Self {
        Self { home: Home::new(), endpoint: collector.endpoint() }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(fixture());
        command.args(arguments).env("CANDOR_ENDPOINT", &self.endpoint);
        command
    }

    /// Runs the tool to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Lets no upload be due for ten days: what is recorded waits until the test sends it.
    pub(crate) fn postpone(&self) {
        let state = self.home.state("fixture");
        fs::create_dir_all(&state).unwrap();
        let schedule = File::options().append(true).create(true).open(state.join("upload.json")).unwrap();
        schedule.set_modified(SystemTime::now() + Duration::from_secs(10 * 24 * 3600)).unwrap();
    }

    /// How far ahead the next upload is, in seconds; negative when it is due.
    pub(crate) fn next_upload(&self) -> f64 {
        let modified = fs::metadata(self.home.state("fixture").join("upload.json")).unwrap().modified().unwrap();
        match modified.duration_since(SystemTime::now()) {
            Ok(ahead) => ahead.as_secs_f64(),
            Err(past) => -past.duration().as_secs_f64(),
        }
    }

    /// Sends in the foreground, and returns what `send` said.
    pub(crate) fn send(&self) -> String {
        let output = self.run(&["send"]);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What waits to be sent, the oldest first: items as they will be sent.
    pub(crate) fn waiting(&self) -> Vec<Value> {
        self.lines("waiting")
    }

    /// The lines of every file of usage, the oldest first.
    pub(crate) fn lines_on_disk(&self) -> Vec<String> {
        let names = fs::read_dir(self.home.state("fixture")).unwrap().map(|entry| entry.unwrap().file_name());
        let mut files: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        files.retain(|name| name.starts_with("usage.") && name.ends_with(".jsonl"));
        files.sort();
        files.iter().flat_map(|file| self.home.lines("fixture", file)).collect()
    }

    /// What is never sent.
    pub(crate) fn local(&self) -> Vec<Value> {
        self.lines("kept")
    }

    /// The reports that wait to be sent, the oldest first.
    pub(crate) fn crashes(&self) -> Vec<Value> {
        self.reports("crashes.jsonl")
    }

    /// The reports that stay.
    pub(crate) fn local_crashes(&self) -> Vec<Value> {
        self.reports("local-crashes.jsonl")
    }

    fn reports(&self, file: &str) -> Vec<Value> {
        let lines = self.home.lines("fixture", file);
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn lines(&self, which: &str) -> Vec<Value> {
        let output = self.run(&[which]);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// How many records these items stand for.
pub(crate) fn total(items: &[Value]) -> u64 {
    items.iter().map(|item| item["properties"]["count"].as_u64().unwrap_or(1)).sum()
}

/// Built by `cargo test` with the tests.
pub(crate) fn fixture() -> PathBuf {
    let path = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/fixture");
    assert!(path.is_file(), "run `cargo test --package candor`, which builds {}", path.display());
    path
}
