//! Events of Aptabase's clients.

use crate::server::{Answer, Server};
use serde_json::{Value, json};

fn post(server: &Server, path: &str, key: &str, body: impl AsRef<[u8]>) -> Answer {
    server.send("POST", path, &[("app-key", key)], body.as_ref())
}

fn item(name: &str, timestamp: &str) -> Value {
    json!({"eventName": name, "sessionId": "session-4711", "timestamp": timestamp,
        "systemProps": {"osName": "Windows", "appVersion": "1.4.0", "locale": "de-DE", "deviceModel": "model-4711",
            "sdkVersion": "aptabase-electron@0.3.1"},
        "props": {"plan": "free", "from": "203.0.113.77", "jane@example.com": 1}})
}

#[test]
fn an_event_is_in_the_tables_when_the_answer_is_there_and_counted_once() {
    let server = Server::start();
    let key = server.project.write_key.clone();
    let now = jiff::Timestamp::now().to_string();
    let one = item("opened", &now).to_string();
    let many = json!([item("opened", &now), item("closed", &now), item("closed", &now)]).to_string();
    let bodies = [("/api/v0/event", &one), ("/api/v0/events", &many), ("/api/v0/events/", &many)];
    for (path, body) in bodies {
        let answer = post(&server, path, &key, body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "{}"), "{path}");
    }
    let rows = server.rows("SELECT name, count(*) AS n FROM facts GROUP BY 1 ORDER BY 1");
    assert_eq!(rows, json!([{"name": "closed", "n": 2}, {"name": "opened", "n": 1}]));
    let row = &server.rows("SELECT DISTINCT kind, os, version, sdk, sdk_version FROM facts")[0];
    let expected = json!({"kind": "track", "os": "windows", "version": "1.4.0", "sdk": "aptabase-electron", "sdk_version": "0.3.1"});
    assert_eq!(row, &expected);
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (3, 4));
}

#[test]
fn nothing_of_a_person_or_a_machine_is_in_a_row() {
    let server = Server::start();
    let key = server.project.write_key.clone();
    assert_eq!(post(&server, "/api/v0/event", &key, item("mail jane@example.com", "").to_string()).status, 200);
    let rows = server.rows("SELECT * FROM facts");
    assert!(rows[0]["installation"].is_i64(), "{rows}");
    for secret in ["jane", "example.com", "203.0.113.77", "4711", "de-DE"] {
        assert!(!rows.to_string().contains(secret), "{secret} in {rows}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_a_code() {
    let server = Server::start();
    let key = server.project.write_key.clone();
    for (body, code) in [("", "truncated"), ("hello", "not_json"), ("7", "not_a_batch"), ("[{", "truncated")] {
        let answer = post(&server, "/api/v0/events", &key, body);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
        assert!(server.outcome("rejected", code) > 0);
    }
    for key in ["wrong", ""] {
        let answer = post(&server, "/api/v0/event", key, item("opened", "").to_string());
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_write_key"), "{key:?}");
    }
    let none = server.send("POST", "/api/v0/event", &[], b"{}");
    assert_eq!((none.status, none.code().as_str()), (401, "invalid_write_key"));
}
