//! The tool in a home of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use assert_cmd::assert::Assert;
use candor_testkit::Home;
use rusqlite::{Connection, types::FromSql};
use serde_json::Value;

/// The tool in a home of its own, which is also the current directory; without telemetry, unless a test wants it.
pub(crate) struct Tool {
    pub(crate) home: Home,
    opted_out: bool,
}

impl Tool {
    pub(crate) fn new() -> Self {
        Self { home: Home::new(), opted_out: true }
    }

    /// Nothing says no.
    #[cfg(feature = "telemetry")]
    pub(crate) fn with_telemetry() -> Self {
        Self { home: Home::new(), opted_out: false }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(env!("CARGO_BIN_EXE_inventory"));
        command.args(arguments);
        if self.opted_out {
            command.env("CQ_NO_TELEMETRY", "1");
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Assert {
        assert_cmd::Command::from_std(self.command(arguments)).assert()
    }

    /// The answer of a run with `--json`, which must be one JSON document and nothing else.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let assert = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_slice(&assert.get_output().stdout).unwrap()
    }

    /// The one value of a query over `inventory.db`.
    pub(crate) fn value<T: FromSql>(&self, sql: &str) -> T {
        let database = Connection::open(self.path("inventory.db")).unwrap();
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file below the home, with the directories above it.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

pub(crate) fn stdout(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

pub(crate) fn stderr(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}
