//! The official clients of Sentry.

use candor_testkit::sql;
use serde_json::Value;

use super::{client_output, collector, counted, counts, replay, run_client};

/// The public key in the recordings.
const KEY: &str = "a94ae32be2584e0bbd7a4cbb95971fee";

/// Kind, name and count of everything, in order.
fn kinds(data: &std::path::Path) -> Vec<(String, String, u64)> {
    let query = "SELECT kind, name, CAST(sum(count) AS BIGINT) AS count FROM facts GROUP BY 1, 2 ORDER BY 1, 2";
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let row = |row: &Value| (text(row, "kind"), text(row, "name"), row["count"].as_u64().unwrap());
    sql(data, query).iter().map(row).collect()
}

fn expected(kinds: &[(&str, &str, u64)]) -> Vec<(String, String, u64)> {
    kinds.iter().map(|(kind, name, count)| ((*kind).to_owned(), (*name).to_owned(), *count)).collect()
}

#[test]
fn recorded_requests_of_sentry_for_python_are_answered_as_by_sentry_and_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    for _ in 0..2 {
        replay(&collector, "sentry-python");
    }
    let seen =
        [("crash", "IndexError", 1), ("error", "IndexError", 1), ("error", "ValueError", 1), ("track", "$message", 1)];
    assert_eq!(kinds(collector.data()), expected(&seen));
    let reports = sql(collector.data(), "SELECT name, version, report FROM crashes ORDER BY kind, name");
    assert_eq!(reports.len(), 3);
    assert_eq!((&reports[0]["name"], &reports[0]["version"]), (&"IndexError".into(), &"1.2.3".into()));
    let report = reports[0]["report"].as_str().unwrap();
    assert!(report.contains(r#""function":"boom","module":"__main__","filename":"client.py","lineno":18"#), "{report}");
}

#[test]
fn recorded_requests_of_sentry_for_rust_are_answered_as_by_sentry_and_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    for _ in 0..2 {
        replay(&collector, "sentry-rust");
    }
    let seen = [("crash", "panic", 2), ("error", "$message", 1), ("error", "Os", 1), ("track", "$message", 1)];
    assert_eq!(kinds(collector.data()), expected(&seen));
    let reports = sql(collector.data(), "SELECT report FROM crashes WHERE kind = 'crash'");
    for row in reports {
        let report = row["report"].as_str().unwrap();
        for kept in ["sync_repo", "index out of bounds", "5c2bc2a9cdc2e64a87ff8bd6445a3c83765e7fe5"] {
            assert!(report.contains(kept), "{kept} in {report}");
        }
    }
}

#[test]
fn nothing_that_sentrys_clients_leak_by_default_is_in_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    for recording in ["sentry-python", "sentry-rust"] {
        replay(&collector, recording);
    }
    let kept = format!(
        "{:?}{:?}",
        sql(collector.data(), "SELECT * FROM facts"),
        sql(collector.data(), "SELECT * FROM crashes")
    );
    assert!(kept.contains("IndexError"));
    for leak in [
        "alice",
        "hunter2",
        "192.0.2.7",
        "user-7f3c",
        "sys.argv",
        "server_name",
        "urllib3",
        "context_line",
        "log line 1",
    ] {
        assert!(!kept.contains(leak), "{leak}");
    }
}

#[test]
fn sentry_for_python_is_content_and_counted_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, project) = collector(&folder.path().join("data"), KEY);
    let dsn = collector.url().replace("http://", &format!("http://{KEY}@")) + "/1";
    let said = run_client("sentry", "sentry_python.py", &["--dsn", &dsn, "--events", "250"]);
    assert_eq!(said["errors"], Value::Array(Vec::new()), "the client lost nothing");
    let crashed = client_output("sentry", "sentry_python.py", &["--dsn", &dsn, "--crash"]);
    assert_eq!(crashed.status.code(), Some(1));
    assert_eq!(counted(&collector), counts(&[("$message", 250), ("KeyError", 2)]));
    let rows = collector.report(&project, "errors")["rows"].clone();
    let row = |row: &Value| ["kind", "type", "version", "count"].map(|key| row[key].to_string()).join(" ");
    let rows: Vec<_> = rows.as_array().unwrap().iter().map(row).collect();
    assert_eq!(rows, [r#""crash" "KeyError" "1.2.3" 1"#, r#""error" "KeyError" "1.2.3" 1"#]);
}
