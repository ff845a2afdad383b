//! What somebody would do who wants the collector down, and that everybody else is served meanwhile.

use crate::memory::{alone, resident_kib};
use crate::server::{Answer, Server, batch, event, read_answer, request};
use candor_server::Limits;
use candor_store::ProjectMode;
use candor_testkit::connect_from;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Where the attacker is; whoever else asks is at 127.0.0.1.
const ATTACKER: &str = "127.0.0.66";

fn server_with(change: impl FnOnce(&mut Limits)) -> Server {
    let mut limits = Limits::default();
    change(&mut limits);
    Server::start_with(limits, ProjectMode::Open, None)
}

/// A connection of the attacker with this said on it.
fn attack(server: &Server, said: &[u8]) -> TcpStream {
    let mut stream = connect_from(ATTACKER, &format!("http://{}", server.address));
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // A connection that is refused at once may be closed before all is said.
    let _ = stream.write_all(said);
    stream
}

fn assert_others_are_served(server: &Server, what: &str) {
    for n in 0..5 {
        let answer = server.batch(batch(&[event(&format!("{what} {n}"))]));
        assert_eq!(answer.status, 200, "{what}: {answer:?}");
    }
}

/// The head of a batch with this key, whose body waits for permission.
fn waiting_head(key: &str) -> Vec<u8> {
    let head = "POST /v1/batch HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 50000";
    format!("{head}\r\nauthorization: Bearer {key}\r\n\r\n").into_bytes()
}

#[test]
fn heads_that_never_end_hold_what_is_one_addresss_share_of_the_connections() {
    let server = server_with(|limits| limits.connections = 40);
    let held: Vec<TcpStream> = (0..60).map(|_| attack(&server, b"POST /v1/batch HTTP/1.1\r\nx-a: ")).collect();
    assert_others_are_served(&server, "slow heads");
    let refused = held.into_iter().skip(30).map(|mut stream| read_answer(&mut stream));
    assert!(refused.into_iter().all(|answer| answer.status == 503), "those beyond three quarters were sent away");
}

#[test]
fn a_head_that_never_ends_is_closed_at_its_deadline() {
    let server = server_with(|limits| limits.head_deadline = Duration::from_millis(300));
    let mut stream = attack(&server, b"POST /v1/batch HTTP/1.1\r\nx-a: ");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn bodies_that_never_come_leave_room_for_other_projects_and_addresses() {
    let server = server_with(|limits| limits.requests = 8);
    let attacked = server.create_project("attacked").write_key;
    let mut held: Vec<TcpStream> = (0..20).map(|_| attack(&server, &waiting_head(&attacked))).collect();
    let answers: Vec<Answer> = held.iter_mut().map(read_answer).collect();
    assert_eq!(answers.iter().filter(|answer| answer.status == 100).count(), 6, "three quarters");
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 100).collect();
    assert!(refused.iter().all(|answer| answer.status == 503 && answer.code() == "overloaded"), "{refused:?}");
    assert!(refused.iter().all(|answer| answer.headers.contains_key("x-sentry-rate-limits")));
    assert_others_are_served(&server, "slow bodies");
}

#[test]
fn bodies_that_never_come_behind_wrong_keys_hold_no_place() {
    let server = server_with(|limits| limits.requests = 4);
    let held: Vec<TcpStream> = (0..40)
        .map(|n| {
            let head = "POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 50000";
            attack(&server, format!("{head}\r\nauthorization: Bearer wrong-{n}\r\n\r\n").as_bytes())
        })
        .collect();
    assert_others_are_served(&server, "wrong keys");
    drop(held);
}

