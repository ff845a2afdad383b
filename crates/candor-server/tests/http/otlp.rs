//! Exporters of OpenTelemetry's protocol.

use crate::server::{Answer, Server};
use candor_server::Limits;
use candor_store::ProjectMode;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/x-protobuf";

fn post(server: &Server, signal: &str, content_type: &str, body: impl AsRef<[u8]>) -> Answer {
    let authorization = server.authorization();
    let headers = [("authorization", authorization.as_str()), ("content-type", content_type)];
    server.send("POST", &format!("/v1/{signal}"), &headers, body.as_ref())
}

fn attribute(name: &str, value: &str) -> String {
    format!(r#"{{"key":"{name}","value":{{"stringValue":"{value}"}}}}"#)
}

/// A request with these log records, of a resource with a version and an instance.
fn logs(records: &[&str]) -> String {
    let (version, instance) =
        (attribute("service.version", "1.4.0"), attribute("service.instance.id", "jane's laptop"));
    let host = attribute("host.name", "janes-laptop");
    let records = records.join(",");
    format!(
        r#"{{"resourceLogs":[{{"resource":{{"attributes":[{version},{instance},{host}]}},"scopeLogs":[{{"logRecords":[{records}]}}]}}]}}"#
    )
}

fn metrics(temporality: u8, value: u8) -> String {
    let point = format!(r#"{{"asInt":"{value}"}}"#);
    let sum = format!(r#"{{"aggregationTemporality":{temporality},"isMonotonic":true,"dataPoints":[{point}]}}"#);
    format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"runs","sum":{sum}}}]}}]}}]}}"#)
}

