//! The tool behaves the same with telemetry as without it.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        process::ExitStatusExt as _,
    },
    process::{Child, Command, Stdio},
};

use candor_testkit::{FakeCollector, Reply, wait_until};

use crate::tool::{Tool, fixture, total};

#[test]
fn a_server_that_never_answers_does_not_delay_the_tools_exit() {
    let collector = FakeCollector::answering([Reply::Never]);
    let tool = Tool::agreed(&collector);
    // Whoever waits for the pipe to close would wait for the helper, if it had inherited it.
    let output = tool.run(&["fetch", "ok"]);
    assert!(output.status.success());
    collector.wait_for_requests(1);
    assert_eq!(collector.waiting_clients(), 1, "the tool is gone, and its helper still waits");

    // The next run neither waits nor starts one more upload beside the first.
    assert!(tool.run(&["fetch", "ok"]).status.success());
    assert_eq!(tool.send(), "another process is uploading");
    assert_eq!((collector.waiting_clients(), collector.requests().len()), (1, 1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_helper_holds_on_to_nothing_of_the_tool_that_started_it() {
    let collector = FakeCollector::answering([Reply::Never]);
    let tool = Tool::agreed(&collector);
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = tool.command(&["event", "1"]);
    command.current_dir(elsewhere.path()).env("UNUSUAL", "a=b\nc").output().unwrap();
    collector.wait_for_requests(1);
    let is_helper = |process: &std::path::PathBuf| {
        let variables = fs::read(process.join("environ")).unwrap_or_default();
        let has = |variable: String| variables.split(|byte| *byte == 0).any(|other| other == variable.as_bytes());
        has("CANDOR_HELPER=fixture".to_owned())
            && has("UNUSUAL=a=b\nc".to_owned())
            && has(format!("CANDOR_ENDPOINT={}", tool.endpoint))
    };
    let helper = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path()).find(is_helper).unwrap();
    assert_eq!(fs::read_link(helper.join("cwd")).unwrap(), tool.home.state("fixture"));
    for descriptor in ["fd/0", "fd/1", "fd/2"] {
        assert_eq!(fs::read_link(helper.join(descriptor)).unwrap(), std::path::Path::new("/dev/null"));
    }
    let stat = fs::read_to_string(helper.join("stat")).unwrap();
    let group = stat[stat.rfind(')').unwrap() + 2..].split(' ').nth(2);
    assert_eq!(group, helper.file_name().and_then(|id| id.to_str()), "a group of its own");
    let status = fs::read_to_string(helper.join("status")).unwrap();
    assert!(status.contains("SigBlk:\t0000000000000000"), "{status}");
    assert_eq!(fs::read(helper.join("cmdline")).unwrap(), b"fixture\0", "nothing is said in its arguments");
}

#[cfg(target_os = "linux")]
#[test]
fn a_tool_that_is_replaced_while_it_runs_is_still_its_own_helper() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let program = tool.home.path().join("tool");
    fs::copy(fixture(), &program).unwrap();
    let mut child = Command::new(&program);
    child.args(["fetch", "until-input-ends"]).env_clear().stdin(Stdio::piped());
    for (name, value) in tool.command(&[]).get_envs() {
        child.env(name, value.unwrap());
    }
    let mut child = child.spawn().unwrap();
    wait_for_words(&tool.home.state("fixture").join("usage.sums"), 1, &mut child);
    // An update takes the old file away and puts another one there.
    fs::remove_file(&program).unwrap();
    let started = tool.home.path().join("the-other-program-was-started");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\n", started.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    collector.wait_for_items(5);
    assert!(!started.exists());
}

#[test]
fn a_helper_ends_with_its_upload_and_starts_no_other() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    // Started as a helper, with a command that would record: it is not carried out.
    let output = tool.command(&["fetch", "ok"]).env("CANDOR_HELPER", "fixture").output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
    assert_eq!(collector.requests().len(), 1);
    assert_eq!(collector.accepted_items().len(), 1, "only what the first run recorded");
    assert!(tool.waiting().is_empty());
}

#[test]
fn the_helper_of_another_tool_is_not_taken_for_ones_own() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.command(&["event", "1"]).env("CANDOR_HELPER", "another").output().unwrap();
    assert_eq!(tool.waiting().len(), 1);
}

#[test]
fn a_helper_asks_for_consent_itself() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "1"]);
    for (variable, value) in [("DO_NOT_TRACK", "1"), ("FIXTURE_TELEMETRY_LEVEL", "local")] {
        tool.command(&[]).env("CANDOR_HELPER", "fixture").env(variable, value).output().unwrap();
    }
    assert!(collector.requests().is_empty());
}

