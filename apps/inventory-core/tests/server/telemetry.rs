//! What is recorded and sent, and what never is.

use std::path::PathBuf;

use candor_testkit::{FakeCollector, Home, Postgres, wait_until};
use serde_json::{Value, json};

use crate::server::{Server, home, with_telemetry, write};

/// A home whose user agreed.
fn agreed() -> Home {
    let home = home();
    home.store_consent("[inventory-core]\nlevel = \"stats\"\nsince = \"2020-01-01T00:00:00Z\"\n");
    home
}

/// What a collector got while a server was used and had ended: all items, once there are those that `enough` waits for,
/// and the bytes.
fn sent(
    home: &Home,
    arguments: &[&str],
    r#use: impl Fn(&Server),
    enough: impl Fn(&[Value]) -> bool,
) -> (Vec<Value>, String) {
    let collector = FakeCollector::start();
    let server = Server::of(with_telemetry(home, arguments).env("CANDOR_ENDPOINT", collector.endpoint()));
    r#use(&server);
    assert!(server.stop().status.success());
    let items = wait_until("items", || Some(collector.accepted_items()).filter(|items| enough(items)));
    (items, collector.requests().into_iter().map(|request| request.body).collect())
}

/// How often something happened that an item tells.
fn times(item: &Value) -> u64 {
    item["properties"]["count"].as_u64().unwrap_or(1)
}

fn named<'a>(items: &'a [Value], event: &str) -> Vec<&'a Value> {
    items.iter().filter(|item| item["event"] == event).collect()
}

#[test]
fn whoever_says_no_leaves_nothing_behind_but_the_inventory() {
    for (flag, variable) in [
        (Some("--analytics-opt-out"), None),
        (None, Some(("RESOTOCORE_ANALYTICS_OPT_OUT", "true"))),
        (None, Some(("RESOTOCORE_ANALYTICS_OPT_OUT", "1"))),
        (None, Some(("DO_NOT_TRACK", "1"))),
        (None, Some(("RESOTOCORE_ANALYTICS_LEVEL", "off"))),
    ] {
        let home = home();
        let before = home.files();
        let mut command = with_telemetry(&home, &[]);
        let server = Server::of(command.args(flag).envs(variable));
        server.run_job("collect");
        assert_eq!(server.execute("jobs").status, 200);
        let output = server.stop();
        assert!(!String::from_utf8_lossy(&output.stderr).contains("telemetry"), "no notice");
        let new: Vec<PathBuf> = home.files().into_iter().filter(|file| !before.contains(file)).collect();
        assert_eq!(new, [PathBuf::from("inventory.db")], "{flag:?} {variable:?}");
    }
}

#[test]
fn a_server_is_sent_from_its_start_to_its_end() {
    let arguments = ["--heartbeats", "1s,1d"];
    let pause = |_: &Server| std::thread::sleep(std::time::Duration::from_millis(1200));
    let (items, _) = sent(&agreed(), &arguments, pause, |items| !named(items, "stopped").is_empty());
    for event in ["started", "heartbeat", "stopped"] {
        let [item] = named(&items, event)[..] else { panic!("one {event}: {items:?}") };
        assert_eq!(item["properties"]["parent"], "instance");
    }
}

#[test]
fn commands_are_counted_by_their_names() {
    let r#use = |server: &Server| {
        server.run_job("collect");
        for line in ["list users | count", "list mounts", "search kind=user name=root | limit 1"] {
            assert_eq!(server.execute(line).status, 200);
        }
        for line in ["lst users", "list users | cuont", "secret", "limit 1", "list users | list users"] {
            assert_eq!(server.execute(line).status, 400);
        }
    };
    let (items, _) = sent(&agreed(), &[], r#use, |items| !named(items, "stopped").is_empty());
    let count = |name: &str| {
        let of_command = named(&items, "command").into_iter().filter(|item| item["properties"]["command"] == name);
        of_command.map(times).sum::<u64>()
    };
    let counted = ["list", "count", "search", "limit"].map(count);
    assert_eq!(counted, [2, 1, 1, 1], "what was not executed is not counted: {items:?}");
}

#[test]
fn jobs_are_sent_by_what_they_do_with_outcome_duration_and_parts() {
    let home = agreed();
    let r#use = |server: &Server| {
        server.run_job("collect");
        assert_eq!(server.post("/jobs/check/run", "").json()["outcome"], "error");
        server.run_job("prune");
    };
    let database = Postgres::shared().new_database();
    let (items, _) = sent(&home, &["--database", &database], r#use, |items| !named(items, "stopped").is_empty());
    let properties = |event: &str| named(&items, event)[0]["properties"].clone();
    let collect = properties("job collect");
    assert_eq!(
        (&collect["outcome"], &collect["trigger"], &collect["backend"]),
        (&json!("ok"), &json!("request"), &json!("postgres"))
    );
    assert_eq!((&collect["providers"], &collect["resources"]), (&json!(2), &json!(1)));
    let check = properties("job check");
    assert_eq!((&check["outcome"], &check["error_class"]), (&json!("error"), &json!("rule_sql")));
    assert_eq!(properties("job prune")["outcome"], "ok");
    assert_eq!(properties("users")["component_version"], "1.0.0");
}

