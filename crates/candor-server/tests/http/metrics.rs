//! What is told of the collector itself, and how an answer is found in the log.

use crate::server::{Server, batch, event};
use std::collections::HashSet;

fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find(|line| line.split(' ').next() == Some(series));
    line.unwrap_or_else(|| panic!("{series}: {text}")).split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn requests_items_and_rows_are_counted_and_nobody_is_named() {
    let server = Server::start();
    assert_eq!(server.batch(batch(&[event("1"), event("2"), "{}".to_owned()])).status, 200);
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    assert_eq!(server.send("GET", "/nowhere/inventory", &[], b"").status, 404);
    let answer = server.send("GET", "/metrics", &[], b"");
    assert!(answer.headers["content-type"].starts_with("application/openmetrics-text"), "{answer:?}");
    let text = &answer.body;
    let batches = "candor_http_requests_total{method=\"POST\",route=\"/v1/batch\",status=\"200\"}";
    assert_eq!(value(text, batches), 2.0);
    assert_eq!(value(text, "candor_http_request_seconds_count{route=\"/v1/batch\"}"), 2.0);
    assert_eq!(value(text, "candor_items_total{outcome=\"accepted\",reason=\"\"}"), 2.0);
    assert_eq!(value(text, "candor_items_total{outcome=\"duplicate\",reason=\"\"}"), 1.0);
    assert_eq!(value(text, "candor_items_total{outcome=\"dropped\",reason=\"missing_type\"}"), 1.0);
    assert_eq!(value(text, "candor_fresh_rows"), 2.0);
    assert_eq!(value(text, "candor_commit_failing"), 0.0);
    assert!(value(text, "candor_connections") >= 1.0 && value(text, "candor_free_bytes") > 0.0);
    assert!(value(text, "process_resident_memory_bytes") > 1e6);
    assert!(value(text, "process_cpu_seconds_total") > 0.0);
    for secret in ["inventory", server.project.write_key.as_str(), "opened", "127.0.0.1"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn every_answer_has_an_id_of_its_own_whatever_the_client_says() {
    let server = Server::start();
    let given = [("x-request-id", "0000000000000000")];
    let ids: HashSet<String> =
        (0..20).map(|_| server.send("GET", "/healthz", &given, b"").headers["x-request-id"].clone()).collect();
    assert_eq!(ids.len(), 20);
    assert!(ids.iter().all(|id| id.len() == 16 && id != "0000000000000000"), "{ids:?}");
}
