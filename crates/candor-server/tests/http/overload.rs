//! More than can be done at once.

use crate::server::{Server, batch, event, read_answer};
use candor_server::Limits;
use candor_store::ProjectMode;
use std::io::Write;
use std::net::TcpStream;

fn server_with(change: impl FnOnce(&mut Limits)) -> Server {
    let mut limits = Limits::default();
    change(&mut limits);
    Server::start_with(limits, ProjectMode::Open, None)
}

/// A request whose body does not come to its end; the server has read its head when this returns.
fn unfinished(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    let authorization = server.authorization();
    let head = "POST /v1/batch HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 50000";
    stream.write_all(format!("{head}\r\nauthorization: {authorization}\r\n\r\n").as_bytes()).unwrap();
    // The server asks for the body: the request is in work.
    assert_eq!(read_answer(&mut stream).status, 100);
    stream
}

#[test]
fn requests_beyond_the_bound_are_sent_away_at_once_and_told_when_to_come_back() {
    let server = server_with(|limits| limits.requests = 2);
    let held = [unfinished(&server), unfinished(&server)];
    let answer = server.batch(batch(&[event("1")]));
    assert_eq!((answer.status, answer.code().as_str()), (503, "overloaded"));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(server.send("GET", "/healthz", &[], b"").status, 200, "health is told all the same");
    drop(held);
    // The server learns that they are gone a moment later.
    while server.batch(batch(&[event("1")])).status != 200 {
        std::thread::yield_now();
    }
}

#[test]
fn bodies_beyond_the_memory_for_all_of_them_are_refused_before_they_are_read() {
    let server = server_with(|limits| limits.buffered_bytes = 160 * 1024);
    let mut held = [unfinished(&server), unfinished(&server)];
    for stream in &mut held {
        stream.write_all(&[b' '; 49_000]).unwrap();
    }
    let large = format!(r#"{{"batch": [], "padding": "{}"}}"#, " ".repeat(40_000));
    // The server has read what is held a moment later.
    while buffered_bytes(&server) < 98_000.0 {
        std::thread::yield_now();
    }
    let answer = server.batch(&large);
    assert_eq!((answer.status, answer.code().as_str()), (503, "overloaded"));
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(server.batch(batch(&[event("1")])).status, 200, "a small one still fits");
    drop(held);
}

/// What bodies take in memory at the moment, as the metrics say.
fn buffered_bytes(server: &Server) -> f64 {
    let metrics = server.send("GET", "/metrics", &[], b"").body;
    let line = metrics.lines().find_map(|line| line.strip_prefix("candor_buffered_bytes ")).unwrap();
    line.parse().unwrap()
}

#[test]
fn connections_beyond_the_bound_are_answered_and_closed() {
    let server = server_with(|limits| limits.connections = 2);
    let held = [unfinished(&server), unfinished(&server)];
    let answer = read_answer(&mut server.connect());
    assert_eq!((answer.status, answer.code().as_str()), (503, "overloaded"));
    assert_eq!(answer.headers["retry-after"], "1");
    drop(held);
}
