//! What is recorded arrives, once, however the collector behaves.

use std::collections::HashSet;

use candor_testkit::{FakeCollector, Reply, Request};
use serde_json::Value;

use crate::tool::{Tool, total};

fn ids(request: &Request) -> HashSet<String> {
    request.items().iter().map(|item| item["messageId"].as_str().unwrap().to_owned()).collect()
}

/// Replaces what differs from run to run and from machine to machine.
fn settled(body: &str) -> String {
    let mut text = body.to_owned();
    for key in ["messageId", "timestamp", "sentAt", "duration_ms", "os", "container", "channel"] {
        let mut out = String::new();
        let mut rest = text.as_str();
        let start = format!("\"{key}\":");
        while let Some(at) = rest.find(&start) {
            let (before, behind) = rest.split_at(at + start.len());
            let end = match behind.as_bytes()[0] {
                b'"' => behind[1..].find('"').unwrap() + 2,
                b'{' => behind.find('}').unwrap() + 1,
                _ => behind.find([',', '}']).unwrap(),
            };
            out = out + before + "…";
            rest = &behind[end..];
        }
        text = out + rest;
    }
    // Where the fixture was built says how it was installed, or nothing.
    text.replace(",\"channel\":…", "")
}

#[test]
fn these_bytes_are_sent() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["fetch", "fail"]);
    tool.send();
    let request = collector.wait_for_requests(1).remove(0);
    // The order within an upload is shuffled, and parts come from threads.
    let mut items: Vec<String> = request.items().iter().map(ToString::to_string).collect();
    assert_eq!(items.len(), 5);
    items.sort();
    for header in ["authorization", "content-type", "content-encoding", "user-agent"] {
        items.push(format!("{header}: {}", request.header(header).unwrap()));
    }
    let head = format!("{} {}", request.method, request.path);
    let body = settled(&request.body);
    let component =
        body.find(r#"{"type":"track","messageId":…,"anonymousId":"anonymous","event":"processes""#).unwrap();
    let length = body[component..].find(r#"}},"#).or_else(|| body[component..].find("}}]")).unwrap() + 2;
    insta::assert_snapshot!(format!("{head}\n{}\n{}", items[5..].join("\n"), &body[component..component + length]));
    let operation = request.items().into_iter().find(|item| item["event"] == "fetch").unwrap();
    let properties = &operation["properties"];
    assert_eq!((&properties["outcome"], &properties["error_class"]), (&"error".into(), &"refused".into()));
    assert_eq!((&properties["resources"], &properties["dry_run"]), (&100.into(), &false.into()));
    let parts = request.items().into_iter().filter(|item| item["event"] == "collect");
    let tables: Vec<Value> = parts.map(|part| part["properties"]["table"].clone()).collect();
    assert_eq!((tables.len(), tables.iter().filter(|table| **table == "other").count()), (3, 1), "two names at most");
    assert!(!request.body.contains("secret text"), "the text of an error is never sent");
}

#[test]
fn what_lies_in_the_spool_is_what_is_sent() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["fetch", "ok"]);
    tool.run(&["event", "2"]);
    tool.waiting();
    let waiting = tool.lines_on_disk();
    assert_eq!(tool.send(), "sent 7, gave up 0");
    let bodies: Vec<String> = collector.requests().into_iter().map(|request| request.body).collect();
    for line in &waiting {
        assert!(bodies.iter().any(|body| body.contains(line)), "{line}");
    }
    let items: usize = bodies.iter().map(|body| body.rfind("],").unwrap() - "{\"batch\":[".len() + 1).sum();
    assert_eq!(items, waiting.iter().map(|line| line.len() + 1).sum::<usize>(), "and nothing else");
    assert!(tool.waiting().is_empty(), "what the collector has leaves the disk");
}

#[test]
fn records_are_sent_by_a_helper_when_the_tool_has_ended() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    tool.run(&["fetch", "ok"]);
    let items = collector.wait_for_items(5);
    assert!(items.iter().all(|item| item["anonymousId"] == "anonymous"));
    assert!(items.iter().all(|item| item["timestamp"].as_str().unwrap().ends_with("T00:00:00.000Z")), "cut to the day");
}

#[test]
fn what_is_declared_as_aggregate_leaves_the_machine_as_sums() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    for _ in 0..3 {
        tool.run(&["count", "1000"]);
        tool.run(&["fetch", "ok"]);
    }
    tool.send();
    let items = collector.accepted_items();
    let of = |name: &str| items.iter().filter(|item| item["event"] == name).collect::<Vec<_>>();
    assert_eq!(of("queries").len(), 1);
    assert_eq!(of("queries")[0]["properties"]["count"], 3000);
    let fetch = of("fetch");
    assert_eq!((fetch.len(), &fetch[0]["properties"]["count"]), (1, &3.into()));
    let durations = fetch[0]["properties"]["durations"].as_array().unwrap();
    assert_eq!(durations.iter().map(|pair| pair[1].as_u64().unwrap()).sum::<u64>(), 3);
    assert_eq!(of("processes")[0]["properties"]["count"], 3);
    let parts: Vec<Value> = of("collect").into_iter().cloned().collect();
    assert_eq!(total(&parts), 9);
}

