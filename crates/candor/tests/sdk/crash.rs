//! A panic of the tool becomes a report, and nothing else changes.

use std::{fs, os::unix::process::ExitStatusExt as _, process::Command};

use candor_testkit::{FakeCollector, Reply};
use serde_json::Value;

use crate::tool::{Tool, fixture, total};

const SECRET: &str = "7hunter-correct-horse";

fn exception(event: &Value) -> &Value {
    let exceptions = event["exception"]["values"].as_array().unwrap();
    assert_eq!(exceptions.len(), 1);
    &exceptions[0]
}

fn frames(event: &Value) -> &[Value] {
    exception(event)["stacktrace"]["frames"].as_array().unwrap()
}

fn functions(event: &Value) -> Vec<&str> {
    frames(event).iter().filter_map(|frame| frame["function"].as_str()).collect()
}

#[test]
fn a_panic_is_in_the_spool_when_the_process_is_dead() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let output = tool.run(&["panic", "fixed"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(101), 0));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("no table is left") && stderr.contains("crashes.rs"), "as ever: {stderr}");
    assert_eq!(stderr.matches("panicked").count(), 1, "{stderr}");

    let crashes = tool.crashes();
    assert_eq!(crashes.len(), 1);
    let event = &crashes[0];
    let exception = exception(event);
    assert_eq!((&exception["type"], &exception["value"]), (&"panic".into(), &"no table is left".into()));
    assert_eq!(exception["mechanism"], serde_json::json!({"type": "panic", "handled": false}));
    assert_eq!((&event["level"], &event["release"]), (&"fatal".into(), &"fixture@1.4.0".into()));
    assert_eq!(event["event_id"].as_str().unwrap().len(), 32);
    assert!(event["timestamp"].as_str().unwrap().ends_with(":00:00.000Z"), "cut to the hour: {event}");
    assert_eq!(event["transaction"], Value::Null, "no operation ran");
    let innermost = frames(event).last().unwrap();
    assert_eq!((&innermost["filename"], &innermost["in_app"]), (&"examples/fixture/crashes.rs".into(), &true.into()));
    assert!(innermost["lineno"].as_u64().unwrap() > 0);
    assert!(functions(event).contains(&"fixture::main"), "{:?}", functions(event));
    assert_eq!((&event["contexts"]["os"]["name"], &event["tags"]["ci"]), (&"linux".into(), &"none".into()));
    for absent in ["user", "server_name", "breadcrumbs", "extra", "request", "modules", "threads"] {
        assert_eq!(event[absent], Value::Null, "{absent}");
    }
}

#[test]
fn a_panic_in_an_operation_says_so_on_the_outermost_caller_first() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["panic", "operation"]);
    let crashes = tool.crashes();
    assert_eq!(crashes[0]["transaction"], "fetch");
    let functions = functions(&crashes[0]);
    assert!(functions.ends_with(&["fixture::crashes::deep"; 4]), "{functions:?}");
    assert!(!functions.iter().any(|name| name.contains("panicking") || name.contains("backtrace")), "{functions:?}");
    // And the operation is counted as one that failed.
    let waiting = tool.waiting();
    let operation = waiting.iter().find(|item| item["event"] == "fetch").unwrap();
    assert_eq!(operation["properties"]["error_class"], "panic");
}

#[test]
fn a_panic_of_another_thread_is_reported_and_not_called_the_end() {
    let collector = FakeCollector::start();
    for how in ["thread", "caught"] {
        let tool = Tool::postponed(&collector);
        let output = tool.command(&["panic", how]).env("FIXTURE_SECRET", SECRET).output().unwrap();
        assert!(output.status.success());
        let crashes = tool.crashes();
        let mechanism = &exception(&crashes[0])["mechanism"];
        match how {
            "thread" => assert_eq!(*mechanism, serde_json::json!({"type": "panic.thread"})),
            _ => assert_eq!(mechanism["type"], "panic"),
        }
        assert!(!crashes[0].to_string().contains("hunter"), "a thread's name is the tool's text");
    }
}

#[test]
fn a_process_that_aborts_has_reported_the_panic_and_not_what_follows_from_it() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let output = tool.run(&["panic", "no-unwind"]);
    assert_eq!(output.status.signal(), Some(6));
    let crashes = tool.crashes();
    assert_eq!((crashes.len(), &exception(&crashes[0])["value"]), (1, &"deep down".into()));
}

#[test]
fn a_message_that_was_put_together_is_dropped_unless_the_manifest_lets_it_out_scrubbed() {
    let collector = FakeCollector::start();
    let value = |arguments: &[&str]| {
        let tool = Tool::postponed(&collector);
        tool.command(arguments).env("FIXTURE_SECRET", SECRET).output().unwrap();
        let crashes = tool.crashes();
        exception(&crashes[0])["value"].clone()
    };
    assert_eq!(value(&["panic", "formatted"]), Value::Null);
    assert_eq!(value(&["panic", "unwrap"]), "called `Result::unwrap()` on an `Err` value");
    assert_eq!(value(&["panic", "any"]), Value::Null);
    assert_eq!(value(&["panic", "formatted", "--scrubbed"]), "no table of <email> is left at /home/<user>/<secret>");
    assert_eq!(value(&["panic", "unwrap", "--scrubbed"]), "called `Result::unwrap()` on an `Err` value: \"<secret>\"");
}

