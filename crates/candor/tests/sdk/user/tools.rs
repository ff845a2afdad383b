//! All tools of this computer, as a tool that knows nothing of them sees them.

use std::fs;

use candor_testkit::{FakeCollector, Terminal};
use serde_json::Value;

use super::{json, say};
use crate::tool::Tool;

fn tool_file(tool: &Tool) -> Value {
    let text = fs::read_to_string(tool.home.state("fixture").join("tool.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_tool_says_what_it_is_with_its_first_record_and_again_with_an_upload() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["nothing"]);
    assert!(!tool.home.state("fixture").join("tool.json").exists());
    tool.run(&["count", "1"]);
    assert_eq!(
        tool_file(&tool).to_string(),
        r#"{"application":"fixture","consent":"on","docs":"https://example.org/telemetry","endpoint":"http://127.0.0.1:9","flags":["--no-telemetry"],"identity":"none","level_variable":"FIXTURE_TELEMETRY_LEVEL","variables":["FIXTURE_NO_TELEMETRY"],"version":"1.4.0"}"#
    );
    tool.run(&["count", "1", "--patch"]);
    assert_eq!(tool_file(&tool)["version"], "1.4.0", "a run that finds one leaves it");
    tool.run(&["send", "--patch"]);
    assert_eq!(tool_file(&tool)["version"], "1.4.1");
}

#[test]
fn a_notice_leaves_what_the_tool_is_and_an_inspection_does_not() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.run(&["count", "1", "--inspect-telemetry"]);
    assert!(!tool.home.files().iter().any(|file| file.ends_with("tool.json")), "{:?}", tool.home.files());
    let _ = Terminal::run(&mut tool.command(&["nothing"]));
    assert_eq!(tool_file(&tool)["application"], "fixture");
}

#[test]
fn every_directory_is_listed_with_what_holds_or_what_was_found_in_it() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    assert_eq!(say(&tool, &["tools"]), "");
    tool.run(&["count", "1"]);
    let home = tool.home.state("fixture").parent().unwrap().to_owned();
    for (name, file, text) in [
        ("copied", "tool.json", tool_file(&tool).to_string()),
        ("foreign", "letter.txt", "Dear".to_owned()),
        ("broken", "tool.json", "{".to_owned()),
        ("older", "usage.jsonl", String::new()),
    ] {
        fs::create_dir(home.join(name)).unwrap();
        fs::write(home.join(name).join(file), text).unwrap();
    }
    fs::write(home.join("file"), "").unwrap();
    fs::create_dir(home.join(".fixture")).unwrap();
    insta::assert_snapshot!(say(&tool, &["tools"]));
}

#[test]
fn one_switch_turns_every_tool_off_and_turning_on_lifts_nothing_that_the_user_said_of_one() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    tool.run(&["count", "1"]);
    let answer = json(&tool, &["choose-for-all", "off"]);
    assert_eq!((&answer["lowered"], &answer["stay_lower"]), (&serde_json::json!(["fixture"]), &serde_json::json!([])));
    assert_eq!(say(&tool, &["tools"]), "fixture 1.4.0: off\n");
    let text = fs::read_to_string(tool.home.path().join("config/candor/consent.toml")).unwrap();
    assert_eq!(text.matches("level = \"off\"").count(), 2, "{text}");
    assert_eq!(tool.send(), "the user's consent does not allow sending");

    let answer = say(&tool, &["choose-for-all", "stats"]);
    assert!(answer.starts_with("Telemetry of every tool is on, at level stats; "), "{answer}");
    assert!(answer.ends_with("But fixture stays off: you said so of this tool.\n"), "{answer}");
    assert_eq!(say(&tool, &["tools"]), "fixture 1.4.0: off\n");
}
