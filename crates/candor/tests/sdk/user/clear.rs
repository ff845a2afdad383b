//! `telemetry clear` and `telemetry reset`.

use std::{fs, process::Stdio};

use candor_testkit::{FakeCollector, wait_until};

use super::{crash, id, json, say};
use crate::tool::{Tool, total};

#[test]
fn clearing_leaves_the_choice_the_identity_and_the_log_and_nothing_else_that_was_recorded() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1", "--identified"]);
    tool.run(&["send", "--identified"]);
    tool.postpone();
    tool.run(&["count", "1000"]);
    tool.run(&["event", "2"]);
    crash(&tool, "crashes.jsonl", &id('a'));
    crash(&tool, "local-crashes.jsonl", &id('b'));
    let consent = tool.home.path().join("config/candor/consent.toml");
    let identity = tool.home.path().join("candor/.fixture/telemetry-random-id");
    let before = (fs::read(&consent).unwrap(), fs::read(&identity).unwrap());
    assert!(say(&tool, &["clear"]).starts_with("Removed 1004 records. "));
    let status = json(&tool, &["status"]);
    let nothing = serde_json::json!({"usage": 0, "reports": 0});
    assert_eq!((&status["waiting"], &status["kept"]), (&nothing, &nothing));
    assert_eq!((fs::read(&consent).unwrap(), fs::read(&identity).unwrap()), before);
    assert_eq!(status["sent_requests"], 1);
    assert_eq!(tool.send(), "sent 0, gave up 0");
    assert_eq!(json(&tool, &["clear"])["records"], 0);
}

#[test]
fn a_process_that_goes_on_counting_counts_in_what_is_new() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let mut server = tool.command(&["serve"]).stdin(Stdio::piped()).spawn().unwrap();
    wait_until("the start and a heartbeat", || (total(&tool.waiting()) == 2).then_some(()));
    say(&tool, &["clear"]);
    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
    let waiting = tool.waiting();
    assert_eq!((waiting.len(), &waiting[0]["event"]), (1, &"stopped".into()));
}

#[test]
fn a_reset_makes_another_installation_and_sends_nothing_under_the_old_id() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let identity = tool.home.path().join("candor/.fixture/telemetry-random-id");
    tool.run(&["event", "2", "--identified"]);
    let before = fs::read_to_string(&identity).unwrap();
    let answer = say(&tool, &["reset", "--identified"]);
    assert!(answer.starts_with(&format!("Removed {}; ", identity.display())), "{answer}");
    assert!(answer.ends_with("Removed 2 records that waited to be sent.\n"), "{answer}");
    tool.run(&["event", "1", "--identified"]);
    let after = fs::read_to_string(&identity).unwrap();
    assert_ne!(after, before);
    tool.run(&["send", "--identified"]);
    let items = collector.accepted_items();
    assert_eq!((items.len(), items[0]["anonymousId"].as_str().unwrap()), (1, after.trim()));
}

#[test]
fn a_directory_in_the_place_of_an_identity_is_the_users_and_stays() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let identity = tool.home.path().join("candor/.fixture/telemetry-random-id");
    fs::create_dir_all(&identity).unwrap();
    let answer = say(&tool, &["reset", "--identified"]);
    assert!(answer.contains("is a directory, and stays"), "{answer}");
    assert!(identity.is_dir());
    assert!(say(&tool, &["reset"]).starts_with("There was no identity.\n"));
}
