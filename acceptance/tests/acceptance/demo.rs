//! The demo, as a new user starts it.

use std::process::{Command, Stdio};

use candor_testkit::program;
use serde_json::Value;

#[test]
fn the_demo_reports_exactly_the_runs_that_were_made() {
    let output =
        Command::new(program("candor")).args(["demo", "--exit", "--json"]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let runs = |operation: &Value| operation["runs"].as_u64().unwrap();
    let made: u64 = said["made"]["operations"].as_array().unwrap().iter().map(runs).sum();
    assert!(made >= 40, "the demo made many runs: {made}");
    assert_eq!(said["made"], said["reported"]);
    assert_eq!(said["made"]["versions"].as_object().unwrap().len(), 3, "several versions ran");
    assert!(said["off"].as_u64().unwrap() > 0, "some runs had telemetry off");
    let failed = |operation: &Value| operation["outcome"] == "error" && runs(operation) > 0;
    assert!(said["made"]["operations"].as_array().unwrap().iter().any(failed), "some runs failed");
}
