//! Minidumps, in forms of their own and attached to envelopes.

use crate::server::{Answer, Server, request};
use candor_server::Limits;
use candor_store::ProjectMode;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

const ID: &str = "5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e";
const SECRET: &str = "a password in memory";

/// A dump of a process on Linux that a bad address ended, with some of its memory.
fn dump() -> Vec<u8> {
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let header = [b"MDMP".to_vec(), words(&[0xa793, 2, 32, 0, 0, 0, 0])].concat();
    let (list, system) = (words(&[7, 24, 56, 6, 12, 80]), words(&[9, 0, 6, 1, 0, 0x8201]));
    [header, list, system, words(&[1, 0, 11]), SECRET.as_bytes().to_vec()].concat()
}

/// A form as crash handlers send it: the fields first, the file last.
fn form(fields: &[(&str, &str)], file: &str, dump: &[u8]) -> Vec<u8> {
    let field = |(name, text): &(&str, &str)| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let fields: String = fields.iter().map(field).collect();
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"{file}\"; filename=\"x.dmp\"\r\n\r\n");
    [fields.as_bytes(), head.as_bytes(), dump, b"\r\n--B--\r\n"].concat()
}

fn upload(server: &Server, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let path = format!("/api/1/minidump/?sentry_client=crashpad/1&sentry_key={}", server.project.write_key);
    let all = [&[("content-type", "multipart/form-data; boundary=B")], headers].concat();
    server.send("POST", &path, &all, body)
}

fn keep(server: &Server) {
    server.block_on(server.app().catalog().set_minidumps("inventory", true)).unwrap();
}

