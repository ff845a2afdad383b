//! The real tool, its real helper process, and the real collector.

use std::{io::Read, net::TcpListener};

use serde_json::Value;

use crate::{computer::Computer, reporting::Reporting};

#[test]
fn a_run_of_the_tool_is_in_the_reports_with_its_parts_components_and_version() {
    let reporting = Reporting::of("inventory");
    let computer = Computer::agreed();
    computer.run(reporting.endpoint(), &["fetch", "--db", "inventory.db", "--providers", "users,mounts"]);

    let operations = reporting.rows_once("operations", |rows| !rows.is_empty());
    assert_eq!(operations.len(), 1, "{operations:?}");
    assert_eq!(operations[0]["operation"], "fetch");
    assert_eq!((&operations[0]["runs"], &operations[0]["ok"]), (&Value::from(1), &Value::from(1)));

    let parts = reporting.rows_once("parts", |rows| !rows.is_empty());
    assert!(parts.iter().all(|row| row["operation"] == "fetch"), "{parts:?}");

    let versions = reporting.rows("versions");
    assert_eq!(versions[0]["version"], env!("CARGO_PKG_VERSION"));

    let components = reporting.rows_once("components", |rows| rows.len() >= 2);
    let names: Vec<&str> = components.iter().filter_map(|row| row["component"].as_str()).collect();
    assert!(names.contains(&"users") && names.contains(&"mounts"), "{components:?}");
}

#[test]
fn what_was_fetched_stays_on_the_computer() {
    let reporting = Reporting::of("inventory");
    let computer = Computer::agreed();
    computer.run(reporting.endpoint(), &["fetch", "--db", "inventory.db", "--providers", "users,interfaces"]);
    reporting.rows_once("operations", |rows| !rows.is_empty());
    let home = computer.home.path().to_str().unwrap().to_owned();
    reporting.assert_nowhere(&[home, "/etc/passwd".to_owned(), "veth".to_owned()]);
}

#[test]
fn telemetry_that_is_off_leaves_no_file_and_sends_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let computer = Computer::agreed();
    let before = computer.home.files();
    computer.run(&endpoint, &["--no-telemetry", "providers", "list"]);
    for (variable, value) in [("CQ_NO_TELEMETRY", "1"), ("DO_NOT_TRACK", "1"), ("CQ_NO_TELEMETRY", "no idea")] {
        let mut tool = computer.inventory(&endpoint, &["providers", "list"]);
        assert!(tool.env(variable, value).output().unwrap().status.success());
    }
    assert_eq!(computer.home.files(), before);
    assert!(silent.accept().is_err(), "nobody connected");
}

#[test]
fn nothing_is_sent_before_the_user_was_told() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let computer = Computer::without_a_choice();
    for _ in 0..3 {
        // Standard error is a pipe here: nobody could have read the notice.
        computer.run(&endpoint, &["providers", "list"]);
    }
    assert!(silent.accept().is_err(), "nobody connected");
}

#[test]
fn a_collector_that_never_answers_does_not_hold_the_tool() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let computer = Computer::agreed();
    computer.run(&endpoint, &["providers", "list"]);
    // The tool has ended; only now is its upload accepted, and it is never answered.
    let (mut socket, _) = silent.accept().unwrap();
    let mut first = [0; 4];
    socket.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"POST");
}
