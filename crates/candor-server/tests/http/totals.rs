//! Counters of OpenTelemetry that say what they have come to.

use crate::server::{Answer, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candor_server::Limits;
use candor_store::{ProjectMode, StoreOptions};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A request with these points: of which command, since when, how many.
fn body(points: &[(&str, u64, u64)]) -> String {
    let point = |(command, start, value): &(&str, u64, u64)| {
        json!({"attributes": [{"key": "command", "value": {"stringValue": command}}],
            "startTimeUnixNano": start.to_string(), "asInt": value.to_string()})
    };
    let points: Vec<Value> = points.iter().map(point).collect();
    let sum = json!({"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points});
    json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "runs", "sum": sum}]}]}]}).to_string()
}

fn send(server: &Server, points: &[(&str, u64, u64)]) -> Answer {
    let authorization = server.authorization();
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let answer = server.send("POST", "/v1/metrics", &headers, body(points).as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// How often each command was counted.
fn counted(server: &Server) -> Value {
    let rows = server.rows(
        "SELECT json_text AS command, CAST(sum(count) AS BIGINT) AS n FROM \
         (SELECT attributes AS json_text, count FROM facts) GROUP BY 1 ORDER BY 1",
    );
    let pair = |row: &Value| {
        let said: Value = serde_json::from_str(row["command"].as_str().unwrap()).unwrap();
        (said["command"].as_str().unwrap().to_owned(), row["n"].clone())
    };
    rows.as_array().unwrap().iter().map(pair).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn what_a_total_adds_to_the_one_before_is_counted() {
    let server = Server::start();
    for (points, expected) in [
        (&[("sync", 1, 5), ("fetch", 1, 0)][..], json!({"sync": 5})),
        // The same again, as a retry or because nothing happened.
        (&[("sync", 1, 5), ("fetch", 1, 0)], json!({"sync": 5})),
        (&[("sync", 1, 7), ("fetch", 1, 2)], json!({"fetch": 2, "sync": 7})),
        // What is late.
        (&[("sync", 1, 6)], json!({"fetch": 2, "sync": 7})),
        // Another process, and both of them on.
        (&[("sync", 2, 3)], json!({"fetch": 2, "sync": 10})),
        (&[("sync", 1, 8), ("sync", 2, 4)], json!({"fetch": 2, "sync": 12})),
        // Several of one counter at once.
        (&[("sync", 2, 6), ("sync", 2, 5), ("sync", 2, 9)], json!({"fetch": 2, "sync": 17})),
    ] {
        assert_eq!(send(&server, points).body, "{}");
        assert_eq!(counted(&server), expected, "{points:?}");
    }
    // Of 13 items 7 added something; the others said again what was counted.
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (7, 6));
}

#[test]
fn totals_go_on_where_they_were_after_a_restart() {
    let mut server = Server::start();
    send(&server, &[("sync", 1, 5), ("fetch", 1, 1)]);
    server.restart();
    send(&server, &[("sync", 1, 7), ("fetch", 1, 1)]);
    assert_eq!(counted(&server), json!({"fetch": 1, "sync": 7}));
    server.restart();
    server.restart();
    send(&server, &[("sync", 1, 8), ("fetch", 1, 2)]);
    assert_eq!(counted(&server), json!({"fetch": 2, "sync": 8}));
}

#[test]
fn a_step_that_a_kill_kept_from_the_journal_is_counted_when_the_counter_is_heard_of_again() {
    let mut server = Server::start();
    send(&server, &[("sync", 1, 5)]);
    server.halt();
    let before = tempfile::tempdir().unwrap();
    let kept = ["journal", "tables", "ids"];
    kept.iter().for_each(|name| copy(&server.dir().join(name), &before.path().join(name)));
    server.start_again();
    send(&server, &[("sync", 1, 6), ("fetch", 1, 3)]);
    assert_eq!(counted(&server), json!({"fetch": 3, "sync": 6}));
    server.halt();
    // As if it had been killed when the catalog had the steps and the journal did not.
    for name in kept {
        fs::remove_dir_all(server.dir().join(name)).unwrap();
        copy(&before.path().join(name), &server.dir().join(name));
    }
    server.start_again();
    assert_eq!(counted(&server), json!({"sync": 5}));
    send(&server, &[("sync", 1, 12), ("fetch", 1, 3)]);
    assert_eq!(counted(&server), json!({"fetch": 3, "sync": 12}));
    send(&server, &[("sync", 1, 13)]);
    assert_eq!(counted(&server), json!({"fetch": 3, "sync": 13}));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn what_the_store_refused_is_counted_by_the_next_total() {
    let mut store = StoreOptions::for_testing();
    store.max_fresh_rows = 3;
    let server = Server::start_on(store);
    send(&server, &[("a", 1, 5), ("b", 1, 5), ("c", 1, 5)]);
    let authorization = server.authorization();
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let refused = server.send("POST", "/v1/metrics", &headers, body(&[("a", 1, 7)]).as_bytes());
    assert_eq!((refused.status, refused.code().as_str()), (503, "overloaded"));
    server.block_on(server.app().store().flush()).unwrap();
    send(&server, &[("a", 1, 9)]);
    assert_eq!(counted(&server), json!({"a": 9, "b": 5, "c": 5}));
}

#[test]
fn requests_at_once_count_each_step_once() {
    let server = Server::start();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                (1..=20).for_each(|value| drop(send(&server, &[("sync", 1, value), ("fetch", 1, 2 * value)])))
            });
        }
    });
    assert_eq!(counted(&server), json!({"fetch": 40, "sync": 20}));
}

