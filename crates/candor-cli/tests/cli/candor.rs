//! Running the binary in a place of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A data directory, and the binary to use on it.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    pub(crate) fn ok(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// The one line that says what went wrong.
    pub(crate) fn failed_with(self, status: i32) -> String {
        assert_eq!((self.status, self.out.as_str()), (status, ""), "{}", self.err);
        let line = self.err.strip_prefix("error: ").unwrap_or_else(|| panic!("{}", self.err));
        line.trim_end().to_owned()
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("candor"));
        command.current_dir(self.dir.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs a command; `DATA` among the arguments stands for the data directory.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let data = self.data();
        let arguments = arguments.iter().map(|argument| if *argument == "DATA" { data.as_str() } else { argument });
        Ended::of(&self.command().args(arguments).output().unwrap())
    }

    /// Creates a project and gives what is printed about it.
    pub(crate) fn create_project(&self, name: &str) -> Value {
        self.run(&["project", "create", name, "--data", "DATA", "--json"]).json()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Starts a collector and waits until it says that it is ready.
    pub(crate) fn serve(&self) -> Collector {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, settings: &[&str]) -> Collector {
        let data = self.data();
        let mut child = self
            .command()
            .args(["serve", "--data", &data, "--listen", "127.0.0.1:0"])
            .args(settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("candor listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Collector { url, child: Some(child), out }
    }
}

/// A running collector.
pub(crate) struct Collector {
    pub(crate) url: String,
    child: Option<Child>,
    out: BufReader<std::process::ChildStdout>,
}

impl Collector {
    /// Sends an operation of Candor's own SDK; the answer must be 200.
    pub(crate) fn send_operation(&self, write_key: &str, id: &str, name: &str, version: &str) {
        assert_eq!(self.post_operation(write_key, id, name, version), 200);
    }

    /// Sends an operation of Candor's own SDK, and gives the answer's status.
    pub(crate) fn post_operation(&self, write_key: &str, id: &str, name: &str, version: &str) -> u16 {
        let body = format!(
            r#"{{"batch": [{{"type": "track", "event": "{name}", "messageId": "{id}", "anonymousId": "anonymous",
                "properties": {{"outcome": "ok", "duration_ms": 100}},
                "context": {{"candor": {{"format": 1, "kind": "operation"}}, "app": {{"version": "{version}"}}}}}}]}}"#
        );
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        let head = format!(
            "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {write_key}\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
    }

    pub(crate) fn signal(&self, signal: &str) {
        let process = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }

    /// Asks it to stop, and gives its exit status, the rest of its stdout, and its log.
    pub(crate) fn stop(mut self, signal: &str) -> Ended {
        self.signal(signal);
        let mut child = self.child.take().unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let mut out = String::new();
        self.out.read_to_string(&mut out).unwrap();
        Ended { status: child.wait().unwrap().code().unwrap(), out, err }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // A test that failed; it may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
