//! `telemetry log` and `telemetry send`.

use std::fs;

use candor_testkit::{FakeCollector, Reply};
use serde_json::Value;

use super::{crash, id, json, say};
use crate::tool::Tool;

fn logged(tool: &Tool) -> Vec<String> {
    let log = json(tool, &["log"]);
    let body = |request: &Value| request["body"].as_str().unwrap().to_owned();
    log["requests"].as_array().unwrap().iter().map(body).collect()
}

#[test]
fn what_a_collector_accepted_stays_in_the_log_to_the_byte_and_the_newest_last() {
    let collector = FakeCollector::answering([Reply::Status(503)]);
    let tool = Tool::postponed(&collector);
    assert_eq!(say(&tool, &["log"]), "Nothing was sent.\n");
    tool.run(&["count", "1000"]);
    tool.send();
    assert!(logged(&tool).is_empty(), "it was not accepted");
    tool.send();
    tool.postpone();
    tool.run(&["event", "2"]);
    tool.send();
    let sent: Vec<String> = collector.requests().split_off(1).into_iter().map(|request| request.body).collect();
    assert_eq!(logged(&tool), sent);
    let log = fs::read_to_string(tool.home.state("fixture").join("sent.jsonl")).unwrap();
    assert!(!log.contains("Basic") && !log.contains("a2V5"), "the key is not in it: {log}");
    let screen = say(&tool, &["log"]);
    assert!(screen.ends_with("\n2 requests sent: 2 events, 1000 queries.\n"), "{screen}");
}

#[test]
fn a_log_that_cannot_be_written_stops_no_upload() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "2"]);
    fs::create_dir(tool.home.state("fixture").join("sent.jsonl")).unwrap();
    assert_eq!(tool.send(), "sent 2, gave up 0");
}

#[test]
fn a_helper_logs_what_it_sends_and_an_inspection_is_no_sending() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    tool.run(&["event", "1", "--inspect-telemetry"]);
    assert!(logged(&tool).is_empty());
    tool.run(&["event", "1"]);
    collector.wait_for_items(1);
    candor_testkit::wait_until("the log", || (logged(&tool).len() == 1).then_some(()));
}

#[test]
fn what_waits_is_sent_when_the_user_says_so_and_the_level_allows_it() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "3"]);
    assert_eq!(
        say(&tool, &["send", "--no-telemetry"]),
        "error: nothing is sent at level off (--no-telemetry)\n",
        "a flag on the same line has its say"
    );
    assert_eq!(say(&tool, &["send"]), "Sent 3 records.\n");
    let unread = Tool::fresh(&collector);
    unread.run(&["count", "3"]);
    assert_eq!(say(&unread, &["send"]), "error: nothing is sent at level local (notice not shown yet)\n");
}

#[test]
fn one_report_is_sent_by_an_explicit_act_also_where_all_stays_local() {
    let collector = FakeCollector::answering([Reply::Status(503)]);
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[fixture]\nlevel = \"local\"\n");
    tool.run(&["count", "3"]);
    let [one, other, third] = ["1a".repeat(16), "1b".repeat(16), id('2')];
    for id in [&one, &other, &third] {
        crash(&tool, "local-crashes.jsonl", id);
    }
    assert_eq!(say(&tool, &["send", "9"]), "error: there is no report 9: `telemetry status` lists them\n");
    assert_eq!(say(&tool, &["send", "1"]), "error: 2 reports begin with 1: give more of the id\n");
    assert_eq!(say(&tool, &["send", ""]), "error: 3 reports begin with : give more of the id\n");
    assert!(collector.requests().is_empty());

    assert_eq!(say(&tool, &["send", "1A1A1A1A-1A"]), "error: the collector is not available: status 503\n");
    assert_eq!(
        say(&tool, &["send", "1A1A1A1A-1A"]),
        format!("Sent the report {one} to {}/api/7/envelope/.\n", tool.endpoint)
    );
    let sent = &collector.requests()[1];
    assert_eq!(sent.path, "/api/7/envelope/");
    assert!(sent.header("x-sentry-auth").unwrap().contains("sentry_key=crashes"));
    let lines: Vec<&str> = sent.body.lines().collect();
    assert_eq!(lines.len(), 3, "one envelope, one report: {}", sent.body);
    assert!(lines[0].starts_with(&format!("{{\"event_id\":\"{one}\"")) && lines[2].contains("\"type\":\"panic\""));

    assert_eq!(logged(&tool), [sent.body.as_str()]);
    assert!(say(&tool, &["log"]).ends_with("1 request sent: 1 report panic.\n"));
    let status = json(&tool, &["status"]);
    let left: Vec<&str> =
        status["reports"].as_array().unwrap().iter().map(|report| report["id"].as_str().unwrap()).collect();
    assert_eq!(left, [other.as_str(), third.as_str()], "the others stay");
    assert_eq!(status["kept"], serde_json::json!({"usage": 3, "reports": 2}));
    assert!(say(&tool, &["send", &one]).starts_with("error: there is no report"));
}

#[test]
fn the_report_of_a_real_crash_stays_until_the_user_sends_it() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[fixture]\nlevel = \"local\"\n");
    tool.run(&["fetch", "panic"]);
    let status = json(&tool, &["status"]);
    assert_eq!((&status["kept"]["reports"], &status["reports"][0]["class"]), (&1.into(), &"panic".into()), "{status}");
    let id = status["reports"][0]["id"].as_str().unwrap();
    assert!(say(&tool, &["send", &id[..7]]).starts_with(&format!("Sent the report {id} to ")));
    let sent = collector.requests();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].body.starts_with(&format!("{{\"event_id\":\"{id}\"")), "{}", sent[0].body);
    assert_eq!(json(&tool, &["status"])["kept"]["reports"], 0);
}

#[test]
fn nothing_is_sent_at_level_off_not_even_by_an_explicit_act() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    crash(&tool, "local-crashes.jsonl", &id('e'));
    tool.home.store_consent("[all]\nlevel = \"off\"\n");
    assert!(say(&tool, &["send", "e"]).starts_with("error: nothing is sent at level off ("));
    assert!(collector.requests().is_empty());
}
