//! Errors that the tool reports: counted every time, told once.

use candor_testkit::FakeCollector;
use serde_json::Value;

use crate::tool::{Tool, total};

fn classes(event: &Value) -> Vec<&str> {
    let exceptions = event["exception"]["values"].as_array().unwrap();
    exceptions.iter().map(|exception| exception["type"].as_str().unwrap()).collect()
}

#[test]
fn an_error_is_told_by_its_types_and_its_place() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.command(&["error", "once"]).env("FIXTURE_SECRET", "hunter2").output().unwrap();
    let reports = tool.crashes();
    assert_eq!(reports.len(), 1);
    let event = &reports[0];
    assert_eq!(
        classes(event),
        ["std::io::ErrorKind::NotFound", "fixture::crashes::Unreadable", "read"],
        "the first cause first"
    );
    let exceptions = &event["exception"]["values"];
    assert!(exceptions.as_array().unwrap().iter().all(|exception| exception["value"] == Value::Null));
    assert_eq!(exceptions[2]["mechanism"], serde_json::json!({"type": "error", "handled": true}));
    let frames = exceptions[2]["stacktrace"]["frames"].as_array().unwrap();
    assert_eq!((frames.len(), &frames[0]["filename"]), (1, &"examples/fixture/crashes.rs".into()));
    assert!(frames[0]["lineno"].as_u64().unwrap() > 0);
    assert_eq!(event["level"], "error");
    let text = event.to_string();
    assert!(!text.contains("cannot be read") && !text.contains("hunter") && !text.contains("nowhere"), "{text}");
}

#[test]
fn an_error_whose_type_is_forgotten_is_told_by_its_causes() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["error", "forgotten"]);
    assert_eq!(classes(&tool.crashes()[0]), ["std::io::ErrorKind::NotFound", "unknown", "read"]);
}

#[test]
fn an_error_is_counted_each_time_and_told_once() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["error", "again"]);
    tool.run(&["error", "fields"]);
    assert_eq!(tool.crashes().len(), 2, "one a run");
    let items = tool.waiting();
    assert!(items.iter().all(|item| item["event"] == "read" && item["context"]["candor"]["kind"] == "error"));
    assert_eq!(total(&items), 6);
    assert!(items.iter().any(|item| item["properties"]["attempts"] == 3));
}

#[test]
fn an_operation_that_fails_with_an_error_has_its_class_and_the_error_knows_the_operation() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    assert_eq!(tool.run(&["error", "operation"]).status.code(), Some(1));
    assert_eq!(tool.crashes()[0]["transaction"], "fetch");
    let items = tool.waiting();
    let operation = items.iter().find(|item| item["event"] == "fetch").unwrap();
    assert_eq!(
        (&operation["properties"]["outcome"], &operation["properties"]["error_class"]),
        (&"error".into(), &"read".into())
    );
}

#[test]
fn what_is_expired_is_neither_counted_nor_told() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["error", "expired"]);
    assert!(tool.crashes().is_empty() && tool.waiting().is_empty());
}

#[test]
fn at_level_errors_errors_are_counted_and_told() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[all]\nlevel = \"errors\"\n");
    tool.postpone();
    tool.run(&["error", "operation"]);
    assert_eq!(tool.send(), "sent 2, gave up 0");
    assert_eq!(collector.accepted_events()[0]["transaction"], "fetch");
    let items = collector.accepted_items();
    assert_eq!((items.len(), &items[0]["event"]), (1, &"read".into()), "the error, and not the operation");
}
