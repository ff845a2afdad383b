//! Official clients: their recorded bytes, and the clients themselves.

mod aptabase;
mod opentelemetry;
mod posthog;
mod segment;
mod sentry;

use std::{
    collections::BTreeMap,
    process::{Command, Output},
};

use base64::Engine;
use candor_testkit::{Answer, Collector, Project, add_key, sql, workspace};
use serde_json::Value;

/// A collector with the open project `clients`, whose key is the one that the clients are configured with.
fn collector(data: &std::path::Path, key: &str) -> (Collector, Project) {
    let collector = Collector::start(data);
    let project = collector.create_project("clients", &["--mode", "open"]);
    add_key(data, "clients", key);
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
            if request["answer"].is_object() {
                // What the real service said: some clients look at it.
                assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), request["answer"], "{answer:?}");
            }
            answer
        })
        .collect()
}

/// Runs a client of `acceptance/clients` and returns what it says of itself.
fn run_client(environment: &str, script: &str, arguments: &[&str]) -> Value {
    let output = client_output(environment, script, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a client to its end, however it ends.
fn client_output(environment: &str, script: &str, arguments: &[&str]) -> Output {
    let python = workspace().join("target/clients").join(environment).join("bin/python");
    assert!(python.is_file(), "{} is missing: run acceptance/clients/install.sh first", python.display());
    let script = workspace().join("acceptance/clients").join(script);
    Command::new(python).arg(script).args(arguments).output().unwrap()
}
