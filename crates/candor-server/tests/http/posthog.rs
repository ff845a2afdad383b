//! Events of PostHog's clients.

use crate::server::{Answer, Server};
use candor_server::Limits;
use candor_store::ProjectMode;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;

const UUID: &str = "7319245c-fd4d-4b54-a793-6641586a3a52";

fn post(server: &Server, path: &str, body: impl AsRef<[u8]>) -> Answer {
    server.send("POST", path, &[], body.as_ref())
}

/// A batch of V0 with the project's key.
fn batch(server: &Server, events: &[Value]) -> String {
    json!({"api_key": server.project.write_key, "batch": events}).to_string()
}

fn v1(server: &Server, events: &[Value]) -> Answer {
    let authorization = format!("Bearer {}", server.project.write_key);
    let headers = [("authorization", authorization.as_str()), ("posthog-sdk-info", "posthog-go/1.2.3")];
    let body = json!({"created_at": "2026-11-22T00:00:00Z", "batch": events}).to_string();
    server.send("POST", "/i/v1/analytics/events", &headers, body.as_bytes())
}

#[test]
fn an_event_is_in_the_tables_when_the_answer_is_there_and_counted_once() {
    let server = Server::start();
    let event =
        json!({"event": "opened", "uuid": UUID, "distinct_id": "d", "properties": {"n": 1, "$lib": "posthog-go"}});
    for _ in 0..3 {
        let answer = post(&server, "/batch/", batch(&server, std::slice::from_ref(&event)));
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"Ok"}"#));
    }
    let rows = server.rows("SELECT kind, name, sdk, attributes, count FROM facts");
    let expected =
        json!([{"kind": "track", "name": "opened", "sdk": "posthog-go", "attributes": "{\"n\":1}", "count": 1}]);
    assert_eq!(rows, expected);
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (1, 2));
}

#[test]
fn every_route_of_v0_takes_every_shape_and_the_key_wherever_it_is() {
    let server = Server::start();
    let key = &server.project.write_key;
    let mut sent = 0;
    for route in ["/batch", "/capture", "/e", "/i/v0/e", "/track", "/engage"] {
        for slash in ["", "/"] {
            let path = format!("{route}{slash}");
            for body in [
                json!({"api_key": key, "event": "opened"}).to_string(),
                json!([{"event": "opened", "properties": {"token": key}}]).to_string(),
                json!({"token": key, "batch": [{"event": "opened"}]}).to_string(),
                format!("data={}", json!({"event": "opened", "api_key": key})),
            ] {
                let answer = post(&server, &path, &body);
                assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"Ok"}"#), "{path} {body}");
                sent += 1;
            }
        }
    }
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], sent);
}

#[test]
fn v1_answers_what_became_of_each_event() {
    let server = Server::start();
    let events = [
        json!({"event": "opened", "uuid": UUID, "distinct_id": "d", "timestamp": jiff::Timestamp::now().to_string()}),
        json!({"event": "", "uuid": "no-name"}),
        json!({"event": "opened", "uuid": "too-old", "timestamp": "0001-01-01T00:00:00Z"}),
        json!(7),
    ];
    for _ in 0..2 {
        let answer = v1(&server, &events);
        let expected = json!({"results": {
            UUID: {"result": "ok"},
            "no-name": {"result": "drop", "details": "missing_event"},
            "too-old": {"result": "drop", "details": "timestamp_too_old"}}});
        assert_eq!((answer.status, answer.json()), (200, expected));
    }
    assert_eq!(
        server.rows("SELECT name, sdk, sdk_version FROM facts"),
        json!([{"name": "opened", "sdk": "posthog-go", "sdk_version": "1.2.3"}])
    );
}

#[test]
fn v1_says_what_a_strict_project_does_not_take() {
    let manifest = candor_manifest::Manifest::parse(crate::items::MANIFEST).unwrap().to_json().to_string();
    let server = Server::start_with(Limits::default(), ProjectMode::Strict, Some(manifest));
    let answer = v1(&server, &[json!({"event": "opened", "uuid": UUID})]);
    assert_eq!(answer.json(), json!({"results": {UUID: {"result": "drop", "details": "undeclared_record"}}}));
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 0);
}

