//! What the user said holds, in every process.

use std::process::Command;

use candor_testkit::{FakeCollector, Terminal, wait_until};

use crate::tool::{STATED, Tool, total};

#[test]
fn off_leaves_no_file_and_sends_nothing_not_even_a_farewell() {
    let collector = FakeCollector::start();
    for (argument, variable) in [
        ("--no-telemetry", "UNRELATED"),
        ("--json", "FIXTURE_NO_TELEMETRY"),
        ("--json", "DO_NOT_TRACK"),
        ("--json", "FIXTURE_TELEMETRY_LEVEL"),
    ] {
        let tool = Tool::fresh(&collector);
        let value = if variable == "FIXTURE_TELEMETRY_LEVEL" { "off" } else { "1" };
        let output = tool.command(&["fetch", "ok", argument]).env(variable, value).output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
        assert_eq!(tool.home.files(), Vec::<std::path::PathBuf>::new(), "{argument} {variable}");
    }
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[all]\nlevel = \"off\"\n");
    let before = tool.home.files();
    tool.run(&["fetch", "ok"]);
    assert_eq!(tool.home.files(), before);
    assert!(collector.requests().is_empty());
}

#[test]
fn turning_it_off_sends_nothing_that_was_recorded_before() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "3"]);
    tool.home.store_consent("[all]\nlevel = \"off\"\n");
    assert_eq!(tool.send(), "the user's consent does not allow sending");
    tool.home.store_consent("[all]\nlevel = \"local\"\n");
    assert_eq!(tool.send(), "the user's consent does not allow sending");
    assert!(collector.requests().is_empty());
}

#[test]
fn a_corrupt_consent_file_is_an_opt_out_and_status_says_so() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[all]\nlevel = \"sta");
    tool.run(&["fetch", "ok"]);
    assert!(tool.waiting().is_empty() && tool.local().is_empty());
    let status = String::from_utf8(tool.run(&["status"]).stdout).unwrap();
    assert!(status.starts_with("off by ") && status.contains("consent.toml"), "{status}");
}

#[test]
fn where_nobody_can_read_the_notice_everything_stays_on_the_machine() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    for _ in 0..2 {
        let output = tool.run(&["fetch", "ok"]);
        assert!(output.stderr.is_empty());
    }
    // A component, an operation and the three different parts of it, in two runs.
    assert_eq!((total(&tool.local()), tool.waiting().len()), (10, 0));
    assert_eq!(tool.send(), "the user's consent does not allow sending");
    assert!(collector.requests().is_empty());
}

#[test]
fn the_notice_comes_once_and_before_anything_is_sent() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.run(&["count", "1"]);

    let first = Terminal::run(&mut tool.command(&["count", "2"]));
    assert!(first.screen.starts_with("fixture records how it is used."), "{:?}", first.screen);
    assert!(first.screen.lines().count() <= 6);
    assert_eq!(first.stdout, "");
    assert_eq!(total(&tool.waiting()), 2, "nothing is sent in the run that showed it");
    assert!(collector.requests().is_empty());

    let second = Terminal::run(&mut tool.command(&["count", "3"]));
    assert_eq!(second.screen, "");
    let sent = wait_until("both sums", || Some(collector.accepted_items()).filter(|items| total(items) >= 5));
    assert_eq!(total(&sent), 5, "all but the one that was recorded before the notice");
    assert_eq!(total(&tool.local()), 1);
}

#[test]
fn the_notice_does_not_break_output_for_programs() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let run = Terminal::run(&mut tool.command(&["count", "1", "--json"]));
    assert_eq!((run.screen.as_str(), run.stdout.as_str()), ("", ""));
    assert_eq!((total(&tool.local()), tool.waiting().len()), (1, 0));
}

#[test]
fn a_later_version_that_collects_more_tells_again() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let screen = |arguments: &[&str]| Terminal::run(&mut tool.command(arguments)).screen;
    assert!(!screen(&["nothing"]).is_empty());
    assert!(screen(&["nothing"]).is_empty());
    let next = screen(&["nothing", "--next"]);
    assert!(next.starts_with("fixture 1.5.0 newly records: operation.fetch.backend."), "{next}");
    assert!(screen(&["nothing", "--next"]).is_empty());
    assert!(screen(&["nothing"]).is_empty(), "one that collects less needs no telling");
}

