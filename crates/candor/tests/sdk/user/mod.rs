//! What a user can see and decide, through the tool itself.

mod choice;
mod clear;
mod preview;
mod sent;
mod status;
mod tools;

use std::fs;

use serde_json::Value;

use crate::tool::Tool;

/// What a command of the user's side prints.
fn say(tool: &Tool, arguments: &[&str]) -> String {
    let output = tool.run(&[&["telemetry"], arguments].concat());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The same for programs: one line of JSON.
fn json(tool: &Tool, arguments: &[&str]) -> Value {
    let text = say(tool, &[arguments, &["--json"]].concat());
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// A screen without what differs from run to run: the home, the collector's address, and times.
fn settled(tool: &Tool, screen: &str) -> String {
    let text = screen.replace(&tool.home.path().display().to_string(), "HOME").replace(&tool.endpoint, "COLLECTOR");
    let mut settled = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(" UTC") {
        settled.push_str(&rest[..at - "2026-11-22 01:54".len()]);
        settled.push_str("TIME");
        rest = &rest[at + " UTC".len()..];
    }
    settled + rest
}

/// Puts the report of a crash into a queue, as the tool would when it crashes.
fn crash(tool: &Tool, file: &str, id: &str) -> String {
    let event = format!(
        r#"{{"event_id":"{id}","timestamp":"2026-11-22T01:54:59.000Z","platform":"native","level":"fatal","exception":{{"values":[{{"type":"panic"}}]}}}}"#
    );
    let state = tool.home.state("fixture");
    fs::create_dir_all(&state).unwrap();
    let before = fs::read_to_string(state.join(file)).unwrap_or_default();
    fs::write(state.join(file), format!("{before}{event}\n")).unwrap();
    event
}

/// The id of a report that begins with this digit.
fn id(digit: char) -> String {
    digit.to_string().repeat(32)
}
