//! The real collector, as a process.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::program;

/// A running `candor serve` on a free loopback port; killed when it is dropped.
pub struct Collector {
    process: Child,
    url: String,
    data: PathBuf,
}

/// A project of a collector, with what `candor project create --json` said.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// The public key that its tools send.
    pub write_key: String,
    /// The token that reads its reports.
    pub token: String,
}

/// What the collector answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: String,
}

impl Collector {
    /// Starts a collector over `data` and waits until it is ready.
    ///
    /// # Panics
    /// When it does not say that it listens.
    #[must_use]
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// Like [`Collector::start`], with further arguments of `candor serve`.
    ///
    /// # Panics
    /// When it does not say that it listens.
    #[must_use]
    pub fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::start_logging(data, arguments, None)
    }

    /// Like [`Collector::start_with`], with a log of this level or of these targets and levels.
    ///
    /// # Panics
    /// When it does not say that it listens.
    #[must_use]
    pub fn start_logging(data: &Path, arguments: &[&str], level: Option<&str>) -> Self {
        Self::spawn(data, arguments, level, &data.with_extension("log"))
    }

    /// Like [`Collector::start_with`], with its log in a file that is not beside the data.
    ///
    /// # Panics
    /// When it does not say that it listens.
    #[must_use]
    pub fn start_logging_to(data: &Path, arguments: &[&str], log: &Path) -> Self {
        Self::spawn(data, arguments, None, log)
    }

    fn spawn(data: &Path, arguments: &[&str], level: Option<&str>, log_path: &Path) -> Self {
        let log = std::fs::File::create(log_path).expect("a file for the collector's log");
        let mut process = Command::new(program("candor"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .envs(level.map(|level| ("CANDOR_LOG", level)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("candor serve starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let url = lines.find_map(|line| line.ok()?.strip_prefix("candor listening on ").map(str::to_owned));
        let url = url.unwrap_or_else(|| {
            let log = std::fs::read_to_string(log_path).unwrap_or_default();
            panic!("candor serve ended before it listened:\n{log}")
        });
        // What it prints later must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url, data: data.to_owned() }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Its data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Ends it with SIGKILL, at whatever it is doing.
    ///
    /// # Panics
    /// When it has ended by itself before.
    pub fn kill(mut self) {
        assert!(matches!(self.process.try_wait(), Ok(None)), "the collector ended by itself");
        self.process.kill().expect("SIGKILL reaches it");
        self.process.wait().expect("it ends");
    }

    /// Ends it with SIGTERM and waits until it has drained.
    ///
    /// # Panics
    /// When it does not end with status 0.
    pub fn terminate(self) {
        let status = self.stop();
        assert!(status.success(), "the collector drained and ended well: {status}");
    }

    /// Ends it with SIGTERM, and says how it ended.
    ///
    /// # Panics
    /// When it does not end.
    #[must_use]
    pub fn stop(mut self) -> ExitStatus {
        let process = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("SIGTERM reaches it");
        self.process.wait().expect("it ends")
    }

    /// Creates a project in the collector's data directory, beside the running process.
    ///
    /// # Panics
    /// When the command fails.
    #[must_use]
    pub fn create_project(&self, name: &str, arguments: &[&str]) -> Project {
        create_project(&self.data, name, arguments)
    }

    /// Posts a body to one of its routes.
    ///
    /// # Errors
    /// When no complete answer came: refused, reset or cut off.
    pub fn post(&self, path: &str, write_key: &str, body: &[u8]) -> Result<Answer, String> {
        post(&format!("{}{path}", self.url), write_key, body)
    }

    /// Posts a body with exactly these headers: what a recording holds.
    ///
    /// # Errors
    /// When no complete answer came: refused, reset or cut off.
    pub fn post_as_recorded(&self, path: &str, headers: &[(String, String)], body: &[u8]) -> Result<Answer, String> {
        let request = agent().post(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        read(request.send(body))
    }

    /// A report over HTTP, as JSON; filters go behind its name, such as `operations?ci=no`.
    ///
    /// # Panics
    /// When the answer is not 200.
    #[must_use]
    pub fn report(&self, project: &Project, name: &str) -> Value {
        self.ask(project, &format!("reports/{name}"))
    }

    /// What became of everything that the project was sent, over HTTP, as JSON.
    ///
    /// # Panics
    /// When the answer is not 200.
    #[must_use]
    pub fn pipeline(&self, project: &Project) -> Value {
        self.ask(project, "pipeline")
    }

    fn ask(&self, project: &Project, what: &str) -> Value {
        let url = format!("{}/api/v1/projects/{}/{what}", self.url, project.name);
        let request = agent().get(&url).header("authorization", format!("Bearer {}", project.token));
        let answer = read(request.call()).expect("an answer");
        assert_eq!(answer.status, 200, "GET {url}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // It may have been killed or terminated before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Creates a project in a data directory, whether or not a collector runs on it.
///
/// # Panics
/// When the command fails.
#[must_use]
pub fn create_project(data: &Path, name: &str, arguments: &[&str]) -> Project {
    let mut words = vec!["project", "create", name, "--json", "--data"];
    let data = data.to_str().expect("a path of the test");
    words.push(data);
    words.extend(arguments);
    let output = candor(&words);
    assert!(output.status.success(), "candor project create: {}", String::from_utf8_lossy(&output.stderr));
    let created: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |key: &str| created[key].as_str().unwrap_or_else(|| panic!("{key} in {created}")).to_owned();
    Project { name: text("project"), write_key: text("write_key"), token: text("token") }
}

/// The rows that a query finds in a data directory, whether or not a collector runs on it.
///
/// # Panics
/// When the query fails.
#[must_use]
pub fn sql(data: &Path, query: &str) -> Vec<Value> {
    // What is asked here is small, and a busy machine no reason to fail.
    let patience = ["--timeout", "600"];
    let data = data.to_str().expect("a path of the test");
    let output = candor(&[&["sql", query, "--json", "--data", data][..], &patience].concat());
    assert!(output.status.success(), "candor sql: {}", String::from_utf8_lossy(&output.stderr));
    let mut answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    match answer["rows"].take() {
        Value::Array(rows) => rows,
        other => panic!("rows are a list: {other}"),
    }
}

/// Makes a given key a write key of a project, as for tools that were built with it.
///
/// # Panics
/// When the command fails.
pub fn add_key(data: &Path, project: &str, key: &str) {
    let data = data.to_str().expect("a path of the test");
    let output = candor(&["keys", "add", "--project", project, "--key", key, "--data", data]);
    assert!(output.status.success(), "candor keys add: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs `candor` with these arguments to its end.
///
/// # Panics
/// When it does not start.
#[must_use]
pub fn candor(arguments: &[&str]) -> Output {
    Command::new(program("candor")).args(arguments).stdin(Stdio::null()).output().expect("candor starts")
}

/// Posts a body with HTTP Basic authentication, as Segment's clients do.
///
/// # Errors
/// When no complete answer came: refused, reset or cut off.
pub fn post(url: &str, write_key: &str, body: &[u8]) -> Result<Answer, String> {
    let request =
        agent().post(url).header("authorization", basic(write_key)).header("content-type", "application/json");
    read(request.send(body))
}

fn agent() -> ureq::Agent {
    let config =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
    config.build().into()
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, String> {
    let mut answer = answer.map_err(|error| error.to_string())?;
    let body = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    Ok(Answer { status: answer.status().as_u16(), body })
}

/// `Basic base64(KEY ":")`.
#[must_use]
pub fn basic(write_key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{write_key}:")))
}