#[test]
fn a_choice_does_not_stand_for_what_a_later_version_collects_beyond_it() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    tool.run(&["count", "1"]);
    wait_until("the count", || (total(&collector.accepted_items()) == 1).then_some(()));
    // Where nobody can read it, what the new version records stays on the machine.
    tool.command(&["count", "1"]).env("FIXTURE_RELEASE", "--next").output().unwrap();
    assert_eq!((total(&tool.local()), tool.waiting().len()), (1, 0));
    let told = Terminal::run(tool.command(&["count", "1"]).env("FIXTURE_RELEASE", "--next"));
    assert!(told.screen.contains("newly records"), "{}", told.screen);
    let again = Terminal::run(tool.command(&["count", "1"]).env("FIXTURE_RELEASE", "--next"));
    assert_eq!(again.screen, "");
    wait_until("both counts", || (total(&collector.accepted_items()) == 3).then_some(()));
}

#[test]
fn a_servers_notice_goes_to_its_log_until_the_user_has_decided() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let run = || {
        let output = tool.command(&["count", "1"]).env("FIXTURE_RELEASE", "--server").output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run().contains("Turn it off"));
    assert!(collector.requests().is_empty(), "nothing is sent in the first run");
    assert!(run().contains("Turn it off"));
    wait_until("both counts", || (total(&collector.accepted_items()) == 2).then_some(()));
    tool.home.store_consent(STATED);
    assert_eq!(run(), "");
}

#[test]
fn turning_on_never_reaches_back() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[all]\nlevel = \"stats\"\nsince = \"2026-01-01T00:00:00Z\"\n");
    tool.postpone();
    tool.run(&["count", "2"]);
    tool.home.store_consent("[all]\nlevel = \"stats\"\nsince = \"2026-11-01T00:00:00Z\"\n");
    tool.run(&["count", "1"]);
    assert_eq!(tool.send(), "sent 1, gave up 0");
}

fn asking<'a>(command: &'a mut Command, release: &str) -> &'a mut Command {
    command.env("FIXTURE_RELEASE", release)
}

#[test]
fn a_tool_that_asks_records_nothing_before_the_answer_and_takes_silence_for_a_no() {
    let collector = FakeCollector::start();
    for typed in ["\n", "n\n", "perhaps\n", "\u{4}"] {
        let tool = Tool::fresh(&collector);
        let mut unattended = tool.command(&["count", "1"]);
        assert!(asking(&mut unattended, "--asking").output().unwrap().stderr.is_empty());
        assert_eq!(tool.home.files(), Vec::<std::path::PathBuf>::new(), "nobody was there to be asked");
        let asked = Terminal::type_to(asking(&mut tool.command(&["count", "1"]), "--asking"), typed);
        assert!(asked.screen.contains("[y] yes, send it   [n] no, send nothing (n)"), "{}", asked.screen);
        assert_eq!(asked.stdout, "");
        let again = Terminal::type_to(asking(&mut tool.command(&["count", "1"]), "--asking"), "y\n");
        assert!(!again.screen.contains("Send it?"), "it is asked once: {}", again.screen);
        assert!(tool.waiting().is_empty() && tool.local().is_empty(), "{typed:?}");
    }
    assert!(collector.requests().is_empty());
}

#[test]
fn a_yes_holds_for_what_was_asked_and_a_release_that_collects_more_asks_again() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let count = |release: &str, typed: &str| {
        Terminal::type_to(asking(&mut tool.command(&["count", "1"]), release), typed).screen
    };
    assert!(count("--asking", "y\n").contains("Send it?"));
    assert!(!count("--asking", "").contains("Send it?"));
    wait_until("both counts", || (total(&collector.accepted_items()) == 2).then_some(()));
    // Where nobody can be asked, the release that collects more is off.
    asking(&mut tool.command(&["count", "1"]), "--asking-next").output().unwrap();
    assert!(tool.waiting().is_empty() && tool.local().is_empty());
    let next = count("--asking-next", "n\n");
    assert!(next.contains("newly records: operation.fetch.backend") && next.contains("Send it?"), "{next}");
    count("--asking-next", "y\n");
    assert!(tool.waiting().is_empty() && total(&collector.accepted_items()) == 2);
}
