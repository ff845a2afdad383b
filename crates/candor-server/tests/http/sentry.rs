//! Envelopes of Sentry's clients.

use crate::server::{Answer, Server};
use candor_server::Limits;
use candor_store::ProjectMode;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const ID: &str = "5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e";

/// An envelope with these items: type and payload.
fn envelope(header: &str, items: &[(&str, &str)]) -> String {
    let item = |(kind, payload): &(&str, &str)| format!("\n{{\"type\":\"{kind}\"}}\n{payload}");
    format!("{header}{}\n", items.iter().map(item).collect::<String>())
}

fn crash(id: &str) -> String {
    format!(
        r#"{{"event_id":"{id}","level":"fatal","release":"inventory@1.4.0","transaction":"fetch","exception":[{{"type":"panic","mechanism":{{"type":"panic","handled":false}},"stacktrace":{{"frames":[{{"function":"main","in_app":true}}]}}}}],"contexts":{{"os":{{"name":"Linux"}}}}}}"#
    )
}

fn post(server: &Server, path: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
    server.send("POST", path, headers, body.as_ref())
}

fn with_key(server: &Server, body: impl AsRef<[u8]>) -> Answer {
    let auth = format!("Sentry sentry_key={}, sentry_version=7", server.project.write_key);
    post(server, "/api/1/envelope/", &[("x-sentry-auth", &auth)], body)
}