#[test]
fn events_counters_and_spans_are_facts_when_the_answer_is_there() {
    let server = Server::start();
    let span = |id: &str, parent: &str, name: &str, code: u8| {
        format!(
            r#"{{"traceId":"0a","spanId":"{id}","parentSpanId":"{parent}","name":"{name}","status":{{"code":{code}}}}}"#
        )
    };
    let spans = [span("01", "", "fetch", 2), span("02", "01", "read", 0)].join(",");
    let traces = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#);
    for (signal, body) in [("logs", logs(&[r#"{"eventName":"sync"}"#])), ("metrics", metrics(1, 7)), ("traces", traces)]
    {
        let answer = post(&server, signal, JSON, body);
        assert_eq!((answer.status, answer.body.as_str(), &*answer.headers["content-type"]), (200, "{}", JSON));
    }
    let facts = server.rows("SELECT kind, name, parent, outcome, version, count FROM facts ORDER BY kind");
    let expected = serde_json::json!([
        {"kind": "count", "name": "runs", "parent": null, "outcome": null, "version": null, "count": 7},
        {"kind": "operation", "name": "fetch", "parent": null, "outcome": "error", "version": null, "count": 1},
        {"kind": "part", "name": "read", "parent": "fetch", "outcome": "ok", "version": null, "count": 1},
        {"kind": "track", "name": "sync", "parent": null, "outcome": null, "version": "1.4.0", "count": 1},
    ]);
    assert_eq!(facts, expected);
    assert_eq!(server.outcome("accepted", ""), 4);
}

#[test]
fn a_retry_is_counted_once() {
    let server = Server::start();
    let body = logs(&[r#"{"eventName":"sync","timeUnixNano":1795312799500000000}"#; 2]);
    let body = body.replace("1795312799500000000", &(jiff::Timestamp::now().as_nanosecond() as u64).to_string());
    for _ in 0..3 {
        assert_eq!(post(&server, "logs", JSON, &body).status, 200);
    }
    assert_eq!(server.rows("SELECT sum(count) AS n FROM facts")[0]["n"], 2);
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (2, 4));
}

#[test]
fn what_was_not_kept_is_said_in_the_encoding_that_was_sent() {
    let server = Server::start();
    let answer = post(&server, "metrics", JSON, metrics(2, 7));
    let partial = &answer.json()["partialSuccess"];
    assert_eq!((answer.status, &partial["rejectedDataPoints"]), (200, &"1".into()));
    let message = partial["errorMessage"].as_str().unwrap();
    assert!(message.starts_with("cumulative_temporality: 1") && message.contains("PREFERENCE=delta"), "{message}");
    assert_eq!(server.outcome("dropped", "cumulative_temporality"), 1);

    // A request of one empty log record, in protobuf.
    let answer = post(&server, "logs", PROTOBUF, [0x0a, 4, 0x12, 2, 0x12, 0]);
    assert_eq!((answer.status, &*answer.headers["content-type"]), (200, PROTOBUF));
    assert_eq!(answer.body.as_bytes(), b"\x0a\x0f\x08\x01\x12\x0bnot_kept: 1");
    let answer = post(&server, "traces", PROTOBUF, "");
    assert_eq!((answer.status, answer.body.as_str()), (200, ""), "everything of nothing was kept");
}

#[test]
fn what_a_project_does_not_take_is_said_too() {
    let manifest = candor_manifest::Manifest::parse(crate::items::MANIFEST).unwrap().to_json().to_string();
    let server = Server::start_with(Limits::default(), ProjectMode::Strict, Some(manifest));
    let answer = post(&server, "logs", JSON, logs(&[r#"{"eventName":"sync"}"#, r#"{"eventName":"sync"}"#]));
    let partial = &answer.json()["partialSuccess"];
    assert_eq!((answer.status, &partial["rejectedLogRecords"]), (200, &"2".into()));
    assert_eq!(partial["errorMessage"], "undeclared_record: 2");
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 0);
}

#[test]
fn the_key_is_taken_from_any_header_that_an_exporter_can_be_given() {
    let server = Server::start();
    let key = server.project.write_key.clone();
    let body = logs(&[r#"{"eventName":"sync"}"#]);
    for (name, value) in [("authorization", format!("Bearer {key}")), ("x-api-key", key.clone()), ("api-key", key)] {
        let answer = server.send("POST", "/v1/logs/", &[(name, &value)], body.as_bytes());
        assert_eq!(answer.status, 200, "{name}");
    }
    for headers in [&[][..], &[("x-api-key", "wrong")]] {
        let answer = server.send("POST", "/v1/traces", headers, b"");
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_write_key"));
    }
}

#[test]
fn every_encoding_is_read_and_what_cannot_be_read_is_refused() {
    let server = Server::start();
    let body = logs(&[r#"{"eventName":"sync"}"#]);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    // Without a label and with a content type that says nothing.
    assert_eq!(post(&server, "logs", "application/octet-stream", &gzip).status, 200);
    for (content_type, body, status, code) in [
        (PROTOBUF, &b"hello"[..], 400, "not_protobuf"),
        (PROTOBUF, b"\x0a\x05", 400, "truncated"),
        (JSON, b"hello", 400, "not_json"),
        (JSON, b"[]", 400, "not_a_batch"),
        (JSON, b"{\"a\":\"\xff\"}", 400, "invalid_utf8"),
        (PROTOBUF, &[0x0a, 0].repeat(10_001), 413, "too_many_items"),
    ] {
        let answer = post(&server, "logs", content_type, body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert_eq!(server.outcome("rejected", code), 1);
    }
    assert_eq!(server.outcome("accepted", ""), 1);
}

#[test]
fn nothing_of_a_person_or_a_machine_is_in_a_row_or_a_report() {
    let server = Server::start();
    let said = [
        ("exception.type", "Error<jane@example.com>"),
        ("exception.message", "open /home/jane/.netrc: 203.0.113.77"),
        ("exception.stacktrace", "at /home/jane/src/a.py hunter2"),
        ("user.name", "jane"),
        ("jane@example.com", "203.0.113.77"),
        ("command", "sync"),
    ];
    let said = said.map(|(name, value)| attribute(name, value)).join(",");
    let record = format!(r#"{{"severityNumber":21,"body":{{"stringValue":"jane"}},"attributes":[{said}]}}"#);
    let event = format!(r#"{{"eventName":"of jane@example.com","attributes":[{said}]}}"#)
        .replace("exception.type", "exception");
    assert_eq!(post(&server, "logs", JSON, logs(&[&record, &event])).body, "{}");
    let (facts, crashes) = (server.rows("SELECT * FROM facts ORDER BY kind"), server.rows("SELECT * FROM crashes"));
    for text in [facts.to_string(), crashes.to_string()] {
        for secret in ["jane", "example.com", "203.0.113.77", "hunter2", "laptop"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(facts[0]["installation"].is_i64(), "{facts}");
    for fact in [&facts[0], &facts[1]] {
        assert_eq!(fact["attributes"], r#"{"<email>":"<ip>","command":"sync"}"#);
    }
    let report = crashes[0]["report"].as_str().unwrap();
    assert!(report.contains("Error<<email>>") && report.contains("<ip>"), "{report}");
}
