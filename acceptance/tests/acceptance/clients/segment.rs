//! The official clients of Segment and RudderStack.

use serde_json::Value;

use super::{collector, counted, counts, replay, run_client};

/// The write key in the recordings.
const KEY: &str = "test-write-key";

#[test]
fn recorded_requests_of_segment_for_python_are_counted_once_however_often_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    for recording in ["segment-analytics-python", "segment-analytics-python", "segment-analytics-python-gzip"] {
        for answer in replay(&collector, recording) {
            assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap()["success"], true);
        }
    }
    // Two recordings, of which one came twice; the plain and the compressed run carry ids of their own.
    let expected = counts(&[
        ("$identify", 2),
        ("cli_command_run", 2),
        ("anon_event", 2),
        ("$page", 2),
        ("$screen", 2),
        ("$group", 2),
        ("$alias", 2),
        ("with_context", 2),
    ]);
    assert_eq!(counted(&collector), expected);
}

#[test]
fn recorded_requests_of_rudderstack_for_python_are_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    replay(&collector, "rudder-sdk-python");
    let counted = counted(&collector);
    for name in ["$identify", "cli_command_run", "anon_event", "$page", "$screen", "$group", "$alias", "with_context"] {
        assert_eq!(counted.get(name), Some(&1), "{name} in {counted:?}");
    }
}

#[test]
fn recorded_requests_of_segment_for_rust_are_counted_by_content_as_they_have_no_ids() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    replay(&collector, "segment-rust");
    let counted = counted(&collector);
    for name in ["$identify", "cli_command_run", "anon_event", "$page", "$screen", "$group", "$alias"] {
        assert_eq!(counted.get(name), Some(&1), "{name} in {counted:?}");
    }
}

fn a_client_is_content_and_counted_exactly(environment: &str, script: &str, extra: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    let mut arguments = vec!["--url", collector.url(), "--key", KEY, "--events", "250"];
    arguments.extend(extra);
    let said = run_client(environment, script, &arguments);
    assert_eq!(said["errors"], Value::Array(Vec::new()), "the client saw no error");
    let expected = counts(&[
        ("$identify", 1),
        ("cli_command_run", 1),
        ("$page", 1),
        ("$screen", 1),
        ("$group", 1),
        ("$alias", 1),
        ("burst", 250),
    ]);
    assert_eq!(counted(&collector), expected);
}

#[test]
fn segment_for_python_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly("segment", "segment_python.py", &[]);
}

#[test]
fn segment_for_python_with_gzip_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly("segment", "segment_python.py", &["--gzip"]);
}

#[test]
fn rudderstack_for_python_is_content_and_counted_exactly() {
    a_client_is_content_and_counted_exactly("rudder", "rudder_python.py", &[]);
}