#[test]
fn nothing_that_the_user_named_or_has_is_sent() {
    let home = agreed();
    write(
        &home,
        "core.toml",
        "root = \"machine\"\npolicy = \"secret.toml\"\n[job.secret-job]\nrun = \"collect\"\nproviders = [\"users\"]\n\
        [job.secret-check]\nrun = \"check\"\n",
    );
    write(
        &home,
        "secret.toml",
        "[[rule]]\nname = \"secret-rule\"\ntitle = \"secret\"\nseverity = \"low\"\nsql = \"SELECT secret\"\n",
    );
    write(&home, "machine/etc/passwd", "secret:x:0:0:secret:/home/secret:/bin/secret\n");
    write(&home, "token", "secret-token\n");
    let r#use = |server: &Server| {
        let token = [("authorization", "Bearer secret-token"), ("user-agent", "secret")];
        for job in ["secret-job", "secret-check", "secret-unknown"] {
            server.post_with(&format!("/jobs/{job}/run"), "", &token);
        }
        for line in ["search kind=user name=secret", "secret", "list secret", "list users | sort secret", "help secret"]
        {
            server.post_with("/cli/execute", line, &token);
        }
        server.get_with("/inventory/secret", &token);
    };
    let arguments = ["--database", "sqlite:secret.db", "--token-file", "token"];
    let (items, bytes) = sent(&home, &arguments, r#use, |items| !named(items, "stopped").is_empty());
    assert_eq!(named(&items, "job check")[0]["properties"]["error_class"], "rule_sql");
    assert!(!bytes.contains("secret"), "{bytes}");
    let host_name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert!(!bytes.contains(&format!("\"{}\"", host_name.trim())), "{bytes}");
    assert!(items.iter().all(|item| item["anonymousId"] == "anonymous" && item.get("userId").is_none()), "{bytes}");
}

#[test]
fn a_job_that_crashes_and_a_database_that_fails_are_reported_and_the_server_goes_on() {
    let home = agreed();
    write(&home, "core.toml", "root = \"machine\"\n[job.broken]\nrun = \"collect\"\nproviders = [\"defective\"]\n");
    let collector = FakeCollector::start();
    let server = Server::of(with_telemetry(&home, &[]).env("CANDOR_ENDPOINT", collector.endpoint()));
    assert_eq!(server.post("/jobs/broken/run", "").refused(), (500, "internal".to_owned()));
    write(&home, "inventory.db", "secret: no database");
    assert_eq!(server.get("/healthz").refused(), (503, "database_unavailable".to_owned()));
    let log = String::from_utf8(server.stop().stderr).unwrap();
    assert!(log.contains("inventory.db") && log.contains("root:x:0"), "the operator sees all of it: {log}");

    let events = wait_until("reports", || Some(collector.accepted_events()).filter(|events| events.len() == 2));
    let crash = events.iter().find(|event| event["level"] == "fatal").unwrap();
    assert_eq!((&crash["transaction"], &crash["release"]), (&json!("job collect"), &json!("inventory-core@0.1.0")));
    let error = events.iter().find(|event| event["level"] == "error").unwrap();
    let types = error["exception"]["values"].as_array().unwrap();
    assert_eq!(types.last().unwrap()["type"], "database");
    let said = format!("{events:?}");
    assert!(!["secret", "root:x", "inventory.db"].iter().any(|text| said.contains(text)), "{said}");
}

#[test]
fn the_operator_sees_and_decides() {
    let home = home();
    let run = |arguments: &[&str]| with_telemetry(&home, arguments).output().unwrap();
    assert!(run(&["telemetry", "off"]).status.success());
    let status: Value = serde_json::from_slice(&run(&["telemetry", "status", "--json"]).stdout).unwrap();
    assert_eq!(status["level"], "off", "{status}");
    let before = home.files();
    let server = Server::of(&mut with_telemetry(&home, &[]));
    server.run_job("collect");
    assert!(!String::from_utf8_lossy(&server.stop().stderr).contains("telemetry"), "no notice");
    let new: Vec<PathBuf> = home.files().into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(new, [PathBuf::from("inventory.db")]);
}

#[test]
fn the_notice_goes_to_the_log_at_every_start_and_nothing_is_sent_in_the_first() {
    let home = home();
    let collector = FakeCollector::start();
    let run = |arguments: &[&str]| {
        let server = Server::of(with_telemetry(&home, arguments).env("CANDOR_ENDPOINT", collector.endpoint()));
        String::from_utf8(server.stop().stderr).unwrap()
    };
    const PAGE: &str = "https://candor.example/inventory-core/telemetry";
    assert!(!run(&["--json"]).contains(PAGE), "a program reads it");
    let first = run(&[]);
    assert!(first.contains(PAGE) && first.contains("--analytics-opt-out"), "{first}");
    assert_eq!(collector.requests().len(), 0);
    assert!(run(&[]).contains(PAGE));
    let count = |items: &[Value], event| named(items, event).into_iter().map(times).sum::<u64>();
    let items = wait_until("items", || Some(collector.accepted_items()).filter(|items| count(items, "stopped") == 2));
    assert_eq!(count(&items, "started"), 2, "not that of the run before the notice: {items:?}");
}
