//! The official client of PostHog for Python, by both of its protocols.

use candor_testkit::{Collector, add_key, sql, workspace};
use serde_json::Value;

use super::{client_output, collector, counted, counts, replay, run_client};
use crate::files::assert_nowhere;

/// The key in the recordings.
const KEY: &str = "phc_test-write-key";

#[test]
fn recorded_requests_of_posthog_for_python_are_counted_once_however_often_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    for recording in ["posthog-python", "posthog-python-v1", "posthog-python", "posthog-python-v1"] {
        replay(&collector, recording);
    }
    // Both recordings, each by ids of its own; only V0 was asked for a flag, and crashed.
    let expected = counts(&[
        ("cli_command_run", 2),
        ("$set", 2),
        ("grouped", 2),
        ("$groupidentify", 2),
        ("$create_alias", 2),
        ("personless", 2),
        ("ZeroDivisionError", 2),
        ("RuntimeError", 1),
        ("$feature_flag_called", 1),
    ]);
    assert_eq!(counted(&collector), expected);
    let kinds = sql(collector.data(), "SELECT kind, name FROM crashes ORDER BY kind, name");
    let kinds: Vec<_> = kinds.iter().map(|row| format!("{} {}", row["kind"], row["name"]).replace('"', "")).collect();
    assert_eq!(kinds, ["crash RuntimeError", "error ZeroDivisionError", "error ZeroDivisionError"]);
    let libraries = sql(collector.data(), "SELECT DISTINCT sdk, sdk_version FROM facts");
    let library = |name: &str| libraries.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!((library("sdk"), library("sdk_version")), (vec!["posthog-python".into()], vec!["7.91.1".into()]));
}

#[test]
fn nothing_that_posthogs_client_leaks_by_default_is_in_a_table_or_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (collector, _) = collector(&data, KEY);
    for recording in ["posthog-python", "posthog-python-v1"] {
        replay(&collector, recording);
    }
    let kept = format!(
        "{:?}{:?}",
        sql(collector.data(), "SELECT * FROM facts"),
        sql(collector.data(), "SELECT * FROM crashes")
    );
    assert!(kept.contains("ZeroDivisionError"));
    let leaks = ["alice", "192.0.2.7", "user-7f3c", "anon-0b1e", "org-42", "Debian", "1 / 0", "context_line"];
    for leak in leaks {
        assert!(!kept.contains(leak), "{leak}");
    }
    collector.terminate();
    assert_nowhere(&data, &leaks.map(str::to_owned));
}

fn a_client_is_content_and_counted_exactly(extra: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (collector, project) = collector(&folder.path().join("data"), KEY);
    let common = ["--url", collector.url(), "--key", KEY];
    let said = run_client("posthog", "posthog_python.py", &[&common, &["--events", "250"][..], extra].concat());
    assert_eq!(said["errors"], Value::Array(Vec::new()), "the client saw no error");
    assert_eq!(said["flag"], Value::Null, "there is no flag");
    let crashed = client_output("posthog", "posthog_python.py", &[&common, &["--crash"][..], extra].concat());
    assert_eq!(crashed.status.code(), Some(1));
    let expected = counts(&[
        ("cli_command_run", 1),
        ("without_a_person", 1),
        ("$set", 1),
        ("$groupidentify", 1),
        ("$create_alias", 1),
        ("$feature_flag_called", 1),
        ("KeyError", 2),
        ("burst", 250),
    ]);
    assert_eq!(counted(&collector), expected);
    let rows = collector.report(&project, "errors")["rows"].clone();
    let row = |row: &Value| ["kind", "type", "count"].map(|key| row[key].to_string()).join(" ");
    let rows: Vec<_> = rows.as_array().unwrap().iter().map(row).collect();
    assert_eq!(rows, [r#""crash" "KeyError" 1"#, r#""error" "KeyError" 1"#]);
    let known = sql(collector.data(), "SELECT count(DISTINCT installation) AS n FROM facts");
    assert_eq!(known[0]["n"], 2, "the person and its other name, and none that the client made up");
}

#[test]
fn posthog_for_python_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly(&[]);
}

#[test]
fn posthog_for_python_with_gzip_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly(&["--gzip"]);
}

#[test]
fn posthog_for_python_by_v1_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly(&["--v1"]);
}

#[test]
fn posthog_for_python_by_v1_with_gzip_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly(&["--v1", "--gzip"]);
}

#[test]
fn posthog_for_python_by_v1_is_told_what_a_strict_project_drops_and_sends_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let collector = Collector::start(&data);
    let manifest = workspace().join("apps/inventory/telemetry.toml");
    let project = collector.create_project("clients", &["--manifest", manifest.to_str().unwrap()]);
    add_key(&data, "clients", KEY);
    let arguments = ["--url", collector.url(), "--key", KEY, "--events", "250", "--v1"];
    let said = run_client("posthog", "posthog_python.py", &arguments);
    assert!(!said["errors"].as_array().unwrap().is_empty(), "the client was told");
    let pipeline = collector.pipeline(&project);
    assert_eq!((&pipeline["dropped"], &pipeline["accepted"]), (&257.into(), &0.into()), "{pipeline}");
}
