//! `telemetry preview`: the bytes of the next upload, before it.

use std::fs;

use candor_testkit::FakeCollector;
use serde_json::Value;

use super::{crash, id, json, say};
use crate::tool::{STATED, Tool, total};

/// A body but for the moment of sending, which is in it.
fn settled(body: &str) -> String {
    let mut settled = body.to_owned();
    for key in ["\"sentAt\":\"", "\"sent_at\":\""] {
        if let Some(at) = settled.find(key) {
            let start = at + key.len();
            let end = start + settled[start..].find('"').unwrap();
            settled.replace_range(start..end, "…");
        }
    }
    settled
}

fn bodies(preview: &Value) -> Vec<String> {
    preview["requests"].as_array().unwrap().iter().map(|request| settled(request["body"].as_str().unwrap())).collect()
}

#[test]
fn what_is_previewed_is_what_is_sent_byte_for_byte() {
    let collector = FakeCollector::start();
    for identity in ["--none", "--identified"] {
        let tool = Tool::postponed(&collector);
        tool.run(&["count", "1000", identity]);
        tool.run(&["event", "600", identity]);
        tool.run(&["fetch", "ok", identity]);
        // Something that was lost, and a report.
        fs::write(tool.home.state("fixture").join("dropped"), "3").unwrap();
        crash(&tool, "crashes.jsonl", &id('c'));
        let before = collector.requests().len();

        let preview = json(&tool, &["preview", identity]);
        assert_eq!(preview["sends"], true);
        assert_eq!(bodies(&json(&tool, &["preview", identity])), bodies(&preview), "however often one looks");
        assert_eq!(collector.requests().len(), before);

        assert_eq!(String::from_utf8(tool.run(&["send", identity]).stdout).unwrap(), "sent 1609, gave up 0\n");
        let sent = collector.requests().split_off(before);
        assert!(sent.len() >= 4, "{}", sent.len());
        assert_eq!(bodies(&preview), sent.iter().map(|request| settled(&request.body)).collect::<Vec<_>>());
        for (previewed, sent) in preview["requests"].as_array().unwrap().iter().zip(&sent) {
            assert_eq!(previewed["url"].as_str().unwrap(), format!("{}{}", collector.endpoint(), sent.path));
            for (name, value) in previewed["headers"].as_object().unwrap() {
                assert_eq!(sent.header(name), value.as_str(), "{name}");
            }
        }
        assert!(json(&tool, &["preview", identity])["requests"].as_array().unwrap().is_empty());
        assert_eq!(say(&tool, &["preview", identity]), "Nothing waits to be sent.\n");
    }
}

#[test]
fn a_preview_for_people_is_the_requests_and_how_much_they_carry() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "3"]);
    let screen = say(&tool, &["preview"]);
    let head = format!(
        "POST {}/v1/batch\ncontent-type: application/json\nauthorization: Basic a2V5Og==\n\n{{\"batch\":[{{",
        tool.endpoint
    );
    assert!(screen.starts_with(&head), "{screen}");
    assert!(screen.ends_with("}\n\nThe next upload will send 3 records in 1 request.\n"), "{screen}");
}

#[test]
fn what_stays_here_can_be_looked_at_and_is_said_to_stay() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[fixture]\nlevel = \"local\"\n");
    tool.run(&["count", "3"]);
    crash(&tool, "local-crashes.jsonl", &id('d'));
    let screen = say(&tool, &["preview"]);
    assert!(screen.contains("\nNone of this will be sent: the level is local ("), "{screen}");
    assert!(screen.ends_with("). What is recorded here: 4 records in 2 requests.\n"), "{screen}");
    let preview = json(&tool, &["preview"]);
    assert_eq!((&preview["sends"], preview["requests"].as_array().unwrap().len()), (&false.into(), 2));
    assert_eq!(total(&tool.local()), 3, "it is still there");
    tool.home.store_consent("[fixture]\nlevel = \"off\"\n");
    assert!(say(&tool, &["preview"]).starts_with("Nothing is recorded and nothing will be sent: the level is off ("));
    assert!(collector.requests().is_empty());
}

#[test]
fn a_preview_shows_nothing_that_was_recorded_before_the_user_agreed() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "3"]);
    tool.home.store_consent(&format!("{STATED}since = \"2020-01-01T00:00:00Z\"\n"));
    assert_eq!(say(&tool, &["preview"]), "Nothing waits to be sent.\n");
    assert_eq!(total(&tool.local()), 3);
}
