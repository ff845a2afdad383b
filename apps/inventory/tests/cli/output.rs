//! What every command has in common: terminals, pipes, colours, help.

use std::{fs::File, io};

use candor_testkit::Terminal;

use crate::tool::{Tool, stderr, stdout};

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let tool = Tool::new();
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let output = tool.command(&["providers", "list", "--json"]).stdout(writer).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let tool = Tool::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = tool.command(&["providers", "list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot write to standard output: No space"));
}

#[test]
fn progress_is_shown_at_a_terminal_and_nowhere_else() {
    let tool = Tool::new();
    let at_terminal = Terminal::run(tool.command(&["fetch", "--json"]).env("TERM", "xterm"));
    assert!(at_terminal.status.success());
    assert!(at_terminal.screen.contains("/9"), "{}", at_terminal.screen);
    assert!(serde_json::from_str::<serde_json::Value>(&at_terminal.stdout).is_ok(), "{}", at_terminal.stdout);
    tool.run(&["fetch"]).success().stderr("");
}

#[test]
fn colours_are_for_terminals_whose_user_wants_them() {
    let tool = Tool::new();
    let failing = |tool: &Tool| tool.command(&["policy", "run", "nowhere.toml"]);
    let coloured = Terminal::run(failing(&tool).env("TERM", "xterm"));
    assert!(coloured.screen.contains("\u{1b}[31m"), "{:?}", coloured.screen);
    let plain = Terminal::run(failing(&tool).env("TERM", "xterm").env("NO_COLOR", "1"));
    assert!(plain.screen.starts_with("error: ") && !plain.screen.contains('\u{1b}'), "{:?}", plain.screen);
    assert!(!stderr(&tool.run(&["policy", "run", "nowhere.toml"])).contains('\u{1b}'));
}

#[test]
fn help_teaches_by_examples_and_tells_exit_statuses() {
    let tool = Tool::new();
    for arguments in [&["--help"][..], &["fetch", "--help"], &["policy", "run", "--help"]] {
        let text = stdout(&tool.run(arguments).success());
        assert!(text.contains("--no-telemetry"), "{text}");
        assert!(text.contains("Exit status") || text.contains("exit status"), "{text}");
    }
    assert!(stdout(&tool.run(&["--help"])).contains("inventory fetch --providers users,mounts"));
}

#[test]
fn wrong_usage_has_its_own_exit_status() {
    let tool = Tool::new();
    tool.run(&[]).code(2).stdout("");
    tool.run(&["fecth"]).code(2).stdout("");
    tool.run(&["fetch", "--databse", "x"]).code(2).stdout("");
}

#[test]
fn the_version_comes_with_commit_and_day_of_the_build() {
    let tool = Tool::new();
    let text = stdout(&tool.run(&["--version"]).success());
    let built = text.strip_suffix(")\n").and_then(|text| text.rsplit_once("built ")).map(|(_, day)| day);
    let built = built.unwrap_or_else(|| panic!("{text}"));
    assert!(text.starts_with("inventory ") && built.len() == 10 && built.split('-').count() == 3, "{text}");
}