#[test]
fn a_retry_repeats_the_message_ids() {
    for failure in [Reply::Status(503), Reply::Status(429), Reply::Status(408), Reply::Close] {
        let collector = FakeCollector::answering([failure]);
        let tool = Tool::postponed(&collector);
        tool.run(&["event", "5"]);
        assert!(tool.send().starts_with("the collector is not available"));
        assert_eq!(tool.send(), "sent 5, gave up 0");
        let requests = collector.requests();
        assert_eq!(ids(&requests[0]), ids(&requests[1]));
        assert_eq!(ids(&requests[1]).len(), 5);
    }
}

#[test]
fn nothing_is_lost_while_nobody_listens() {
    let collector = FakeCollector::start();
    let mut tool = Tool::postponed(&collector);
    tool.endpoint = FakeCollector::refusing_endpoint();
    tool.run(&["event", "5"]);
    assert!(tool.send().starts_with("the collector is not available"));
    tool.endpoint = collector.endpoint();
    tool.postpone();
    tool.run(&["event", "2"]);
    assert_eq!(tool.send(), "sent 7, gave up 0");
}

#[test]
fn retry_after_is_honoured_by_the_next_run() {
    let collector = FakeCollector::answering([Reply::WithHeader(429, "retry-after", "7200".to_owned())]);
    let tool = Tool::agreed(&collector);
    tool.run(&["event", "1"]);
    collector.wait_for_requests(1);
    candor_testkit::wait_until("the schedule", || (tool.next_upload() > 7000.0).then_some(()));
    tool.run(&["event", "1"]);
    assert!(tool.next_upload() > 7000.0);
    assert_eq!(collector.requests().len(), 1);
}

#[test]
fn too_large_a_batch_is_halved() {
    let collector = FakeCollector::answering([Reply::Status(413), Reply::Status(413)]);
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "8"]);
    assert_eq!(tool.send(), "sent 8, gave up 0");
    let sizes: Vec<usize> = collector.requests().iter().map(|request| request.items().len()).collect();
    assert_eq!(sizes, [8, 4, 2, 2, 4]);
}

#[test]
fn one_bad_record_does_not_hold_up_the_others() {
    let collector = FakeCollector::answering([400, 400, 400, 200, 200].map(Reply::Status));
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "4"]);
    assert_eq!(tool.send(), "sent 3, gave up 1");
    tool.postpone();
    tool.run(&["event", "1"]);
    assert_eq!(tool.send(), "sent 2, gave up 0", "the next upload says how many were lost");
    let lost = collector.accepted_items().into_iter().find(|item| item["event"] == "candor_dropped").unwrap();
    assert_eq!(lost["properties"]["count"], 1);
}

#[test]
fn gone_stops_uploads_until_the_tools_version_changes() {
    let collector = FakeCollector::answering([Reply::Status(410)]);
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    let gone = "the collector takes nothing from this version any more";
    assert_eq!(tool.send(), gone);
    assert_eq!(tool.send(), gone);
    tool.run(&["event", "1"]);
    assert_eq!(collector.requests().len(), 1);
    assert_eq!(String::from_utf8(tool.run(&["send", "--patch"]).stdout).unwrap(), "sent 2, gave up 0\n");
}

#[test]
fn a_redirect_is_refused_and_the_body_goes_nowhere_else() {
    let elsewhere = FakeCollector::start();
    for status in [301, 302, 307, 308] {
        let collector = FakeCollector::answering([Reply::WithHeader(status, "location", elsewhere.endpoint())]);
        let tool = Tool::postponed(&collector);
        tool.run(&["event", "1"]);
        assert_eq!(tool.send(), format!("the collector refused with status {status}"));
        assert_eq!(tool.send(), "sent 1, gave up 0", "the record has stayed on the disk");
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn a_refused_key_keeps_the_records_and_is_not_tried_again_soon() {
    let collector = FakeCollector::answering([Reply::Status(401)]);
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    assert_eq!(tool.send(), "the collector refused with status 401");
    assert!(tool.next_upload() > 23.0 * 3600.0);
    assert_eq!(tool.send(), "sent 1, gave up 0");
}

#[test]
fn a_big_spool_goes_out_in_batches_that_collectors_take() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1200"]);
    assert_eq!(tool.send(), "sent 1200, gave up 0");
    let requests = collector.requests();
    assert!(requests.len() >= 3);
    for request in &requests {
        assert!(request.items().len() <= 500 && request.body.len() <= 500_000);
    }
    assert_eq!(requests.iter().flat_map(ids).collect::<HashSet<_>>().len(), 1200);
}

#[test]
fn records_older_than_thirty_days_are_given_up() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    let file = tool.home.state("fixture").join("usage.jsonl");
    let line = std::fs::read_to_string(&file).unwrap();
    let at = line.find("\"timestamp\":\"").unwrap() + "\"timestamp\":\"".len();
    let old = format!("{}2020-01-01{}", &line[..at], &line[at + 10..]);
    std::fs::write(&file, format!("{old}{line}")).unwrap();
    assert_eq!(tool.send(), "sent 1, gave up 1");
}
