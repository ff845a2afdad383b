//! A running server.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Output, Stdio},
};

use candor_testkit::Home;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Jobs that run when they are asked for, and at no other time.
pub(crate) const BY_REQUEST: &str = "[job.collect]\nrun = \"collect\"\nproviders = [\"users\", \"mounts\"]\n\
    [job.check]\nrun = \"check\"\n[job.prune]\nrun = \"prune\"\nkeep = \"1s\"\n";

/// A home with a machine in it that has two users.
pub(crate) fn home() -> Home {
    let home = Home::new();
    write(&home, "machine/etc/passwd", "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n");
    write(&home, "machine/etc/group", "root:x:0:\n");
    write(&home, "machine/proc/1/mounts", "/dev/sda1 / ext4 rw 0 0\nnone /tmp tmpfs ro 0 0\n");
    write(&home, "core.toml", &format!("root = \"machine\"\n{BY_REQUEST}"));
    home
}

/// Writes a file below the home, with the directories above it.
pub(crate) fn write(home: &Home, name: &str, text: &str) {
    let path = home.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Keeps every job from writing to the inventory until it is dropped.
pub(crate) fn hold(home: &Home) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(home.path().join("inventory.db")).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// The command that starts a server of this home on a free port, without telemetry.
pub(crate) fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = with_telemetry(home, arguments);
    command.env("RESOTOCORE_ANALYTICS_OPT_OUT", "true");
    command
}

/// The same, where nothing says no.
pub(crate) fn with_telemetry(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(env!("CARGO_BIN_EXE_inventory-core"));
    command.args(["--listen", "127.0.0.1:0", "--config", "core.toml"]).args(arguments).stdin(Stdio::null());
    command
}

/// A server that listens; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    url: String,
    /// What it printed first.
    pub(crate) first_line: String,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON: {}", self.body))
    }

    /// Status and code of an answer that is not 200.
    pub(crate) fn refused(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap().to_owned())
    }
}

impl Server {
    /// Starts a server of this home.
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Self {
        Self::of(&mut command(home, arguments))
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first_line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first_line).unwrap();
        let url = first_line.find("http://").map(|at| first_line[at..].trim_end().trim_end_matches("\"}").to_owned());
        let url = url.unwrap_or_else(|| {
            let mut log = String::new();
            process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            panic!("the server ended before it listened: {first_line}{log}")
        });
        Self { process, url, first_line }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = agent().get(format!("{}{path}", self.url));
        read(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).call())
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.post_with(path, body, &[])
    }

    pub(crate) fn post_with(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let request = agent().post(format!("{}{path}", self.url));
        read(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send(body))
    }

    /// Executes a command line.
    pub(crate) fn execute(&self, line: &str) -> Answer {
        self.post("/cli/execute", line)
    }

    /// The rows that a command line gives.
    pub(crate) fn rows(&self, line: &str) -> Vec<Value> {
        let answer = self.execute(line);
        assert_eq!(answer.status, 200, "{line}: {}", answer.body);
        answer.json()["rows"].as_array().unwrap().clone()
    }

    /// Runs a job, which must end well.
    pub(crate) fn run_job(&self, name: &str) -> Value {
        let answer = self.post(&format!("/jobs/{name}/run"), "");
        assert_eq!((answer.status, &answer.json()["outcome"]), (200, &"ok".into()), "{}", answer.body);
        answer.json()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Sends SIGTERM and waits for the end; what it wrote to standard error comes with its status.
    pub(crate) fn stop(self) -> Output {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Waits for the end.
    pub(crate) fn wait(mut self) -> Output {
        let mut stderr = Vec::new();
        self.process.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        Output { status: self.process.wait().unwrap(), stdout: Vec::new(), stderr }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut answer = answer.unwrap();
    Answer { status: answer.status().as_u16(), body: answer.body_mut().read_to_string().unwrap() }
}