#[test]
fn thousands_of_connections_are_held_or_refused_and_memory_stays_bounded() {
    if !alone("attacks::thousands_of_connections_are_held_or_refused_and_memory_stays_bounded") {
        return;
    }
    let server = Server::start();
    assert_others_are_served(&server, "before");
    let before = resident_kib();
    let head = [&b"POST /v1/batch HTTP/1.1\r\nx-a: "[..], &[b'a'; 8000]].concat();
    let held: Vec<TcpStream> = (0..2_000).map(|_| attack(&server, &head)).collect();
    assert_others_are_served(&server, "thousands");
    let grown = resident_kib().saturating_sub(before);
    // 675 connections are held, with a read buffer of 8 to 16 KiB and what a task and a router take.
    assert!(grown < 48 * 1024, "{grown} KiB more than before");
    drop(held);
    assert_others_are_served(&server, "after");
}

#[test]
fn heads_that_are_too_large_are_refused() {
    let server = Server::start();
    let many: String = (0..1_000).map(|n| format!("x-{n}: y\r\n")).collect();
    let long = format!("x-a: {}\r\n", "a".repeat(200 * 1024));
    for (what, headers) in [("many", many), ("long", long)] {
        let mut stream = attack(&server, format!("POST /v1/batch HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes());
        let mut answer = Vec::new();
        // The rest of the head may be answered by a reset.
        let _ = stream.read_to_end(&mut answer);
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"),
            "{what}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_others_are_served(&server, "large heads");
}

#[test]
fn a_bomb_in_any_encoding_is_refused_and_memory_stays_bounded() {
    if !alone("attacks::a_bomb_in_any_encoding_is_refused_and_memory_stays_bounded") {
        return;
    }
    let server = Server::start();
    let spaces = vec![b' '; 1 << 20];
    let bombs = bombs(&spaces);
    assert_others_are_served(&server, "before");
    let before = resident_kib();
    for (encoding, bomb) in &bombs {
        assert!(bomb.len() < 2 << 20, "{encoding}: {} bytes", bomb.len());
        for _ in 0..2 {
            let answer = server.batch_with(&[("content-encoding", encoding)], bomb);
            assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"), "{encoding}");
        }
    }
    let grown = resident_kib().saturating_sub(before);
    // A vector that grows to 20 MiB has 32 at its last step, beside the 16 that it is copied from; freed memory may stay with
    // the allocator of each thread.
    assert!(grown < 128 * 1024, "{grown} KiB more than before");
    assert_others_are_served(&server, "bombs");
}

/// 40 MiB of spaces in each encoding.
fn bombs(spaces: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    fn fill(mut encoder: impl Write, spaces: &[u8]) {
        for _ in 0..40 {
            encoder.write_all(spaces).unwrap();
        }
    }
    let (mut gzip, mut zlib, mut brotli, mut zstd) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    fill(flate2::write::GzEncoder::new(&mut gzip, flate2::Compression::fast()), spaces);
    fill(flate2::write::ZlibEncoder::new(&mut zlib, flate2::Compression::fast()), spaces);
    fill(brotli::CompressorWriter::new(&mut brotli, 4096, 1, 22), spaces);
    fill(zstd::stream::write::Encoder::new(&mut zstd, 1).unwrap().auto_finish(), spaces);
    vec![("gzip", gzip), ("deflate", zlib), ("br", brotli), ("zstd", zstd)]
}

#[test]
fn bodies_that_lie_about_their_length_are_refused() {
    let server = Server::start();
    let with = |framing: &str, body: &str| {
        let head = format!("POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {}", server.authorization());
        let mut stream = attack(&server, format!("{head}\r\n{framing}\r\n\r\n{body}").as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    for framing in [
        "content-length: 1000",
        "content-length: -1",
        "content-length: 1e3",
        "content-length: 99999999999999999999",
        "content-length: 2\r\ncontent-length: 3",
        "transfer-encoding: chunked",
        "transfer-encoding: gzip",
    ] {
        let answer = with(framing, "{}");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{framing}: {answer}");
    }
    let answer = with("content-length: 2", "{}GET /assets/candor.css HTTP/9.9\r\n\r\n");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "what is behind the body is another request: {answer}");
    assert!(answer.contains("HTTP/1.1 400"), "and no good one: {answer}");
    let smuggled = with("content-length: 5\r\ntransfer-encoding: chunked", "0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n");
    assert!(!smuggled.contains("200 OK"), "two lengths: {smuggled}");
    assert_others_are_served(&server, "lengths");
}

#[test]
fn chunks_without_end_are_given_up() {
    let server = server_with(|limits| limits.body_deadline = Duration::from_secs(1));
    let head = format!(
        "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        server.authorization()
    );
    let mut stream = attack(&server, head.as_bytes());
    let mut dripping = stream.try_clone().unwrap();
    let drip = std::thread::spawn(move || {
        while dripping.write_all(b"1\r\n \r\n").is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let answer = read_answer(&mut stream);
    assert_eq!((answer.status, answer.code().as_str()), (408, "body_timeout"));
    let _ = stream.shutdown(std::net::Shutdown::Both);
    drip.join().unwrap();

    let mut stream = attack(&server, format!("{head}nonsense\r\n").as_bytes());
    let answer = read_answer(&mut stream);
    assert_eq!((answer.status, answer.code().as_str()), (400, "body_interrupted"));
    assert_others_are_served(&server, "chunks");
}

#[test]
fn requests_that_are_all_sent_at_once_are_answered_one_after_the_other() {
    let server = Server::start();
    let authorization = server.authorization();
    let headers = [("authorization", authorization.as_str())];
    let all: Vec<u8> = (0..300)
        .flat_map(|n| {
            // Every third one is no JSON, so that the order of the answers can be told.
            let body = if n % 3 == 0 { "no JSON".to_owned() } else { batch(&[event(&n.to_string())]) };
            request("POST", "/v1/batch", &headers, body.as_bytes())
        })
        .collect();
    let mut stream = attack(&server, &[]);
    let mut writing = stream.try_clone().unwrap();
    let writer = std::thread::spawn(move || writing.write_all(&all).unwrap());
    for n in 0..300 {
        assert_eq!(read_answer(&mut stream).status, if n % 3 == 0 { 400 } else { 200 }, "answer {n}");
    }
    writer.join().unwrap();
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 200);
}

// That a million words are bounded is a test of the vocabulary itself.
#[test]
fn names_without_end_are_bounded_in_memory_and_reports_go_on() {
    if !alone("attacks::names_without_end_are_bounded_in_memory_and_reports_go_on") {
        return;
    }
    let server = Server::start();
    let send = |round: usize| {
        let item = |n: usize| {
            let word = format!("n{}", round * 10_000 + n);
            format!(
                r#"{{"type":"track","event":"{word}","messageId":"{word}","properties":{{"{word}":1,"p":"{word}"}}}}"#
            )
        };
        let items: Vec<String> = (0..10_000).map(item).collect();
        let answer = server.batch(batch(&items));
        assert_eq!(answer.status, 200, "round {round}: {answer:?}");
    };
    // What is there from the beginning on: buffers, threads, the words of a project.
    (0..5).for_each(send);
    let before = resident_kib();
    (5..20).for_each(send);
    let grown = resident_kib().saturating_sub(before);
    // The store holds fresh rows and a table's files in work. A million names took no more, and five minutes of a debug build.
    assert!(grown < 128 * 1024, "{grown} KiB more than before");
    let counts = &server.rows("SELECT count(*) AS n, count(DISTINCT name) AS names FROM facts")[0];
    assert_eq!(counts["n"], 200_000);
    assert_eq!(counts["names"], Limits::default().names_per_day + 1, "and `other`");
    for report in ["overview", "geography", "counts"] {
        assert_eq!(server.get(&format!("/api/v1/projects/inventory/reports/{report}")).status, 200);
    }
    let pipeline = server.get("/api/v1/projects/inventory/pipeline").json();
    let reasons = pipeline["rows"].as_array().unwrap().len();
    assert!(reasons <= Limits::default().outcome_reasons + 10, "{reasons} reasons");
}