#[test]
fn a_stripped_program_reports_type_place_and_addresses_that_every_run_shares() {
    let collector = FakeCollector::start();
    let directory = tempfile::tempdir().unwrap();
    let stripped = directory.path().join("renamed-by-ada");
    fs::copy(fixture(), &stripped).unwrap();
    assert!(Command::new("strip").arg(&stripped).status().unwrap().success());
    let mut reports = Vec::new();
    for _ in 0..2 {
        let tool = Tool::postponed(&collector);
        let mut command = tool.home.command(&stripped);
        command.args(["panic", "fixed"]).env("CANDOR_ENDPOINT", &tool.endpoint).output().unwrap();
        reports.extend(tool.crashes());
    }
    let event = &reports[0];
    assert_eq!((&exception(event)["type"], &exception(event)["value"]), (&"panic".into(), &"no table is left".into()));
    assert_eq!(frames(event).last().unwrap()["filename"], "examples/fixture/crashes.rs");
    let addresses: Vec<&str> = frames(event).iter().filter_map(|frame| frame["instruction_addr"].as_str()).collect();
    assert!(addresses.len() > 4, "{event}");
    let image = &event["debug_meta"]["images"][0];
    assert_eq!((&image["type"], &image["code_file"]), (&"elf".into(), &"fixture".into()));
    assert_eq!(image["debug_id"].as_str().unwrap().len(), 36, "debug files are found by it");
    let base = image["image_addr"].as_str().unwrap();
    assert!(addresses.iter().any(|address| address.starts_with(&base[..base.len() - 8])), "{addresses:?} of {base}");
    assert_eq!(frames(event), frames(&reports[1]), "where a run was loaded to is not told");
    assert!(!event.to_string().contains("ada"));
}

#[test]
fn the_same_place_is_reported_once_and_a_run_reports_ten() {
    let collector = FakeCollector::start();
    for (how, count) in [("again", 1), ("often", 10)] {
        let tool = Tool::postponed(&collector);
        assert!(tool.run(&["panic", how]).status.success());
        assert_eq!(tool.crashes().len(), count, "{how}");
    }
}

#[test]
fn the_tools_own_hook_runs_and_may_end_the_process() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let output = tool.run(&["panic", "fixed", "--hook"]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "the tool's own hook\n");
    assert_eq!(tool.crashes().len(), 1);
}

#[test]
fn no_report_is_made_without_consent_or_without_a_word_in_the_manifest() {
    let collector = FakeCollector::start();
    for (argument, level) in [("--no-telemetry", "all"), ("--crashless", "all"), ("--json", "off")] {
        let tool = Tool::postponed(&collector);
        let before = tool.home.files();
        let mut command = tool.command(&["panic", "fixed", argument]);
        assert_eq!(command.env("FIXTURE_TELEMETRY_LEVEL", level).output().unwrap().status.code(), Some(101));
        assert!(tool.crashes().is_empty() && tool.local_crashes().is_empty());
        assert!(argument == "--crashless" || tool.home.files() == before);
    }
}

#[test]
fn a_report_at_level_local_stays() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[all]\nlevel = \"local\"\n");
    tool.run(&["panic", "fixed"]);
    assert_eq!((tool.local_crashes().len(), tool.crashes().len()), (1, 0));
    assert_eq!(tool.send(), "the user's consent does not allow sending");
    assert!(collector.requests().is_empty());
}

#[test]
fn level_errors_sends_reports_and_no_usage() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[all]\nlevel = \"errors\"\n");
    tool.postpone();
    tool.run(&["panic", "operation"]);
    tool.run(&["fetch", "ok"]);
    assert_eq!(tool.send(), "sent 1, gave up 0");
    let requests = collector.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/api/7/envelope/");
    assert_eq!(requests[0].event()["transaction"], "fetch", "what ran is said, though it is not counted");
}

#[test]
fn a_report_arrives_as_an_envelope_of_the_bytes_in_the_spool() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["panic", "operation"]);
    let line = tool.home.lines("fixture", "crashes.jsonl").remove(0);
    assert_eq!(tool.send(), "sent 2, gave up 0");
    let requests = collector.requests();
    let envelope = requests.iter().find(|request| !request.is_batch()).unwrap();
    assert!(envelope.header("x-sentry-auth").unwrap().contains("sentry_key=crashes"));
    assert!(envelope.body.contains(&line));
    let event = envelope.event();
    assert_eq!((&exception(&event)["type"], functions(&event).len() > 2), (&"panic".into(), true));
    assert!(tool.crashes().is_empty());
}