/// The files of the project.
fn kept(server: &Server) -> Vec<PathBuf> {
    let entries = fs::read_dir(server.dir().join("minidumps/inventory"));
    entries.into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_dump_is_a_crash_that_is_counted_once_and_kept_where_the_project_keeps_them() {
    let server = Server::start();
    keep(&server);
    let event = format!(r#"{{"event_id":"{ID}","release":"inventory@1.4.0","user":{{"id":"someone"}}}}"#);
    let body = form(&[("sentry", &event), ("prod", "x")], "upload_file_minidump", &dump());
    for _ in 0..2 {
        let answer = upload(&server, &[], &body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "5f0c9e1a-0b1e-4d56-b0c8-5f0c9e1a0b1e"));
    }
    let files = kept(&server);
    assert_eq!(files.len(), 1);
    let name = files[0].file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with(&format!("{ID}-")) && fs::read(&files[0]).unwrap() == dump(), "{name}");
    let fact = server.rows("SELECT kind, name, version, os, arch, count, attributes FROM facts");
    let expected = serde_json::json!([{"kind": "crash", "name": "SIGSEGV", "version": "1.4.0", "os": "linux",
        "arch": "x86_64", "count": 1, "attributes": format!(r#"{{"minidump_bytes":{}}}"#, dump().len())}]);
    assert_eq!(fact, expected);
    let report = server.rows("SELECT event_id, report FROM crashes");
    assert_eq!(report[0]["event_id"], ID);
    assert!(report[0]["report"].as_str().unwrap().contains(r#""platform":"native""#), "{report}");
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (1, 1));
    let erased = server.block_on(server.app().erase("inventory", "someone", |_| ())).unwrap();
    assert_eq!(erased.rows_removed, 1);
    assert_eq!(kept(&server), Vec::<PathBuf>::new());
}

#[test]
fn a_project_that_keeps_none_counts_the_crash_and_has_no_byte_of_the_dump() {
    let server = Server::start();
    let answer = upload(&server, &[], &form(&[], "upload_file_minidump", &dump()));
    assert_eq!((answer.status, answer.body.len()), (200, 36), "{answer:?}");
    // Without an id the dump itself says that it is the same.
    assert_eq!(upload(&server, &[], &form(&[("prod", "y")], "upload_file_minidump", &dump())).body, answer.body);
    assert_eq!(server.rows("SELECT name, count FROM facts"), serde_json::json!([{"name": "SIGSEGV", "count": 1}]));
    assert_eq!(server.outcome("dropped", "minidump_not_kept"), 2);
    let found = walk(server.dir()).into_iter().filter(|path| {
        fs::read(path).is_ok_and(|bytes| bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()))
    });
    assert_eq!(found.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.into_iter().flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn forms_come_compressed_chunked_and_slowly() {
    let server = Server::start();
    keep(&server);
    let body = form(&[], "upload_file_minidump", &dump());
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&body).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&body[..], 3).unwrap();
    let ids = [
        upload(&server, &[("content-encoding", "gzip")], &gzip),
        upload(&server, &[], &gzip),
        upload(&server, &[("content-encoding", "zstd")], &zstd),
    ];
    let mut stream = server.connect();
    let head = request("POST", "/api/1/minidump", &[], b"");
    let head = String::from_utf8(head).unwrap().replace("content-length: 0\r\n", "transfer-encoding: chunked\r\n");
    let key = format!("x-sentry-auth: Sentry sentry_key={}\r\n", server.project.write_key);
    let head = head.replace("\r\n\r\n", &format!("\r\n{key}content-type: multipart/form-data; boundary=B\r\n\r\n"));
    stream.write_all(head.as_bytes()).unwrap();
    for piece in body.chunks(50) {
        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).unwrap();
        stream.write_all(&[piece, b"\r\n"].concat()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let last = crate::server::read_answer(&mut stream);
    for answer in ids.iter().chain([&last]) {
        assert_eq!((answer.status, &answer.body), (200, &ids[0].body), "{answer:?}");
    }
    assert_eq!((kept(&server).len(), server.outcome("duplicate", "")), (1, 3));
}

#[test]
fn what_is_no_form_with_a_minidump_is_refused_and_leaves_nothing() {
    let mut limits = Limits::default();
    limits.minidump_bytes = 1000;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    keep(&server);
    let whole = form(&[], "upload_file_minidump", &dump());
    let large = form(&[], "upload_file_minidump", &[b"MDMP".as_slice(), &[0; 2000]].concat());
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&large).unwrap();
    let bomb = bomb.finish().unwrap();
    let gzip = [("content-encoding", "gzip")];
    for (headers, body, status, code) in [
        (&[][..], &whole[..whole.len() - 6], 400, "truncated"),
        (&[], &form(&[], "file", &dump()), 400, "not_a_minidump"),
        (&[], &form(&[], "upload_file_minidump", b"a text"), 400, "not_a_minidump"),
        (&[], b"--B\r\nx: y\r\n\r\n\r\n--B--", 400, "not_a_form"),
        (&[], &large, 413, "body_too_large"),
        (&gzip, &bomb, 413, "body_too_large"),
        (&gzip, &bomb[..20], 400, "truncated"),
        (&gzip, &whole, 400, "malformed_encoding"),
        (&[("content-encoding", "compress")], &whole, 415, "unsupported_encoding"),
    ] {
        let answer = upload(&server, headers, body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert!(server.outcome("rejected", code) > 0, "{code}");
    }
    let other = server.send("POST", "/api/1/minidump/?sentry_key=wrong", &[], &whole);
    assert_eq!((other.status, other.code().as_str()), (401, "invalid_write_key"));
    let path = format!("/api/1/minidump/?sentry_key={}", server.project.write_key);
    let json = server.send("POST", &path, &[("content-type", "application/json")], b"{}");
    assert_eq!((json.status, json.code().as_str()), (400, "not_a_form"));
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts"), serde_json::json!([{"n": 0}]));
    let left = walk(&server.dir().join("tmp"));
    assert_eq!((kept(&server), left), (Vec::new(), Vec::new()));
}

#[test]
fn a_dump_as_large_as_it_may_be_is_taken_whatever_its_form_adds() {
    let mut limits = Limits::default();
    limits.minidump_bytes = 1000;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    keep(&server);
    let mut largest = dump();
    largest.resize(1000, 7);
    let fields = [("guid", &*"g".repeat(500))];
    assert_eq!(upload(&server, &[], &form(&fields, "upload_file_minidump", &largest)).status, 200);
    assert_eq!(kept(&server).len(), 1);
    largest.push(7);
    let answer = upload(&server, &[], &form(&fields, "upload_file_minidump", &largest));
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    assert_eq!(kept(&server).len(), 1);
}

#[test]
fn an_envelopes_attachment_is_kept_with_its_event_and_is_a_crash_without_one() {
    let server = Server::start();
    keep(&server);
    let auth = format!("Sentry sentry_key={}", server.project.write_key);
    let dump = dump();
    let send = |items: &[(&str, &[u8])]| {
        let mut body = format!("{{\"event_id\":\"{ID}\"}}\n").into_bytes();
        for (kind, payload) in items {
            let line = format!("{{\"type\":{kind},\"length\":{}}}\n", payload.len());
            body.extend([line.as_bytes(), payload, b"\n"].concat());
        }
        server.send("POST", "/api/1/envelope/", &[("x-sentry-auth", &auth)], &body)
    };
    let attachment = (r#""attachment","attachment_type":"event.minidump","filename":"minidump.dmp""#, &dump[..]);
    let event = format!(r#"{{"event_id":"{ID}","level":"fatal","transaction":"fetch"}}"#);
    assert_eq!(send(&[(r#""event""#, event.as_bytes()), attachment]).status, 200);
    let rows = server.rows("SELECT kind, parent, count, attributes FROM facts");
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["parent"]), (1, &"fetch".into()), "{rows}");
    assert_eq!(rows[0]["attributes"], format!(r#"{{"minidump_bytes":{}}}"#, dump.len()));
    assert_eq!(fs::read(&kept(&server)[0]).unwrap(), dump);
    // The same crash again, by its dump alone.
    let again = send(&[attachment]);
    assert_eq!((again.status, again.body.as_str()), (200, format!(r#"{{"id":"{ID}"}}"#).as_str()));
    assert_eq!((server.outcome("duplicate", ""), kept(&server).len()), (1, 1));
    assert_eq!(send(&[(attachment.0, b"a text")]).status, 200);
    assert_eq!(server.outcome("dropped", "not_kept"), 1);
}

#[test]
fn those_that_are_too_old_go_with_maintenance() {
    let mut limits = Limits::default();
    limits.keep_minidumps = Duration::ZERO;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    keep(&server);
    upload(&server, &[], &form(&[], "upload_file_minidump", &dump()));
    server.block_on(server.app().maintain(candor_store::Task::Retain, |_| ())).unwrap();
    assert_eq!((kept(&server).len(), server.outcome("accepted", "")), (0, 1));
}
