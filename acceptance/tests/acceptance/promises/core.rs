//! A running `inventory-core`.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use candor_testkit::{Answer, post};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Listens; killed when it is dropped.
pub(crate) struct Core {
    process: Child,
    url: String,
}

impl Core {
    /// Starts it and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.find("http://").map(|at| line[at..].trim_end().to_owned());
        Self { url: url.unwrap_or_else(|| panic!("it listens: {line}")), process }
    }

    /// Executes a command line.
    pub(crate) fn execute(&self, line: &str) -> Answer {
        post(&format!("{}/cli/execute", self.url), "", line.as_bytes()).unwrap()
    }

    /// Runs a job to its end, and gives the answer, however it ended.
    pub(crate) fn run_job(&self, name: &str) -> Value {
        let answer = post(&format!("{}/jobs/{name}/run", self.url), "", b"").unwrap();
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Sends SIGTERM, waits for the end, which must be a good one, and gives the log.
    pub(crate) fn stop(mut self) -> String {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(self.process.wait().unwrap().success(), "{log}");
        log
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
