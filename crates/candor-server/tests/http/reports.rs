//! Every report over HTTP, of a real store.

use crate::server::{Server, batch};
use candor_report::ReportName;
use serde_json::{Value, json};

/// An item of a kind, as the SDK spells it.
fn item(id: usize, kind: &str, name: &str, properties: &Value, context: &Value) -> String {
    let mut context = context.clone();
    context["candor"] = json!({ "format": 1, "kind": kind });
    json!({ "type": "track", "event": name, "messageId": format!("r{id}"), "properties": properties, "context": context })
        .to_string()
}

/// Something of most kinds, in two versions, on two platforms.
fn items(first: usize) -> Vec<String> {
    let linux = json!({ "app": { "version": "1.0.0" }, "os": { "name": "linux", "version": "6.12" } });
    let macos = json!({ "app": { "version": "1.1.0" }, "os": { "name": "macos" } });
    let items = [
        ("operation", "fetch", json!({ "outcome": "ok", "duration_ms": 100 }), &linux),
        ("operation", "fetch", json!({ "outcome": "error", "duration_ms": 2000 }), &macos),
        ("operation", "help", json!({ "outcome": "ok" }), &macos),
        ("count", "reload", json!({ "command": "now" }), &linux),
        ("lifecycle", "started", json!({ "parent": "instance" }), &linux),
    ];
    let number = |(index, (kind, name, properties, context)): (usize, (&str, &str, Value, &Value))| {
        item(first + index, kind, name, &properties, context)
    };
    items.into_iter().enumerate().map(number).collect()
}

#[test]
fn every_report_is_the_same_of_sums_and_of_rows_before_and_after_they_are_in_tables() {
    let server = Server::start();
    let path = |name: ReportName, rest: &str| format!("/api/v1/projects/inventory/reports/{name}?since=7d{rest}");
    assert_eq!(server.batch(batch(&items(0))).status, 200);
    let of_sums_and_of_rows = || {
        ReportName::ALL.map(|name| {
            let rest = if name.has_comparison() { "&compare=true" } else { "" };
            let [auto, raw] = ["auto", "raw"].map(|source| server.get(&path(name, &format!("{rest}&source={source}"))));
            assert_eq!((auto.status, raw.status), (200, 200), "{name}: {auto:?} {raw:?}");
            assert_eq!(auto.body, raw.body, "{name}");
            auto.json()["rows"].clone()
        })
    };
    let fresh = of_sums_and_of_rows();
    server.block_on(server.app().store().flush()).unwrap();
    let stored = of_sums_and_of_rows();
    for (name, (fresh, stored)) in ReportName::ALL.iter().zip(fresh.iter().zip(&stored)) {
        assert_eq!(fresh, stored, "{name}");
    }
    // Half in tables and half not.
    assert_eq!(server.batch(batch(&items(100))).status, 200);
    of_sums_and_of_rows();
    let report = server.get(&path(ReportName::Operations, "&source=raw")).json();
    assert_eq!((&report["rows"][0]["operation"], &report["rows"][0]["runs"]), (&json!("fetch"), &json!(4)));
    let report = server.get(&path(ReportName::Pipeline, "")).json();
    assert_eq!(report["rows"][0]["count"], 10, "{report}");
}

#[test]
fn a_report_is_broken_down_filtered_and_written_as_parquet() {
    let server = Server::start();
    assert_eq!(server.batch(batch(&items(0))).status, 200);
    let path = |rest: &str| format!("/api/v1/projects/inventory/reports/operations?{rest}");
    let report = server.get(&path("by=os&top=1")).json();
    assert_eq!(report["by"], "os");
    let values: Vec<_> = report["rows"].as_array().unwrap().iter().map(|row| row["value"].clone()).collect();
    assert_eq!(values, ["macos", "other", "macos"]);
    let report = server.get(&path("filter=os%3Dlinux")).json();
    assert_eq!(report["rows"].as_array().unwrap().len(), 1);
    let parquet = server.get(&path("format=parquet"));
    assert_eq!(parquet.headers["content-type"], "application/vnd.apache.parquet");
    assert!(parquet.body.starts_with("PAR1") && parquet.body.ends_with("PAR1"), "{parquet:?}");
}

#[test]
fn what_a_report_cannot_be_asked_is_refused_with_the_reason() {
    let server = Server::start();
    for (rest, reason) in [
        ("geography?by=os", "cannot be broken down"),
        ("operations?by=component", "only filtered"),
        ("operations?by=os&top=0", "between 1 and 100"),
        ("operations?by=os&source=rollup", "no sum of the rollup has"),
        ("live?compare=true", "cannot be compared"),
        ("operations?compare=maybe", "true or false"),
        ("operations?source=elsewhere", "no source"),
        ("operations?filter=provider", "no filter of an attribute"),
    ] {
        let answer = server.get(&format!("/api/v1/projects/inventory/reports/{rest}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_parameter"), "{rest}");
        assert!(answer.body.contains(reason), "{rest}: {}", answer.body);
    }
}
