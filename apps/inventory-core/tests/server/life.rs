//! Starting and ending.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use candor_testkit::wait_until;
use rustix::process::Signal;
use serde_json::Value;

use crate::server::{Server, hold, home};

#[test]
fn both_signals_end_the_server_well() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = home();
        let server = Server::start(&home, &[]);
        server.signal(signal);
        assert!(server.wait().status.success(), "{signal:?}");
    }
}

#[test]
fn a_request_in_work_is_answered_before_the_end_and_nobody_new_is_let_in() {
    let home = home();
    let server = Server::start(&home, &[]);
    let address = server.url().trim_start_matches("http://").to_owned();
    let held = hold(&home);
    let mut request = TcpStream::connect(&address).unwrap();
    request
        .write_all(
            b"POST /jobs/collect/run HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        )
        .unwrap();
    wait_until("the job", || (server.get("/jobs").json()["jobs"][1]["running"] == true).then_some(()));
    server.signal(Signal::TERM);
    wait_until("nobody to be let in", || TcpStream::connect(&address).is_err().then_some(()));
    drop(held);
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"outcome\":\"ok\""), "{answer}");
    assert!(server.wait().status.success());
}

#[test]
fn the_log_has_no_colours_where_it_is_no_terminal() {
    let home = home();
    let log = String::from_utf8(Server::start(&home, &[]).stop().stderr).unwrap();
    assert!(log.contains("started") && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn with_json_the_address_and_the_log_are_objects() {
    let home = home();
    let server = Server::start(&home, &["--json"]);
    let first: Value = serde_json::from_str(&server.first_line).unwrap();
    assert_eq!(first["listening"], server.url());
    server.run_job("collect");
    let log = String::from_utf8(server.stop().stderr).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["fields"]["job"] == "collect"), "{log}");
}

#[test]
fn the_inventory_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    let _server = Server::start(&home, &[]);
    let mode = std::fs::metadata(home.path().join("inventory.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
