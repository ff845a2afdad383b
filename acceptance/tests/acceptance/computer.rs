//! Where the reference applications run: a user's computer.

use std::process::{Command, Output, Stdio};

use candor_testkit::{Home, program, wait_until};
use serde_json::Value;

/// Jobs that run when they are asked for and at no other time, one of which crashes, and a rule that holds.
const CORE: &str = "policy = \"rules.toml\"\n[job.collect]\nrun = \"collect\"\nproviders = [\"users\", \"mounts\"]\n\
    [job.check]\nrun = \"check\"\n[job.prune]\nrun = \"prune\"\n\
    [job.broken]\nrun = \"collect\"\nproviders = [\"defective\"]\n";

/// A computer with a user who works in the home directory. Records are sent as soon as there are some.
pub(crate) struct Computer {
    pub(crate) home: Home,
}

impl Computer {
    /// The user agreed to statistics.
    pub(crate) fn agreed() -> Self {
        let computer = Self::without_a_choice();
        computer.home.store_consent("[inventory]\nlevel = \"stats\"\n[inventory-core]\nlevel = \"stats\"\n");
        computer
    }

    /// The user has said nothing.
    pub(crate) fn without_a_choice() -> Self {
        let computer = Self { home: Home::new() };
        computer.write("core.toml", CORE);
        computer.write("rules.toml", &rule("no-negative-ids", "SELECT name FROM users WHERE uid < 0"));
        computer
    }

    /// Writes a file below the home, with the directories above it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// `inventory`, which reports to `endpoint`.
    pub(crate) fn inventory(&self, endpoint: &str, arguments: &[&str]) -> Command {
        let mut command = self.home.command(program("inventory"));
        command.args(arguments).env("CANDOR_ENDPOINT", endpoint).stdin(Stdio::null());
        command
    }

    /// Runs it to its end, which must be a good one.
    pub(crate) fn run(&self, endpoint: &str, arguments: &[&str]) -> Output {
        let output = self.inventory(endpoint, arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// `inventory-core` on a free port, which reports to `endpoint`.
    pub(crate) fn core(&self, endpoint: &str, arguments: &[&str]) -> Command {
        let mut command = self.home.command(program("inventory-core"));
        command.args(["--listen", "127.0.0.1:0", "--config", "core.toml"]).args(arguments);
        command.env("CANDOR_ENDPOINT", endpoint).stdin(Stdio::null());
        command
    }

    /// Comes back when nothing waits any more. Helpers do it in their own time; `telemetry send` takes what they left.
    pub(crate) fn deliver(&self, application: &str, endpoint: &str) {
        self.deliver_by(application, |command| command.env("CANDOR_ENDPOINT", endpoint));
    }

    /// The same, to where this tells a command to report to.
    pub(crate) fn deliver_by(&self, application: &str, configure: impl Fn(&mut Command) -> &mut Command) {
        let telemetry = |word: &str| {
            let mut command = self.home.command(program(application));
            configure(command.args(["telemetry", word, "--json"])).output().unwrap()
        };
        wait_until("everything to be sent", || {
            let has_sent = telemetry("send").status.success();
            let status: Value = serde_json::from_slice(&telemetry("status").stdout).unwrap();
            let waits = |kind: &str| status["waiting"][kind].as_u64().unwrap();
            (has_sent && waits("usage") + waits("reports") == 0).then_some(())
        });
    }
}

/// A file with one rule.
pub(crate) fn rule(name: &str, sql: &str) -> String {
    format!("[[rule]]\nname = {name:?}\ntitle = {name:?}\nseverity = \"low\"\nsql = {sql:?}\n")
}
