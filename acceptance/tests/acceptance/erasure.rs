//! Whoever wants to be forgotten is.

use std::path::Path;

use candor_testkit::{Collector, candor, create_project, sql};
use serde_json::{Value, json};

fn event(message: u32, installation: &str) -> String {
    format!(
        r#"{{"type": "track", "event": "fetch", "messageId": "{message}", "anonymousId": "{installation}",
            "properties": {{"outcome": "ok", "duration_ms": 5}}, "context": {{"candor": {{"format": 1, "kind": "operation"}}}}}}"#
    )
}

fn said(arguments: &[&str]) -> Value {
    let output = candor(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Events, what they sum up to, and installations.
fn counted(data: &Path) -> Value {
    let text = "SELECT (SELECT count(*) FROM facts) AS events,
        (SELECT coalesce(sum(count), 0) FROM daily WHERE grain = 'events') AS sums,
        (SELECT count(DISTINCT installation) FROM installation_days) AS installations";
    sql(data, text)[0].clone()
}

#[test]
fn an_installation_is_erased_beside_a_running_collector_and_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let directory = data.to_str().unwrap();
    let project = create_project(&data, "tool", &["--mode", "open"]);
    let collector = Collector::start(&data);
    let [first, second, third] =
        ["0c7dbd6a", "1f5a9e0b", "2b8c4d1e"].map(|id| format!("{id}-5b1f-4d29-9d0e-7a6b5c4d3e2f"));
    let events: Vec<_> =
        (0..30).map(|message| event(message, [&first, &second, &third][message as usize % 3])).collect();
    let batch = format!(r#"{{"batch": [{}]}}"#, events.join(","));
    assert_eq!(collector.post("/v1/batch", &project.write_key, batch.as_bytes()).unwrap().status, 200);
    assert_eq!(counted(&data), json!({"events": 30, "sums": 30, "installations": 3}));

    let token = said(&["token", "create", "--project", "tool", "--scope", "admin", "--data", directory, "--json"]);
    let token = token["token"].as_str().unwrap();
    let erase = ["erase", "--project", "tool", "--json", "--installation"];
    let by_url = ["--url", collector.url(), "--token", token];
    let erased = said(&[&erase[..], &[&first], &by_url].concat());
    assert_eq!(erased["rows_removed"], 10);
    assert_eq!(counted(&data), json!({"events": 20, "sums": 20, "installations": 2}));

    let by_directory = [&erase[..], &[&second, "--data", directory]].concat();
    let refused = candor(&by_directory);
    assert_eq!(refused.status.code(), Some(1));
    let reason = String::from_utf8_lossy(&refused.stderr);
    assert!(reason.contains("is in use by") && reason.lines().count() == 1, "{reason}");
    collector.terminate();
    assert_eq!(said(&by_directory)["rows_removed"], 10);
    assert_eq!(said(&by_directory)["rows_removed"], 0);
    assert_eq!(counted(&data), json!({"events": 10, "sums": 10, "installations": 1}));
}
