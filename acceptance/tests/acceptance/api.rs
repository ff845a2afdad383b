//! The collector's own API, tried out by a program that knows it only from its description.

use std::process::Command;

use candor_testkit::{Collector, candor, workspace};

/// Of each operation; the description is also tried out at its edges, which is most of the requests.
const MOST_EXAMPLES: &str = "5";
/// All reports take the same parameters by the same code: three of them are tried out.
const ALIKE: &str = "reports/(?!overview|retention|pipeline)";

#[test]
fn the_api_is_what_its_description_says_and_no_request_is_answered_5xx() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start(&folder.path().join("data"));
    let project = collector.create_project("inventory", &["--mode", "open"]);
    let event = r#"{"batch": [{"type": "track", "event": "fetch", "messageId": "1", "anonymousId": "a",
        "properties": {"outcome": "ok", "duration_ms": 5},
        "context": {"candor": {"format": 1, "kind": "operation"}, "app": {"version": "1.2.0"}}}]}"#;
    assert_eq!(collector.post("/v1/batch", &project.write_key, event.as_bytes()).unwrap().status, 200);
    // Most invented names would only try out that a token reads no other project.
    let settings = folder.path().join("schemathesis.toml");
    std::fs::write(&settings, "[parameters]\n\"path.project\" = \"inventory\"\n").unwrap();
    let directory = folder.path().join("data");
    let made = ["token", "create", "--all-projects", "--scope", "read,sql,admin", "--json", "--data"];
    let made = candor(&[&made[..], &[directory.to_str().unwrap()]].concat());
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let authorization = format!("Authorization: Bearer {}", made["token"].as_str().unwrap());
    let output = Command::new(workspace().join("target/clients/schemathesis/bin/schemathesis"))
        .arg("--config-file")
        .arg(&settings)
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", collector.url()))
        .args(["--header", &authorization, "--exclude-path-regex", ALIKE])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", MOST_EXAMPLES, "--seed", "1", "--no-color"])
        // A text that is no SELECT is refused, and no schema can tell one from the other.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("Tested: 1") && !said.contains("only 401/403"), "{said}");
}