#[test]
fn an_exception_is_a_fact_and_a_report() {
    let server = Server::start();
    let event = json!({"event": "$exception", "uuid": UUID, "distinct_id": "d", "properties": {
        "$lib": "posthog-python", "$app_version": "1.4.0", "$exception_level": "fatal", "command": "sync",
        "$exception_list": [{"type": "KeyError", "mechanism": {"type": "excepthook", "handled": false},
            "stacktrace": {"frames": [{"function": "main", "filename": "a.py", "lineno": 3, "in_app": true}]}}]}});
    assert_eq!(post(&server, "/i/v0/e/", batch(&server, &[event])).status, 200);
    let fact = server.rows("SELECT kind, name, error_class, version, attributes FROM facts");
    let expected = json!([{"kind": "crash", "name": "KeyError", "error_class": "KeyError", "version": "1.4.0",
        "attributes": "{\"command\":\"sync\"}"}]);
    assert_eq!(fact, expected);
    let row = server.rows("SELECT kind, name, event_id, report FROM crashes");
    assert_eq!(row[0]["event_id"], UUID.replace('-', ""));
    let report: Value = serde_json::from_str(row[0]["report"].as_str().unwrap()).unwrap();
    assert_eq!(report["exception"]["values"][0]["stacktrace"]["frames"][0]["function"], "main");
    assert_eq!((&report["platform"], &report["release"]), (&json!("python"), &json!("1.4.0")));
}

#[test]
fn nothing_of_a_person_or_a_machine_is_in_a_row_or_a_report() {
    let server = Server::start();
    let properties = json!({"$ip": "203.0.113.77", "$current_url": "https://jane.example.com/", "$device_id": "device-4711",
        "$geoip_city_name": "Ulm-4711", "$groups": {"company": "company-4711"}, "$set": {"email": "jane@example.com"},
        "$lib": "lib-of-jane@example.com", "$os": "jane@example.com", "$app_version": "jane@example.com",
        "from": "203.0.113.77", "jane@example.com": "x", "nested": {"jane@example.com": ["203.0.113.77"]},
        "$exception_list": [{"type": "Error<jane@example.com>", "value": "open /home/jane/.netrc: 203.0.113.77",
            "stacktrace": {"frames": [{"function": "f", "filename": "/home/jane/src/a.py", "abs_path": "/home/jane/src/a.py",
                "context_line": "token = hunter2", "vars": {"password": "hunter2"}}]}}]});
    let told = |name: &str| {
        json!({"event": name, "distinct_id": "jane@example.com", "$set": {"email": "jane@example.com"}, "ip": "203.0.113.77",
            "properties": properties, "session_id": "session-4711"})
    };
    let alias = json!({"event": "$create_alias", "distinct_id": "d", "properties": {"alias": "alias-4711"}});
    let events = [told("mail jane@example.com"), told("$exception"), alias];
    assert_eq!(post(&server, "/capture/", batch(&server, &events)).status, 200);
    let facts = server.rows("SELECT * FROM facts");
    assert_eq!(facts.as_array().unwrap().len(), 3);
    assert!(facts[0]["installation"].is_i64(), "{facts}");
    let crashes = server.rows("SELECT * FROM crashes").to_string();
    assert!(crashes.contains("a.py"), "{crashes}");
    for text in [facts.to_string(), crashes] {
        for secret in ["jane", "example.com", "203.0.113.77", "4711", "hunter2"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_a_code() {
    let server = Server::start();
    for (body, status, code) in [
        ("", 400, "truncated"),
        ("hello", 400, "not_json"),
        ("[{\"event\":", 400, "truncated"),
        ("7", 400, "not_a_batch"),
        ("{\"batch\":7}", 400, "not_a_batch"),
        ("[{\"event\":\"opened\"}]", 401, "invalid_write_key"),
        ("{\"api_key\":\"wrong\",\"event\":\"opened\"}", 401, "invalid_write_key"),
    ] {
        let answer = post(&server, "/capture/", body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
    let none = server.send("POST", "/i/v1/analytics/events", &[], b"{\"batch\":[]}");
    assert_eq!((none.status, none.code().as_str()), (401, "invalid_write_key"));
    let many = format!("[{}]", vec!["{}"; 10_001].join(","));
    let answer = post(&server, "/e/", many);
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_many_items"));
}

#[test]
fn whoever_asks_for_flags_gets_none() {
    let server = Server::start();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(b"{\"distinct_id\":\"jane\"}").unwrap();
    let gzip = gzip.finish().unwrap();
    for path in ["/flags/?v=2", "/flags/?v=4", "/flags?v=2&config=true", "/decide/?v=3", "/decide"] {
        for body in [&b"{\"api_key\":\"whatever\"}"[..], b"", b"no json", &gzip] {
            let answer = post(&server, path, body);
            assert_eq!(answer.status, 200, "{path}");
            let said = answer.json();
            assert_eq!((&said["flags"], &said["featureFlags"]), (&json!({}), &json!({})), "{path}");
            assert_eq!(said["errorsWhileComputingFlags"], false);
        }
    }
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 0);
}
