//! `inventory telemetry …`: what users see and decide.

use std::{
    fs::{self, File},
    process::Stdio,
    time::{Duration, SystemTime},
};

use candor_testkit::{FakeCollector, Terminal};

use crate::tool::{Tool, stderr, stdout};

/// Lets no upload be due for ten days.
#[expect(clippy::disallowed_methods, reason = "a test may know what time it is")]
fn postpone(tool: &Tool) {
    let state = tool.home.state("inventory");
    fs::create_dir_all(&state).unwrap();
    let schedule = File::create(state.join("upload.json")).unwrap();
    schedule.set_modified(SystemTime::now() + Duration::from_secs(10 * 24 * 3600)).unwrap();
}

#[test]
fn a_look_at_telemetry_records_nothing_shows_no_notice_and_makes_no_file() {
    let tool = Tool::with_telemetry();
    let run = Terminal::run(&mut tool.command(&["telemetry", "status"]));
    assert_eq!((run.status.code(), run.screen.as_str()), (Some(0), ""));
    assert!(run.stdout.starts_with("Telemetry of inventory "), "{}", run.stdout);
    assert!(run.stdout.contains("\n  nothing  CQ_NO_TELEMETRY\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("To see records: inventory telemetry preview, log.\n"), "{}", run.stdout);
    for command in ["preview", "log", "clear", "reset"] {
        tool.run(&["telemetry", command]).success();
    }
    assert_eq!(tool.home.files(), Vec::<std::path::PathBuf>::new());
}

/// Whether so many records are one of use and those that count its day: one, or in CI and containers one a period.
fn with_the_day(records: u64) -> bool {
    [2, 4].contains(&records)
}

#[test]
fn a_choice_holds_from_the_next_run_on() {
    let tool = Tool::with_telemetry();
    assert_eq!(tool.json(&["telemetry", "off"])["level"], "off");
    tool.run(&["providers", "list"]).success();
    assert!(!tool.home.state("inventory").exists(), "nothing is recorded");
    assert_eq!(tool.json(&["telemetry", "on", "--level", "errors"])["level"], "errors");
    let chosen = tool.json(&["telemetry", "on", "--identity", "none"]);
    assert_eq!((&chosen["chosen"], &chosen["level"]), (&"stats".into(), &"stats".into()));
    let status = tool.json(&["telemetry", "status"]);
    assert_eq!((&status["level"], &status["identity"]["mode"]), (&"stats".into(), &"none".into()));
    assert_eq!(tool.json(&["telemetry", "local"])["level"], "local");
    tool.run(&["providers", "list"]).success();
    let kept = tool.json(&["telemetry", "status"])["kept"]["usage"].as_u64();
    assert!(kept.is_some_and(with_the_day), "the operation, and that the day is one of use: {kept:?}");
}

#[test]
fn what_is_previewed_is_sent_and_then_logged() {
    let collector = FakeCollector::start();
    let tool = Tool::with_telemetry();
    let json = |arguments: &[&str]| {
        let mut command = tool.command(&[&["telemetry"], arguments, &["--json"]].concat());
        let output = command.env("CANDOR_ENDPOINT", collector.endpoint()).output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    json(&["on"]);
    postpone(&tool);
    tool.run(&["providers", "list"]).success();
    let preview = json(&["preview"]);
    let body = |text: &str| text.split(",\"sentAt\"").next().unwrap().to_owned();
    let requests = preview["requests"].as_array().unwrap();
    let previewed: Vec<String> = requests.iter().map(|request| body(request["body"].as_str().unwrap())).collect();
    let events = ["\"event\":\"active\"", "\"event\":\"providers list\""];
    assert!(
        previewed.len() == 2 && previewed.iter().zip(events).all(|(body, event)| body.contains(event)),
        "{preview}"
    );
    assert!(collector.requests().is_empty());
    assert!(json(&["send"])["records"].as_u64().is_some_and(with_the_day));
    assert_eq!(collector.requests().iter().map(|request| body(&request.body)).collect::<Vec<_>>(), previewed);
    assert_eq!(json(&["log"])["records"]["providers list"], 1);
    assert!(json(&["log", "--since", "2000-01-01", "-n", "0"])["requests"].as_array().unwrap().is_empty());
}

#[test]
fn what_goes_wrong_is_one_line_and_a_status() {
    let tool = Tool::with_telemetry();
    for (arguments, code, line) in [
        (&["telemetry", "send", "--no-telemetry"][..], 1, "error: nothing is sent at level off (--no-telemetry)\n"),
        (&["telemetry", "send", "5f0c9e1"], 1, "error: there is no report 5f0c9e1: `telemetry status` lists them\n"),
    ] {
        let run = tool.run(arguments).code(code);
        assert_eq!((stdout(&run).as_str(), stderr(&run).as_str()), ("", line), "{arguments:?}");
    }
    for arguments in [&["telemetry"][..], &["telemetry", "of"], &["telemetry", "on", "--level", "off"]] {
        assert_eq!(stdout(&tool.run(arguments).code(2)), "", "{arguments:?}");
    }
}

#[test]
fn help_teaches_each_command() {
    let tool = Tool::new();
    let help = stdout(&tool.run(&["telemetry", "--help"]).success());
    for command in ["status", "on", "off", "local", "preview", "log", "clear", "reset", "send"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
        let help = stdout(&tool.run(&["telemetry", command, "--help"]).success());
        assert!(help.contains("--json") && help.contains("--no-telemetry"), "{help}");
    }
    assert!(stdout(&tool.run(&["telemetry", "send", "--help"]).success()).contains("inventory telemetry send 5f0c9e1"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let tool = Tool::new();
    let mut child = tool.command(&["telemetry", "status"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
