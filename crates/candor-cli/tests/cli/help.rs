//! What the help says, and what is said of arguments that cannot be meant.

use crate::candor::Place;

#[test]
fn the_help_of_every_command_is_as_reviewed() {
    let place = Place::new();
    for (name, arguments) in [
        ("candor", &["--help"][..]),
        ("serve", &["serve", "--help"]),
        ("project_create", &["project", "create", "--help"]),
        ("keys", &["keys", "--help"]),
        ("keys_add", &["keys", "add", "--help"]),
        ("keys_rotate", &["keys", "rotate", "--help"]),
        ("token_create", &["token", "create", "--help"]),
        ("doctor", &["doctor", "--help"]),
        ("backup", &["backup", "--help"]),
        ("restore", &["restore", "--help"]),
        ("import", &["import", "--help"]),
        ("report", &["report", "--help"]),
        ("sql", &["sql", "--help"]),
        ("manifest", &["manifest", "--help"]),
        ("status", &["status", "--help"]),
        ("off", &["off", "--help"]),
        ("on", &["on", "--help"]),
        ("log", &["log", "--help"]),
    ] {
        insta::assert_snapshot!(format!("help_{name}"), place.run(arguments).ok());
    }
}

#[test]
fn usage_errors_have_status_2_and_nothing_on_stdout() {
    let place = Place::new();
    for arguments in [
        &["nothing"][..],
        &["report", "overview", "--project", "x"],
        &["report", "nothing", "--project", "x", "--data", "DATA"],
        &["report", "overview", "--project", "x", "--data", "DATA", "--since", "soon"],
        &["report", "overview", "--project", "x", "--data", "DATA", "--json", "--csv"],
        &["report", "overview", "--project", "x", "--data", "DATA", "--ci", "maybe"],
        &["report", "overview", "--project", "x", "--url", "http://127.0.0.1:1"],
        &["report", "overview", "--project", "x", "--url", "example.org", "--token", "t"],
        &["sql", "SELECT 1"],
        &["sql", "SELECT 1", "--data", "DATA", "--url", "http://127.0.0.1:1", "--token", "t"],
        &["off"],
        &["on", "inventory", "--all"],
        &["on", "inventory", "--level", "off"],
        &["log"],
        &["log", "inventory", "--since", "soon"],
        &["token", "create", "--data", "DATA"],
        &["token", "create", "--data", "DATA", "--all-projects", "--project", "x"],
        &["token", "create", "--data", "DATA", "--all-projects", "--scope", "write"],
        &["import", "events.ndjson", "--project", "x"],
        &["import", "events.ndjson", "--project", "x", "--key", "k", "--format", "mixpanel"],
        &["serve"],
        &["serve", "--data", "DATA", "--listen", "somewhere"],
        &["project", "create", "x", "--data", "DATA", "--mode", "strict"],
    ] {
        let ended = place.run(arguments);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{arguments:?}: {}", ended.err);
        assert!(ended.err.starts_with("error: "), "{arguments:?}: {}", ended.err);
    }
    assert!(!place.path().join("data").exists(), "nothing is made by a command that is refused");
}

#[test]
fn the_version_is_told() {
    assert_eq!(Place::new().run(&["--version"]).ok(), format!("candor {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::Stdio;
    let place = Place::new();
    let mut child = place.command().arg("man").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