#[test]
fn a_refused_report_is_dropped_alone_and_holds_up_no_usage() {
    for refusal in [400, 413] {
        // Usage comes first, then one envelope after the other.
        let collector = FakeCollector::answering([200, refusal, 200].map(Reply::Status));
        let tool = Tool::postponed(&collector);
        tool.run(&["panic", "fixed"]);
        tool.run(&["panic", "index"]);
        tool.run(&["count", "1"]);
        assert_eq!(tool.send(), "sent 2, gave up 1", "{refusal}");
        assert_eq!((total(&collector.accepted_items()), collector.accepted_events().len()), (1, 1));
        assert!(tool.crashes().is_empty() && tool.waiting().iter().all(|item| item["event"] == "candor_dropped"));
    }
}

#[test]
fn what_one_server_refuses_does_not_hold_up_what_is_for_the_other() {
    for (usage, crash) in [(200, 503), (503, 200), (200, 403), (403, 200)] {
        let collector = FakeCollector::answering([usage, crash].map(Reply::Status));
        let tool = Tool::postponed(&collector);
        tool.run(&["panic", "fixed"]);
        tool.run(&["count", "1"]);
        tool.send();
        // Within a second, which is the interval of these tests and its backoff, unless usage was refused.
        assert_eq!(tool.next_upload() > 23.0 * 3600.0, usage == 403, "{usage} {crash}");
        let accepted = (collector.accepted_items().len(), collector.accepted_events().len());
        assert_eq!(accepted, (usize::from(usage == 200), usize::from(crash == 200)));
        assert_eq!(tool.send(), "sent 1, gave up 0", "the rest comes later");
    }
}

#[test]
fn a_server_that_wants_no_reports_stops_them_for_this_version_and_nothing_else() {
    let collector = FakeCollector::answering([410, 200, 200].map(Reply::Status));
    let tool = Tool::postponed(&collector);
    tool.run(&["panic", "fixed"]);
    assert_eq!(tool.send(), "the collector takes nothing from this version any more");
    assert!(tool.next_upload() < 24.0 * 3600.0, "usage goes on");
    tool.postpone();
    tool.run(&["count", "1"]);
    assert_eq!(tool.send(), "sent 1, gave up 0");
    assert_eq!((collector.accepted_items().len(), collector.accepted_events().len()), (1, 0));
    tool.postpone();
    let output = tool.run(&["send", "--patch"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "sent 1, gave up 0\n", "the next version may");
}

#[test]
fn an_inspected_run_shows_its_crash_and_sends_nothing() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    assert_eq!(tool.run(&["panic", "operation", "--inspect-telemetry"]).status.code(), Some(101));
    let log = fs::read_to_string(tool.home.path().join("fixture.log")).unwrap();
    assert!(log.contains("/api/7/envelope/") && log.contains(r#""value":"deep down""#), "{log}");
    assert!(tool.crashes().is_empty() && collector.requests().is_empty());
}

#[test]
fn a_panic_while_the_spool_is_locked_waits_for_nobody() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let state = tool.home.state("fixture");
    let lock = fs::File::create(state.join("spool.lock")).unwrap();
    lock.lock().unwrap();
    // Beyond the size at which a file is closed, which nobody can do now.
    fs::write(state.join("crashes.jsonl"), "x".repeat(300 * 1024) + "\n").unwrap();
    assert_eq!(tool.run(&["panic", "fixed"]).status.code(), Some(101));
    let text = fs::read_to_string(state.join("crashes.jsonl")).unwrap();
    assert!(text.lines().last().unwrap().starts_with(r#"{"event_id":""#));
}

#[test]
fn a_secret_told_wherever_a_text_can_be_told_reaches_neither_disk_nor_wire() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    for (arguments, secret) in [
        (["tell", "--scrubbed"], SECRET),
        (["panic", "formatted"], SECRET),
        (["panic", "thread"], SECRET),
        (["error", "operation"], SECRET),
        // Not by its variable, but by its looks.
        (["tell", "--scrubbed"], "10.9.8.7"),
        (["tell", "--scrubbed"], "ada.lovelace@example.org"),
        (["tell", "--scrubbed"], "/home/lovelace/.netrc"),
    ] {
        let variable = if secret == SECRET { "FIXTURE_SECRET" } else { "FIXTURE_TOLD" };
        tool.command(&arguments).env(variable, secret).output().unwrap();
    }
    let told = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        ["hunter", "correct-horse", "10.9.8.7", "lovelace"].iter().any(|secret| text.contains(secret))
    };
    assert!(told(b"the 7hunter"), "it would be seen");
    for file in tool.home.files() {
        let path = tool.home.path().join(&file);
        assert!(path.is_dir() || !told(&fs::read(&path).unwrap()), "{}", file.display());
    }
    tool.send();
    assert!(collector.accepted_items().len() > 5 && collector.accepted_events().len() > 5);
    for request in collector.requests() {
        assert!(!told(request.body.as_bytes()), "{}", request.body);
    }
    let items = collector.accepted_items();
    let versions: Vec<&Value> = items.iter().map(|item| &item["properties"]["component_version"]).collect();
    assert!(versions.contains(&&"<secret>".into()), "what is taken out leaves a trace: {versions:?}");
}
