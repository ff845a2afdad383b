//! Reports, pipeline and SQL over HTTP.

use crate::server::{Server, batch, event, request};
use candor_store::ProjectMode;
use std::io::Write;

#[test]
fn a_report_is_answered_as_json_and_as_csv() {
    let server = Server::start();
    let operation = r#"{"type": "track", "event": "fetch", "messageId": "1",
        "properties": {"outcome": "ok", "duration_ms": 100}, "context": {"candor": {"format": 1, "kind": "operation"}}}"#;
    assert_eq!(server.batch(batch(&[operation.to_owned()])).status, 200);
    let answer = server.get("/api/v1/projects/inventory/reports/operations?since=7d");
    assert_eq!(answer.status, 200, "{answer:?}");
    let report = answer.json();
    assert_eq!((&report["report"], &report["project"]), (&"operations".into(), &"inventory".into()));
    assert_eq!(report["rows"][0]["operation"], "fetch");
    assert!(report["notes"].is_array());
    let csv = server.get("/api/v1/projects/inventory/reports/operations?format=csv");
    assert!(csv.headers["content-type"].starts_with("text/csv") && csv.body.contains("fetch"), "{csv:?}");
    let filtered = server.get("/api/v1/projects/inventory/reports/operations?version=9.9.9").json();
    assert_eq!(filtered["rows"], serde_json::json!([]));
}

#[test]
fn questions_that_cannot_be_asked_are_refused() {
    let server = Server::start();
    for (path, status, code) in [
        ("/api/v1/projects/inventory/reports/nothing", 404, "not_found"),
        ("/api/v1/projects/inventory/reports/overview?since=tomorrow", 400, "invalid_parameter"),
        ("/api/v1/projects/inventory/reports/overview?user=jane", 400, "invalid_parameter"),
        ("/api/v1/projects/inventory/reports/overview?format=xml", 400, "invalid_parameter"),
        ("/api/v1/projects/inventory/pipeline?os=linux", 400, "invalid_parameter"),
        ("/api/v1/projects/other/reports/overview", 401, "invalid_token"),
        ("/api/v1/projects/other/pipeline", 401, "invalid_token"),
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v1/sql", 405, "method_not_allowed"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
    for headers in [&[][..], &[("authorization", "Bearer wrong")], &[("authorization", "Basic eDo=")]] {
        let answer = server.send("GET", "/api/v1/projects/inventory/reports/overview", headers, b"");
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"));
        let answer = server.send("POST", "/api/v1/sql", headers, br#"{"sql": "SELECT 1"}"#);
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"));
    }
    let key = format!("Bearer {}", server.project.write_key);
    let answer = server.send("GET", "/api/v1/projects/inventory/reports/overview", &[("authorization", &key)], b"");
    assert_eq!(answer.status, 401, "a write key reads nothing");
}

#[test]
fn a_token_sees_the_rows_of_its_own_project_only() {
    let server = Server::start();
    let other = server.create_project("other");
    let authorization = format!("Bearer {}", other.write_key);
    let sent = server.send("POST", "/v1/batch", &[("authorization", &authorization)], batch(&[event("1")]).as_bytes());
    assert_eq!(sent.status, 200);
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    let projects = server.rows("SELECT DISTINCT project FROM facts");
    assert_eq!(projects, serde_json::json!([{"project": "inventory"}]));
}

#[test]
fn sql_reads_and_does_nothing_else() {
    let server = Server::start();
    for (sql, code) in [
        ("DROP TABLE facts", "not_a_select"),
        ("COPY facts TO '/tmp/x.csv'", "not_a_select"),
        ("SET datafusion.runtime.memory_limit = '100G'", "not_a_select"),
        ("CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '/'", "not_a_select"),
        ("SELECT 1; SELECT 2", "invalid_query"),
        ("SELEC 1", "invalid_query"),
        ("SELECT nothing FROM facts", "invalid_query"),
        ("SELECT * FROM '/etc/passwd'", "invalid_query"),
        ("SELECT * FROM read_parquet('/etc/passwd')", "invalid_query"),
    ] {
        let answer = server.sql(sql);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{sql}");
    }
    let token = format!("Bearer {}", server.project.token);
    let headers = [("authorization", token.as_str())];
    assert_eq!(server.send("POST", "/api/v1/sql", &headers, b"SELECT 1").code(), "not_json");
    let long = format!(r#"{{"sql": "SELECT {}1"}}"#, " ".repeat(100_000));
    assert_eq!(server.send("POST", "/api/v1/sql", &headers, long.as_bytes()).code(), "body_too_large");
}

#[test]
fn a_query_without_end_is_stopped_at_its_deadline() {
    let mut limits = candor_server::Limits::default();
    limits.query_deadline = std::time::Duration::from_millis(300);
    let server = Server::start_with(limits, ProjectMode::Open, None);
    let endless = "SELECT sum(a.value * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b";
    let answer = server.sql(endless);
    assert_eq!((answer.status, answer.code().as_str()), (422, "query_timeout"));
    assert_eq!(server.sql("SELECT 1 AS one").status, 200);
}

#[test]
fn a_query_that_needs_too_much_memory_is_refused_by_name_and_the_next_one_is_answered() {
    let mut limits = candor_server::Limits::default();
    limits.query_memory_bytes = 16 << 20;
    limits.query_spill_bytes = 1 << 20;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    let answer = server.sql("SELECT array_agg(value) AS list FROM generate_series(1, 100000000)");
    assert_eq!((answer.status, answer.code().as_str()), (422, "query_too_large"), "{answer:?}");
    assert_eq!(server.sql("SELECT 1 AS one").status, 200);
}

/// With one place for queries, and no end but that of the connection.
#[test]
fn a_query_whose_client_went_away_is_stopped() {
    let mut limits = candor_server::Limits::default();
    limits.queries = 1;
    limits.query_deadline = std::time::Duration::from_secs(24 * 3600);
    let server = Server::start_with(limits, ProjectMode::Open, None);
    let endless = "SELECT sum(a.value * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b";
    let body = serde_json::json!({ "sql": endless }).to_string();
    let authorization = format!("Bearer {}", server.project.token);
    let ask = || {
        let mut client = server.connect();
        let request = request("POST", "/api/v1/sql", &[("authorization", &authorization)], body.as_bytes());
        client.write_all(&request).unwrap();
        client.set_read_timeout(Some(std::time::Duration::from_millis(10))).unwrap();
        client
    };
    let next = || server.sql("SELECT 1 AS one").status;
    let mut client = ask();
    while next() != 503 {
        // It came while the place was taken by the question whether it has come.
        if client.peek(&mut [0]).is_ok() {
            client = ask();
        }
    }
    drop(client);
    wait_until(|| next() == 200);
}

fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn health_is_told_without_a_token() {
    let server = Server::start();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.send("GET", path, &[], b"").status, 200, "{path}");
    }
}
