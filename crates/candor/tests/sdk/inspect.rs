//! What would be sent, for the user to read.

use std::fs;

use candor_testkit::{FakeCollector, Request};
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

/// A request as the log of an inspection spells it, but for the moment of sending.
fn logged(endpoint: &str, request: &Request) -> String {
    let authentication = if request.path == "/v1/batch" { "authorization" } else { "x-sentry-auth" };
    let headers = ["content-type", authentication].map(|name| format!("{name}: {}\n", request.header(name).unwrap()));
    without_moment(&format!("POST {endpoint}{}\n{}\n{}\n\n", request.path, headers.concat(), request.body.trim_end()))
}

fn without_moment(text: &str) -> String {
    let mut settled = text.to_owned();
    for key in ["\"sentAt\":\"", "\"sent_at\":\""] {
        let pieces = settled.split(key).enumerate().map(|(number, piece)| match number {
            0 => piece.to_owned(),
            _ => format!("{key}…{}", &piece[piece.find('"').unwrap()..]),
        });
        settled = pieces.collect();
    }
    settled
}

#[test]
fn what_is_inspected_is_byte_for_byte_what_a_collector_gets_of_the_same_records() {
    for release in ["--none", "--identified", "--rotating"] {
        let collector = FakeCollector::start();
        let tool = Tool::postponed(&collector);
        let run = |arguments: &[&str]| tool.command(arguments).env("FIXTURE_RELEASE", release).output().unwrap();
        // Consent covers what will wait; and the identity of the tool is made before somebody looks at it.
        run(&["event", "1"]);
        run(&["send"]);
        // While nothing can be written to the log, what is inspected waits for the next inspection.
        let log = tool.home.path().join("fixture.log");
        fs::create_dir(&log).unwrap();
        for arguments in [["fetch", "fail"], ["event", "600"], ["count", "1000"], ["panic", "fixed"], ["error", "once"]]
        {
            run(&[arguments[0], arguments[1], "--inspect-telemetry"]);
        }
        // The very same records wait to be sent as well.
        let state = tool.home.state("fixture");
        for entry in fs::read_dir(state.join("inspection")).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("usage.") || name.starts_with("crashes.") {
                fs::copy(entry.path(), state.join(name)).unwrap();
            }
        }
        let before = collector.requests().len();
        tool.postpone();
        run(&["send"]);
        let sent = collector.requests().split_off(before);
        fs::remove_dir(&log).unwrap();
        run(&["nothing", "--inspect-telemetry"]);
        let sent: Vec<String> = sent.iter().map(|request| logged(&collector.endpoint(), request)).collect();
        assert!(sent.len() >= 4, "{release}: usage and two reports: {}", sent.len());
        let inspected = without_moment(&fs::read_to_string(&log).unwrap());
        let differs = inspected.bytes().zip(sent.concat().bytes()).position(|(inspected, sent)| inspected != sent);
        assert!(inspected == sent.concat(), "{release}: from byte {differs:?} on");
    }
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

#[test]
fn runs_that_are_inspected_at_once_are_each_shown_once() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let children: Vec<_> =
        (0..32).map(|_| tool.command(&["event", "20", "--inspect-telemetry"]).spawn().unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let log = fs::read_to_string(tool.home.path().join("fixture.log")).unwrap();
    let mut ids: Vec<&str> = log.split(r#""messageId":""#).skip(1).map(|rest| &rest[..36]).collect();
    let shown = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((shown, ids.len()), (640, 640));
}
