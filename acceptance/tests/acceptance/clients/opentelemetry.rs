//! The official SDK of OpenTelemetry.

use candor_testkit::{Collector, sql};
use serde_json::Value;

use super::{collector, counted, counts, replay, run_client};

/// The key in the recordings.
const KEY: &str = "test-write-key";

#[test]
fn recorded_requests_of_opentelemetry_for_python_are_counted_once_however_often_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    for recording in ["otlp-python", "otlp-python", "otlp-python-gzip"] {
        replay(&collector, recording);
    }
    // The plain and the compressed run are two, and so are their counters, which say totals.
    assert_eq!(counted(&collector), counts(&[("cli.command.run", 2), ("cli.runs", 2), ("mycli sync", 2)]));
}

fn is_content_and_counted_exactly(extra: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (collector, project) = collector(&folder.path().join("data"), KEY);
    let mut arguments = vec!["--url", collector.url(), "--key", KEY, "--events", "250"];
    arguments.extend(extra);
    let said = run_client("opentelemetry", "opentelemetry_python.py", &arguments);
    assert_eq!(said["errors"], Value::Array(Vec::new()), "the client saw no error");
    let expected = counts(&[
        ("burst", 250),
        ("sync", 1),
        ("KeyError", 1),
        ("OSError", 1),
        ("runs", 500),
        ("fetch", 250),
        ("read", 250),
    ]);
    assert_eq!(counted(&collector), expected);
    let rows = collector.report(&project, "operations")["rows"].clone();
    assert_eq!((&rows[0]["operation"], &rows[0]["runs"]), (&"fetch".into(), &250.into()), "{rows}");
    let failed = asked(&collector, ["kind", "name", "error_class"], "FROM facts WHERE outcome = 'error'");
    assert_eq!(failed, [["operation", "fetch", "ValueError"]]);
    let seen = asked(&collector, ["kind", "name", "version"], "FROM crashes ORDER BY 1");
    assert_eq!(seen, [["crash", "OSError", "1.2.3"], ["error", "KeyError", "1.2.3"]]);
    let installations = sql(collector.data(), "SELECT DISTINCT installation FROM facts");
    assert_eq!(installations.len(), 1, "one instance: {installations:?}");
    let kept = format!("{:?}", sql(collector.data(), "SELECT * FROM facts"))
        + &format!("{:?}", sql(collector.data(), "SELECT * FROM crashes"));
    for leak in ["example.com", "jane", "instance-1"] {
        assert!(!kept.contains(leak), "{leak}");
    }
}

/// These columns of the rows of a query, all of them texts.
fn asked(collector: &Collector, columns: [&str; 3], rest: &str) -> Vec<[String; 3]> {
    let rows = sql(collector.data(), &format!("SELECT {} {rest}", columns.join(", ")));
    rows.iter().map(|row| columns.map(|column| row[column].as_str().unwrap().to_owned())).collect()
}

#[test]
fn opentelemetry_for_python_is_content_and_counted_exactly() {
    is_content_and_counted_exactly(&[]);
}

#[test]
fn opentelemetry_for_python_with_gzip_is_content_and_counted_exactly() {
    is_content_and_counted_exactly(&["--gzip"]);
}

#[test]
fn totals_of_opentelemetry_for_python_are_counted_exactly_over_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut collector, _) = collector(&data, KEY);
    // The client says its totals twice: in the middle and at its end.
    for runs in 1..=2 {
        let arguments = ["--url", collector.url(), "--key", KEY, "--cumulative"];
        run_client("opentelemetry", "opentelemetry_python.py", &arguments);
        let counted = counted(&collector);
        let expected = (Some(&(250 * runs)), Some(&(500 * runs)));
        assert_eq!((counted.get("burst"), counted.get("runs")), expected, "{counted:?}");
        collector.kill();
        collector = Collector::start(&data);
    }
}
