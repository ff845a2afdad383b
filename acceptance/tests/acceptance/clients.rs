//! The official clients of Segment and RudderStack: their recorded bytes, and the clients themselves.

use std::{collections::BTreeMap, process::Command};

use base64::Engine;
use candor_testkit::{Answer, Collector, Project, add_key, sql, workspace};
use serde_json::Value;

/// The write key in the recordings.
const KEY: &str = "test-write-key";

/// A collector with the open project `clients`, whose key is the one that the clients are configured with.
fn collector(data: &std::path::Path) -> (Collector, Project) {
    let collector = Collector::start(data);
    let project = collector.create_project("clients", &["--mode", "open"]);
    add_key(data, "clients", KEY);
    (collector, project)
}

/// How often each event name was counted.
fn counted(collector: &Collector) -> BTreeMap<String, u64> {
    let query = "SELECT name, CAST(sum(count) AS BIGINT) AS count FROM facts GROUP BY name";
    let row = |row: &Value| (row["name"].as_str().unwrap().to_owned(), row["count"].as_u64().unwrap());
    sql(collector.data(), query).iter().map(row).collect()
}

fn counts(expected: &[(&str, u64)]) -> BTreeMap<String, u64> {
    expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// Sends every request of a recording again, byte for byte, and returns the answers.
fn replay(collector: &Collector, recording: &str) -> Vec<Answer> {
    let path = workspace().join("acceptance/corpus").join(recording).with_extension("json");
    let recording: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let requests = recording["requests"].as_array().unwrap();
    requests
        .iter()
        .map(|request| {
            let body =
                base64::engine::general_purpose::STANDARD.decode(request["body_base64"].as_str().unwrap()).unwrap();
            let header = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
            let headers: Vec<_> = request["headers"].as_array().unwrap().iter().map(header).collect();
            let answer = collector.post_as_recorded(request["path"].as_str().unwrap(), &headers, &body).unwrap();
            assert_eq!(Some(u64::from(answer.status)), request["status"].as_u64(), "{answer:?}");
            answer
        })
        .collect()
}

#[test]
fn recorded_requests_of_segment_for_python_are_counted_once_however_often_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"));
    for recording in ["segment-analytics-python", "segment-analytics-python", "segment-analytics-python-gzip"] {
        for answer in replay(&collector, recording) {
            assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap()["success"], true);
        }
    }
    // Two recordings, of which one came twice; the plain and the compressed run carry ids of their own.
    let expected = counts(&[
        ("$identify", 2),
        ("cli_command_run", 2),
        ("anon_event", 2),
        ("$page", 2),
        ("$screen", 2),
        ("$group", 2),
        ("$alias", 2),
        ("with_context", 2),
    ]);
    assert_eq!(counted(&collector), expected);
}

#[test]
fn recorded_requests_of_rudderstack_for_python_are_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"));
    replay(&collector, "rudder-sdk-python");
    let counted = counted(&collector);
    for name in ["$identify", "cli_command_run", "anon_event", "$page", "$screen", "$group", "$alias", "with_context"] {
        assert_eq!(counted.get(name), Some(&1), "{name} in {counted:?}");
    }
}

#[test]
fn recorded_requests_of_segment_for_rust_are_counted_by_content_as_they_have_no_ids() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"));
    replay(&collector, "segment-rust");
    let counted = counted(&collector);
    for name in ["$identify", "cli_command_run", "anon_event", "$page", "$screen", "$group", "$alias"] {
        assert_eq!(counted.get(name), Some(&1), "{name} in {counted:?}");
    }
}

/// Runs a client of `acceptance/clients` and returns what it says of itself.
fn run_client(environment: &str, script: &str, arguments: &[&str]) -> Value {
    let python = workspace().join("target/clients").join(environment).join("bin/python");
    assert!(python.is_file(), "{} is missing: run acceptance/clients/install.sh first", python.display());
    let script = workspace().join("acceptance/clients").join(script);
    let output = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn a_client_is_content_and_counted_exactly(environment: &str, script: &str, extra: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"));
    let mut arguments = vec!["--url", collector.url(), "--key", KEY, "--events", "250"];
    arguments.extend(extra);
    let said = run_client(environment, script, &arguments);
    assert_eq!(said["errors"], Value::Array(Vec::new()), "the client saw no error");
    let expected = counts(&[
        ("$identify", 1),
        ("cli_command_run", 1),
        ("$page", 1),
        ("$screen", 1),
        ("$group", 1),
        ("$alias", 1),
        ("burst", 250),
    ]);
    assert_eq!(counted(&collector), expected);
}

#[test]
fn segment_for_python_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly("segment", "segment_python.py", &[]);
}

#[test]
fn segment_for_python_with_gzip_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly("segment", "segment_python.py", &["--gzip"]);
}

#[test]
fn rudderstack_for_python_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly("rudder", "rudder_python.py", &[]);
}
