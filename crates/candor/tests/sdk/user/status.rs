//! `telemetry status`: whole screens, in several states.

use std::{fs, path::PathBuf};

use candor_testkit::{FakeCollector, Reply, Terminal};

use super::{crash, id, json, say, settled};
use crate::tool::Tool;

#[test]
fn before_the_notice_everything_is_local_and_a_look_makes_no_file() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    insta::assert_snapshot!("fresh", settled(&tool, &say(&tool, &["status"])));
    assert_eq!(tool.home.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_tool_that_is_on_says_what_waits_what_was_sent_and_when_the_next_upload_is_due() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "1000"]);
    tool.run(&["fetch", "ok"]);
    let screen = say(&tool, &["status"]);
    assert!(screen.contains("waiting      1005 records of usage\n"), "{screen}");
    assert!(screen.contains("last upload  none yet\n"), "{screen}");
    tool.send();
    crash(&tool, "crashes.jsonl", &id('a'));
    crash(&tool, "local-crashes.jsonl", &id('b'));
    insta::assert_snapshot!("on", settled(&tool, &say(&tool, &["status"])));
    let status = json(&tool, &["status"]);
    assert_eq!(status["waiting"], serde_json::json!({"usage": 0, "reports": 1}));
    assert_eq!((&status["sends"], &status["reports"][1]["waits"]), (&true.into(), &false.into()));
    assert_eq!(status["last_upload"]["outcome"], "1005 records sent");
    assert!(status["next_upload"].is_string());
}

#[test]
fn every_source_is_shown_with_what_it_said_and_why_it_was_not_understood() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let mut command = tool.command(&["telemetry", "status", "--no-telemetry"]);
    command.env("FIXTURE_NO_TELEMETRY", "perhaps").env("DO_NOT_TRACK", "0").env("FIXTURE_TELEMETRY_LEVEL", "local");
    let screen = String::from_utf8(command.output().unwrap().stdout).unwrap();
    insta::assert_snapshot!("off_by_a_flag", settled(&tool, &screen));
}

#[test]
fn what_is_damaged_is_found_and_raises_no_level() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "2"]);
    tool.run(&["count", "1"]);
    let state = tool.home.state("fixture");
    let lines = fs::read_to_string(state.join("usage.jsonl")).unwrap();
    fs::write(state.join("usage.jsonl"), &lines[..lines.len() - 20]).unwrap();
    fs::write(state.join("usage.sums"), "something else").unwrap();
    fs::create_dir(state.join("local.sums")).unwrap();
    for file in ["upload.json", "agreed", "dropped", "tool.json", "sent.jsonl"] {
        fs::write(state.join(file), "{\"broken").unwrap();
    }
    fs::create_dir_all(tool.home.path().join("candor/.fixture/telemetry-random-id")).unwrap();
    tool.home.store_consent("[fixture]\nlevel = \"loud\"\n");
    let screen = say(&tool, &["status", "--identified"]);
    insta::assert_snapshot!("damaged", settled(&tool, &screen));
    let status = json(&tool, &["status"]);
    assert_eq!(status["level"], "off");
    let choice = status["sources"].as_array().unwrap().iter().find(|source| source["kind"] == "choice").unwrap();
    assert_eq!(
        (&choice["said"], &choice["reason"]),
        (&"unclear".into(), &"line 2: a level that does not exist".into())
    );

    // The tool does what it does, with any of it.
    tool.home.store_consent("[fixture]\nlevel = \"all\"\n");
    for how in ["ok", "fail"] {
        let output = tool.run(&["fetch", how, "--identified"]);
        assert!(output.stdout.is_empty() && output.stderr.is_empty());
        assert_eq!(output.status.code(), Some(i32::from(how == "fail")));
    }
}

#[test]
fn a_state_directory_that_is_a_file_is_said_to_be_one() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    fs::create_dir_all(tool.home.state("fixture").parent().unwrap()).unwrap();
    fs::write(tool.home.state("fixture"), "").unwrap();
    let status = json(&tool, &["status"]);
    assert_eq!(status["damage"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!(status["damage"][0]["what"], "is no directory: nothing can be recorded");
}

#[test]
fn a_failed_upload_says_why_and_one_that_is_gone_says_so() {
    let collector = FakeCollector::answering([Reply::Status(503), Reply::Status(410)]);
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    tool.send();
    let screen = say(&tool, &["status"]);
    assert!(screen.contains("failed: the collector is not available: status 503\n"), "{screen}");
    tool.send();
    let screen = say(&tool, &["status"]);
    let gone = "next upload  none from 1.4.0: the collector wants nothing more from it\n";
    assert!(screen.contains(gone), "{screen}");
}

#[test]
fn a_release_that_collects_more_says_what_is_new() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let _ = Terminal::run(&mut tool.command(&["count", "1"]));
    assert_eq!(json(&tool, &["status"])["notice"], "shown");
    let status = json(&tool, &["status", "--next"]);
    assert_eq!((&status["notice"], &status["level"]), (&"news".into(), &"local".into()));
    assert_eq!(status["news"], serde_json::json!(["operation.fetch.backend"]));
}

#[test]
fn every_member_of_a_status_is_documented() {
    let collector = FakeCollector::answering([Reply::Status(410)]);
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    tool.send();
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sdk.md")).unwrap();
    let section = docs.split("`status --json` is one object:").nth(1).unwrap().split("###").next().unwrap();
    let status = json(&tool, &["status", "--identified"]);
    let members = status.as_object().unwrap();
    for name in members.keys().chain(["news", "since", "next_upload"].map(str::to_owned).iter()) {
        assert!(section.contains(&format!("`{name}`")), "{name}");
    }
    let documented = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let known = ["news", "since", "next_upload"];
    for name in documented.flat_map(|names| names.split('`')).filter(|name| name.len() > 2) {
        assert!(members.contains_key(name) || known.contains(&name), "{name} is said to be there");
    }
}
