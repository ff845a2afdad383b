//! Bodies of every size, encoding and shape.

use crate::memory::{alone, resident_kib};
use crate::server::{Server, batch, event, read_answer};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::Write;
use std::time::Duration;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    encoder.write_all(bytes).unwrap();
    encoder.into_inner()
}

#[test]
fn every_encoding_is_read() {
    let server = Server::start();
    let body = |id: &str| batch(&[event(id)]).into_bytes();
    let sent = [
        ("identity", body("1")),
        ("gzip", gzip(&body("2"))),
        ("deflate", zlib(&body("3"))),
        ("br", brotli(&body("4"))),
        ("zstd", zstd::encode_all(&body("5")[..], 3).unwrap()),
        ("UTF-8", body("6")),
        ("", body("7")),
        ("UTF-8", gzip(&body("8"))),
    ];
    for (encoding, bytes) in &sent {
        assert_eq!(server.batch_with(&[("content-encoding", encoding)], bytes).status, 200, "{encoding}");
    }
    let unlabelled = server.batch_with(&[("content-type", "application/x-www-form-urlencoded")], gzip(&body("9")));
    assert_eq!(unlabelled.status, 200);
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 9);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_code_and_counted() {
    let server = Server::start();
    let whole = gzip(batch(&[event("1")]).as_bytes());
    let cases: [(&str, &[u8], u16, &str); 8] = [
        ("", b"hello", 400, "not_json"),
        ("", b"", 400, "truncated"),
        ("", br#"{"batch": [{"type": "track""#, 400, "truncated"),
        ("", b"{\"batch\": \"\xff\xfe\"}", 400, "invalid_utf8"),
        ("", b"[1, 2]", 400, "not_a_batch"),
        ("gzip", &whole[..whole.len() - 12], 400, "truncated"),
        ("gzip", b"not gzip at all, whatever is said", 400, "malformed_encoding"),
        ("lzma", b"{}", 415, "unsupported_encoding"),
    ];
    for (encoding, body, status, code) in cases {
        let answer = server.batch_with(&[("content-encoding", encoding)], body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{encoding} {body:?}");
        assert!(server.outcome("rejected", code) > 0, "{code} is not counted");
    }
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 0);
}

#[test]
fn more_items_than_a_request_may_have_are_refused() {
    let server = Server::start();
    let items: Vec<String> = (0..10_001).map(|n| event(&n.to_string())).collect();
    let answer = server.batch(batch(&items));
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_many_items"));
}

#[test]
fn a_body_of_100_mb_is_refused_and_memory_stays_bounded() {
    if !alone("bodies::a_body_of_100_mb_is_refused_and_memory_stays_bounded") {
        return;
    }
    let server = Server::start();
    let before = resident_kib();
    let length = 100_000_000;
    for announced in [true, false] {
        let mut stream = server.connect();
        let framing =
            if announced { format!("content-length: {length}") } else { "transfer-encoding: chunked".to_owned() };
        let authorization = server.authorization();
        let head = format!("POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\n{framing}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let chunk = vec![b' '; 1_000_000];
        for _ in 0..length / chunk.len() {
            if !announced {
                stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).unwrap();
            }
            stream.write_all(&chunk).unwrap();
            if !announced {
                stream.write_all(b"\r\n").unwrap();
            }
        }
        if !announced {
            stream.write_all(b"0\r\n\r\n").unwrap();
        }
        let answer = read_answer(&mut stream);
        assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"), "announced: {announced}");
    }
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more than before");
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
}

#[test]
fn a_client_that_waits_for_permission_is_refused_before_it_sends() {
    let server = Server::start();
    let authorization = server.authorization();
    let answer = server.raw(
        format!(
            "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\nexpect: 100-continue\r\n\
             content-length: 100000000\r\n\r\n"
        )
        .as_bytes(),
    );
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
}

#[test]
fn a_body_that_never_comes_to_its_end_is_given_up() {
    let mut limits = candor_server::Limits::default();
    limits.body_deadline = Duration::from_millis(200);
    let server = Server::start_with(limits, candor_store::ProjectMode::Open, None);
    let authorization = server.authorization();
    let head =
        format!("POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\ncontent-length: 10\r\n\r\n{{");
    let answer = server.raw(head.as_bytes());
    assert_eq!((answer.status, answer.code().as_str()), (408, "body_timeout"));
}

#[test]
fn one_connection_takes_one_request_after_the_other_chunked_or_not() {
    let server = Server::start();
    let mut stream = server.connect();
    let authorization = server.authorization();
    for id in 0..10 {
        let body = batch(&[event(&id.to_string())]);
        if id % 2 == 0 {
            let headers = [("authorization", authorization.as_str())];
            stream.write_all(&crate::server::request("POST", "/v1/batch", &headers, body.as_bytes())).unwrap();
        } else {
            let (first, second) = body.split_at(body.len() / 2);
            let chunks = format!("{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n", first.len(), second.len());
            let head = "POST /v1/batch HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked";
            stream.write_all(format!("{head}\r\nauthorization: {authorization}\r\n\r\n{chunks}").as_bytes()).unwrap();
        }
        assert_eq!(read_answer(&mut stream).status, 200);
    }
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 10);
}
