//! The tables are anybody's: Delta Lake's Python package and DuckDB read them with no help of ours.

use std::{path::Path, process::Command};

use candor_testkit::{Collector, candor, sql, tracks, workspace};
use serde_json::{Value, json};

/// Rows, the sum of `count` and days of each table, by engine.
fn read(data: &Path) -> Value {
    let output = Command::new(workspace().join("target/clients/engines/bin/python"))
        .arg(workspace().join("acceptance/clients/read_tables.py"))
        .arg(data)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn duckdb_and_delta_lakes_python_package_read_the_tables_before_and_after_compaction() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let collector = Collector::start_with(&data, &["--flush-rows", "40"]);
    let project = collector.create_project("load", &["--mode", "open"]);
    for first in [0, 50, 100] {
        assert_eq!(
            collector.post("/v1/batch", &project.write_key, tracks("e", first..first + 50).as_bytes()).unwrap().status,
            200
        );
    }
    collector.terminate();
    let ours = |table: &str| {
        let row = &sql(&data, &format!("SELECT count(*) AS n, CAST(sum(count) AS BIGINT) AS total FROM {table}"))[0];
        json!([row["n"], row["total"], 1])
    };
    for compacted in [false, true] {
        if compacted {
            let done = candor(&["maintain", "compact-all", "--data", data.to_str().unwrap(), "--json"]);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        let read = read(&data);
        assert_eq!(ours("facts"), json!([150, 150, 1]));
        for table in ["facts", "daily"] {
            assert_eq!(read[table]["deltalake"], ours(table), "{table}, compacted: {compacted}");
            assert_eq!(read[table]["duckdb"], ours(table), "{table}, compacted: {compacted}");
        }
        assert_eq!(read["installation_days"]["deltalake"], read["installation_days"]["duckdb"]);
        assert_eq!(read["crashes"]["duckdb"], json!([0, 0, 0]));
    }
}
