//! What happens to requests in work when the collector stops.

use crate::server::{Server, batch, event, read_answer, request};
use std::io::{Read, Write};
use std::net::TcpStream;

#[test]
fn a_request_in_work_is_finished_and_counted() {
    let mut server = Server::start();
    let mut stream = server.connect();
    let body = batch(&[event("1")]);
    let authorization = server.authorization();
    let head = "POST /v1/batch HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length";
    stream.write_all(format!("{head}: {}\r\nauthorization: {authorization}\r\n\r\n", body.len()).as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream).status, 100);
    server.begin_to_stop();
    // The listener is gone once the order to stop has arrived.
    while TcpStream::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(body.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream).status, 200);
    server.stop();
    let session = server.block_on(server.app().store().session()).unwrap();
    let count = server.block_on(async { session.sql("SELECT * FROM facts").await.unwrap().count().await.unwrap() });
    assert_eq!(count, 1);
    let project = server.project.project.id;
    let outcomes = server.block_on(server.app().catalog().outcomes(project, 0, i32::MAX)).unwrap();
    assert_eq!(outcomes.iter().map(|outcome| outcome.count).sum::<u64>(), 1);
}

#[test]
fn idle_connections_are_closed_and_do_not_hold_it_up() {
    let mut server = Server::start();
    let mut stream = server.connect();
    stream.write_all(&request("GET", "/healthz", &[], b"")).unwrap();
    assert_eq!(read_answer(&mut stream).status, 200);
    server.stop();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "closed");
}