#[test]
fn a_crash_is_a_fact_and_a_report_when_the_answer_is_there_and_counted_once() {
    let server = Server::start();
    let body = envelope(&format!(r#"{{"event_id":"{ID}"}}"#), &[("event", &crash(ID)), ("session", "{}")]);
    for _ in 0..2 {
        let answer = with_key(&server, &body);
        assert_eq!((answer.status, answer.body.as_str()), (200, format!(r#"{{"id":"{ID}"}}"#).as_str()));
    }
    let fact = server.rows("SELECT kind, name, error_class, parent, version, os, count FROM facts");
    let expected = serde_json::json!([{"kind": "crash", "name": "panic", "error_class": "panic", "parent": "fetch",
        "version": "1.4.0", "os": "linux", "count": 1}]);
    assert_eq!(fact, expected);
    let row = server.rows("SELECT project, kind, name, version, event_id, report FROM crashes");
    assert_eq!((row.as_array().unwrap().len(), &row[0]["event_id"], &row[0]["kind"]), (1, &ID.into(), &"crash".into()));
    let report: serde_json::Value = serde_json::from_str(row[0]["report"].as_str().unwrap()).unwrap();
    assert_eq!(report["exception"]["values"][0]["stacktrace"]["frames"][0]["function"], "main");
    assert_eq!(report["release"], "inventory@1.4.0");
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (1, 1));
    assert_eq!(server.outcome("dropped", "not_kept"), 2);
}

#[test]
fn the_key_is_taken_wherever_clients_put_it() {
    let server = Server::start();
    let key = &server.project.write_key;
    let auth = format!("Sentry sentry_version=7, sentry_client=x/1, sentry_key={key}");
    let event = |header: &str| envelope(header, &[("event", "{}")]);
    assert_eq!(post(&server, "/api/1/envelope", &[("x-sentry-auth", &auth)], event("{}")).status, 200);
    assert_eq!(post(&server, "/api/7/envelope/", &[("authorization", &auth)], event("{}")).status, 200);
    let query = format!("/api/1/store/?sentry_version=7&sentry_key={key}");
    assert_eq!(post(&server, &query, &[], r#"{"message":"m"}"#).status, 200);
    let dsn = format!(r#"{{"dsn":"http://{key}@127.0.0.1:8700/1"}}"#);
    assert_eq!(post(&server, "/api/1/envelope/", &[], event(&dsn)).status, 200);
    for (path, headers) in [
        ("/api/1/envelope/", &[][..]),
        ("/api/1/envelope/?sentry_key=wrong", &[]),
        ("/api/1/store/", &[("x-sentry-auth", "Sentry sentry_key=wrong")]),
    ] {
        let answer = post(&server, path, headers, "{}");
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_write_key"), "{path}");
    }
}

#[test]
fn every_encoding_and_content_type_is_read_and_what_cannot_be_read_is_refused() {
    let server = Server::start();
    let auth = format!("Sentry sentry_key={}", server.project.write_key);
    let body = envelope("{}", &[("event", r#"{"message":"m"}"#)]);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    for (encoding, content_type, bytes) in [
        ("gzip", "application/x-sentry-envelope", &gzip[..]),
        ("", "application/json", body.as_bytes()),
        ("identity", "application/octet-stream", &gzip[..]),
    ] {
        let headers = [("x-sentry-auth", &*auth), ("content-encoding", encoding), ("content-type", content_type)];
        assert_eq!(post(&server, "/api/1/envelope/", &headers, bytes).status, 200, "{content_type}");
    }
    let headers = [("x-sentry-auth", &*auth)];
    for (path, body, code) in [
        ("/api/1/envelope/", "", "truncated"),
        ("/api/1/envelope/", "hello", "not_json"),
        ("/api/1/envelope/", "{}\n{\"length\":9}\n{}", "truncated"),
        ("/api/1/store/", "[1]", "not_a_batch"),
    ] {
        let answer = post(&server, path, &headers, body);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
        assert_eq!(server.outcome("rejected", code), if code == "truncated" && body.len() > 1 { 2 } else { 1 });
    }
}

#[test]
fn nothing_of_a_person_or_a_machine_is_in_a_row_or_a_report() {
    let server = Server::start();
    let event = r#"{"level":"error","server_name":"janes-laptop","user":{"id":"jane","ip_address":"203.0.113.77"},
        "message":"no space for jane@example.com","transaction":"sync jane@example.com","release":"tool-of-jane@example.com@2.0.1",
        "tags":{"jane@example.com":"203.0.113.77","command":"sync"},"extra":{"sys.argv":["--password","hunter2"]},
        "exception":[{"type":"Error<jane@example.com>","value":"open /home/jane/.netrc: 203.0.113.77",
            "stacktrace":{"frames":[{"function":"f","filename":"/home/jane/src/a.rs","abs_path":"/home/jane/src/a.rs",
                "context_line":"let token = hunter2","vars":{"password":"hunter2"}}]}}],
        "debug_meta":{"images":[{"type":"elf","code_id":"203.0.113.77","debug_id":"e565bc7e-2b2f-a4be-98b4-040fa92f7238",
            "code_file":"/home/jane/bin/tool"}]}}"#;
    assert_eq!(with_key(&server, envelope("{}", &[("event", &event.replace('\n', " "))])).status, 200);
    let (facts, crashes) = (server.rows("SELECT * FROM facts"), server.rows("SELECT * FROM crashes"));
    for text in [facts.to_string(), crashes.to_string()] {
        for secret in ["jane", "example.com", "203.0.113.77", "hunter2", "laptop"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(facts[0]["installation"].is_i64(), "{facts}");
    assert_eq!(facts[0]["attributes"], r#"{"<email>":"<ip>","command":"sync"}"#);
    let report = crashes[0]["report"].as_str().unwrap();
    for kept in ["e565bc7e-2b2f-a4be-98b4-040fa92f7238", "\"filename\":\"a.rs\"", "\"code_file\":\"tool\"", "@2.0.1"] {
        assert!(report.contains(kept), "{kept} in {report}");
    }
}

#[test]
fn the_databases_hash_is_hashed_again_and_is_not_in_the_report() {
    let server = Server::start();
    let own = crash(ID).replace(
        "\"contexts\":{",
        "\"tags\":{\"database\":\"00c0ffee00c0ffee\",\"ci\":\"none\"},\"contexts\":{\"candor\":{\"format\":1},",
    );
    assert_eq!(with_key(&server, envelope("{}", &[("event", &own)])).status, 200);
    assert_eq!(
        server.rows("SELECT count(database) AS n, min(ci) AS ci FROM facts"),
        serde_json::json!([{"n": 1, "ci": "none"}])
    );
    assert!(!server.rows("SELECT * FROM crashes").to_string().contains("c0ffee"));
}

#[test]
fn a_message_for_information_is_counted_and_is_no_error() {
    let server = Server::start();
    let body = envelope("{}", &[("event", r#"{"message":"starting","level":"info"}"#)]);
    assert_eq!(with_key(&server, body).status, 200);
    let rows = server.rows("SELECT kind, name, attributes FROM facts");
    assert_eq!((&rows[0]["kind"], &rows[0]["name"]), (&"track".into(), &"$message".into()));
    assert_eq!(rows[0]["attributes"], r#"{"message":"starting","level":"info"}"#);
    assert_eq!(server.rows("SELECT count(*) AS n FROM crashes")[0]["n"], 0);
}

/// What a manifest says that declares crashes.
const CRASH: &str = r#"
[crash]
description = "The tool crashed."
why = "To repair it."
owner = "team"
expires = "never"
expires_reason = "Nobody wants crashes."
level = "errors"
messages = "none"
"#;

#[test]
fn a_strict_project_that_declares_crashes_keeps_what_it_declares_of_them() {
    let dsn = "endpoint = \"http://127.0.0.1:8700\"\nsentry_dsn = \"http://key@127.0.0.1:8700/1\"";
    let manifest = crate::items::MANIFEST.replace("endpoint = \"http://127.0.0.1:8700\"", dsn) + CRASH;
    let manifest = candor_manifest::Manifest::parse(&manifest).unwrap().to_json().to_string();
    let server = Server::start_with(Limits::default(), ProjectMode::Strict, Some(manifest));
    let told = crash(ID)
        .replace("\"type\":\"panic\",\"mechanism\"", "\"type\":\"panic\",\"value\":\"what Jane typed\",\"mechanism\"");
    let with_tag = told.replace("\"contexts\"", "\"tags\":{\"customer\":\"Jane\"},\"contexts\"");
    assert_eq!(with_key(&server, envelope("{}", &[("event", &with_tag)])).status, 200);
    let kept = server.rows("SELECT kind, name, parent, attributes FROM facts");
    assert_eq!(kept, serde_json::json!([{"kind": "crash", "name": "panic", "parent": "fetch", "attributes": null}]));
    let reports = server.rows("SELECT report FROM crashes").to_string();
    assert!(reports.contains("main") && !reports.contains("Jane"), "{reports}");
    assert_eq!(server.outcome("dropped", "undeclared_property:customer"), 1);
}

#[test]
fn a_strict_project_that_declares_no_crash_keeps_none() {
    let manifest = candor_manifest::Manifest::parse(crate::items::MANIFEST).unwrap().to_json().to_string();
    let server = Server::start_with(Limits::default(), ProjectMode::Strict, Some(manifest));
    let body = envelope("{}", &[("event", &crash(ID)), ("event", r#"{"message":"m","level":"info"}"#)]);
    assert_eq!(with_key(&server, body).status, 200);
    assert_eq!(server.outcome("dropped", "undeclared_record"), 2);
    assert_eq!(server.rows("SELECT count(*) AS n FROM crashes")[0]["n"], 0);
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 0);
}