#[test]
fn failed_cancelled_and_panicking_commands_are_recorded_as_what_they_are() {
    let collector = FakeCollector::start();
    for (how, code, outcome) in [
        ("ok", Some(0), r#""outcome":"ok""#),
        ("fail", Some(1), r#""outcome":"error","#),
        ("cancel", Some(3), r#""outcome":"cancelled""#),
        ("panic", Some(101), r#""error_class":"panic""#),
        ("exit", Some(7), r#""outcome":"ok""#),
    ] {
        let tool = Tool::postponed(&collector);
        let output = tool.run(&["fetch", how]);
        assert_eq!(output.status.code(), code, "{how}");
        assert!(output.stdout.is_empty());
        let waiting = tool.waiting();
        let operation = waiting.iter().find(|item| item["event"] == "fetch").unwrap().to_string();
        assert!(operation.contains(outcome), "{how}: {operation}");
    }
}

/// Until this many operations are under way in a table: the second word of each says what.
fn wait_for_words(table: &std::path::Path, count: usize, child: &mut Child) {
    wait_until("the operation", || {
        let bytes = fs::read(table).unwrap_or_default();
        let slots = bytes.get(64..64 + 32 * 16).unwrap_or_default().chunks(16);
        let under_way = slots.filter(|slot| slot[8..].iter().any(|byte| *byte != 0)).count();
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        (under_way >= count).then_some(())
    });
}

#[test]
fn an_operation_whose_process_leaves_by_exit_or_is_killed_counts_as_cancelled() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    assert_eq!(tool.run(&["fetch", "leave"]).status.code(), Some(7));
    let mut child = tool.command(&["fetch", "hang"]).spawn().unwrap();
    let table = tool.home.state("fixture").join("usage.sums");
    wait_for_words(&table, 2, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    tool.run(&["fetch", "ok"]);
    let items = tool.waiting();
    let of = |outcome: &str| -> Vec<_> {
        items
            .iter()
            .filter(|item| item["event"] == "fetch" && item["properties"]["outcome"] == outcome)
            .cloned()
            .collect()
    };
    assert_eq!((total(&of("cancelled")), total(&of("ok"))), (2, 1));
    assert_eq!(tool.waiting(), items, "and counted once");
}

#[test]
fn an_operation_that_runs_while_the_sums_are_taken_away_is_counted_as_what_it_becomes() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let mut child = tool.command(&["fetch", "until-input-ends"]).stdin(Stdio::piped()).spawn().unwrap();
    let table = tool.home.state("fixture").join("usage.sums");
    wait_for_words(&table, 1, &mut child);
    let before = tool.waiting();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let items = tool.waiting();
    let fetches: Vec<_> = items.iter().filter(|item| item["event"] == "fetch").cloned().collect();
    assert!(before.len() < items.len());
    assert_eq!((total(&fetches), &fetches[0]["properties"]["outcome"]), (1, &"ok".into()));
}

#[test]
fn a_signal_loses_nothing_that_was_recorded_before_it() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let mut server = tool.command(&["serve"]).stdin(Stdio::piped()).spawn().unwrap();
    wait_until("the start", || (!tool.waiting().is_empty()).then_some(()));
    server.kill().unwrap();
    assert_eq!(server.wait().unwrap().signal(), Some(9));
    assert_eq!(tool.waiting()[0]["event"], "started");
}

#[test]
fn a_place_that_cannot_be_written_to_changes_nothing_for_the_tool() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let file = tool.home.path().join("a-file");
    fs::write(&file, "").unwrap();
    let broken = tool.home.path().join("broken");
    symlink("/nowhere/at/all", &broken).unwrap();
    let places = ["/proc/nothing/can/be/made/here".into(), file.join("below"), broken, "/dev/full".into()];
    for place in places {
        for (how, code) in [("ok", 0), ("fail", 1)] {
            let output = tool.command(&["fetch", how]).env("CANDOR_HOME", &place).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{}", place.display());
            assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{}", place.display());
        }
    }
    assert!(collector.requests().is_empty());
}

#[test]
fn a_home_that_does_not_exist_changes_nothing_for_the_tool() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let mut command = tool.command(&["fetch", "ok"]);
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "CANDOR_HOME"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn nothing_is_written_to_the_directory_that_the_tool_is_started_in() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let elsewhere = tempfile::tempdir().unwrap();
    tool.command(&["fetch", "ok"]).current_dir(elsewhere.path()).output().unwrap();
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert_eq!(total(&tool.waiting()), 5);
}