#[test]
fn a_project_has_no_more_counters_than_it_may_and_goes_on_with_those_it_has() {
    let mut limits = Limits::default();
    limits.counters = 2;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    let said = |points| send(&server, points).json()["partialSuccess"].clone();
    let one = json!({"rejectedDataPoints": "1", "errorMessage": "too_many_counters: 1"});
    assert_eq!(said(&[("a", 1, 1), ("b", 1, 1), ("c", 1, 1)]), one);
    assert_eq!(said(&[("a", 1, 2), ("c", 1, 2)]), one);
    assert_eq!(said(&[("a", 1, 2), ("b", 1, 1)]), Value::Null);
    assert_eq!(counted(&server), json!({"a": 2, "b": 1}));
    assert_eq!(server.outcome("dropped", "too_many_counters"), 2);
}

/// What OpenTelemetry's SDK for Python sent: protobuf, with totals, as it does unless it is told otherwise.
#[test]
fn the_python_sdk_is_told_in_protobuf_which_of_its_totals_were_not_taken() {
    let mut limits = Limits::default();
    limits.counters = 0;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/../../acceptance/corpus/otlp-python.json");
    let recording: Value = serde_json::from_slice(&fs::read(recording).unwrap()).unwrap();
    let export = recording["requests"].as_array().unwrap().iter().find(|request| request["path"] == "/v1/metrics");
    let body = STANDARD.decode(export.unwrap()["body_base64"].as_str().unwrap()).unwrap();
    let authorization = server.authorization();
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/x-protobuf")];
    let answer = server.send("POST", "/v1/metrics", &headers, &body);
    // ExportMetricsServiceResponse { 1: PartialSuccess { 1: rejected_data_points, 2: error_message } }, both shorter than 128.
    let message = "not_kept: 2, too_many_counters: 1";
    let partial = [&[0x08, 3, 0x12, message.len() as u8], message.as_bytes()].concat();
    let expected = [&[0x0a, partial.len() as u8], &partial[..]].concat();
    assert_eq!((answer.status, answer.body.as_bytes()), (200, &expected[..]));
    assert_eq!(server.outcome("dropped", "too_many_counters"), 1);
}
