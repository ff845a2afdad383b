//! The official client of Aptabase for Python.

use candor_testkit::sql;
use serde_json::Value;

use super::{collector, counted, counts, run_client};

/// Of the shape that the client wants for collectors that are not Aptabase's own.
const KEY: &str = "A-SH-1234567890";

#[test]
fn aptabase_for_python_is_content_and_counted_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let (collector, _) = collector(&folder.path().join("data"), KEY);
    let arguments = ["--url", collector.url(), "--key", KEY, "--events", "250"];
    let said = run_client("aptabase", "aptabase_python.py", &arguments);
    assert_eq!(said["errors"], Value::Array(Vec::new()), "the client saw no error");
    assert_eq!(counted(&collector), counts(&[("cli_command_run", 1), ("burst", 250)]));
    let rows = sql(collector.data(), "SELECT DISTINCT os, version, sdk FROM facts");
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&row["version"], &row["sdk"]), (&"1.2.3".into(), &"aptabase-python".into()));
}
