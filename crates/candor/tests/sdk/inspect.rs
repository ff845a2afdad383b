//! What would be sent, for the user to read.

use std::fs;

use candor_testkit::FakeCollector;
use serde_json::Value;

use crate::tool::Tool;

/// The bodies in a log of requests.
fn bodies(log: &str) -> Vec<String> {
    log.split("POST ").skip(1).map(|request| request.split("\n\n").nth(1).unwrap().to_owned()).collect()
}

/// The body without the moment of sending, and with its items in order.
fn settled(body: &str) -> (Vec<String>, usize) {
    let value: Value = serde_json::from_str(body).unwrap();
    let mut items: Vec<String> = value["batch"].as_array().unwrap().iter().map(settled_item).collect();
    items.sort();
    (items, body.len())
}

fn settled_item(item: &Value) -> String {
    let mut item = item.clone();
    item["messageId"] = "…".into();
    if let Some(duration) = item["properties"].get_mut("duration_ms") {
        *duration = 0.into();
    }
    item.to_string()
}

#[test]
fn an_inspected_run_sends_nothing_and_writes_what_would_be_sent() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let output = tool.run(&["fetch", "fail", "--inspect-telemetry"]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    let log = fs::read_to_string(tool.home.path().join("fixture.log")).unwrap();
    assert!(
        log.starts_with(&format!("POST {}/v1/batch\ncontent-type: application/json\n", collector.endpoint())),
        "{log}"
    );
    assert!(collector.requests().is_empty());
    assert!(tool.waiting().is_empty(), "nor does it wait to be sent later");

    // The same run without the flag sends the same.
    tool.postpone();
    tool.run(&["fetch", "fail"]);
    tool.send();
    let sent: Vec<String> = collector.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(sent.len(), 1);
    let settled = |bodies: &[String]| bodies.iter().map(|body| settled(body).0).collect::<Vec<_>>();
    assert_eq!(settled(&bodies(&log)), settled(&sent));
}

#[test]
fn inspection_obeys_an_opt_out_and_needs_no_notice() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let log = tool.home.path().join("fixture.log");
    tool.run(&["fetch", "ok", "--inspect-telemetry", "--no-telemetry"]);
    assert!(!log.exists());
    tool.run(&["fetch", "ok", "--inspect-telemetry"]);
    assert_eq!(bodies(&fs::read_to_string(&log).unwrap()).len(), 1);
    tool.run(&["count", "3", "--inspect-telemetry"]);
    let log = fs::read_to_string(log).unwrap();
    let last: Value = serde_json::from_str(&bodies(&log)[1]).unwrap();
    assert_eq!(last["batch"][0]["properties"]["count"], 3, "one request after the other");
    assert!(collector.requests().is_empty());
}
