//! What is recorded and sent, and what never is.

use std::fs::File;

use candor_testkit::{FakeCollector, Terminal, wait_until};
use serde_json::{Value, json};

use crate::tool::Tool;

/// A tool whose user agreed, and reports to `collector`.
fn agreed() -> Tool {
    let tool = Tool::with_telemetry();
    tool.home.store_consent("[inventory]\nlevel = \"stats\"\nsince = \"2020-01-01T00:00:00Z\"\n");
    tool
}

/// Runs once and gives what the collector got of it: so many items.
fn sent(tool: &Tool, arguments: &[&str], items: usize) -> (Vec<Value>, String) {
    let collector = FakeCollector::start();
    tool.command(arguments).env("CANDOR_ENDPOINT", collector.endpoint()).output().unwrap();
    let items = collector.wait_for_items(items);
    // A run begins no upload beside one that still holds its lock, and what it recorded would wait for the run behind it.
    let files = tool.home.files();
    let lock = files.iter().find(|file| file.ends_with("upload.lock")).expect("the lock of an upload");
    let lock = File::open(tool.home.path().join(lock)).unwrap();
    wait_until("the end of the upload", || lock.try_lock().ok());
    (items, collector.requests().into_iter().map(|request| request.body).collect())
}

fn named<'a>(items: &'a [Value], event: &str) -> &'a Value {
    items.iter().find(|item| item["event"] == event).unwrap()
}

#[test]
fn whoever_says_no_leaves_nothing_behind_but_the_inventory() {
    for (flags, variable) in [
        (&["--no-telemetry"][..], None),
        (&[], Some(("CQ_NO_TELEMETRY", "1"))),
        (&[], Some(("CQ_NO_TELEMETRY", "yes"))),
        (&[], Some(("DO_NOT_TRACK", "1"))),
        (&[], Some(("CQ_TELEMETRY_LEVEL", "off"))),
    ] {
        let tool = Tool::with_telemetry();
        let mut command = tool.command(&[&["fetch", "--providers", "users"], flags].concat());
        assert!(command.envs(variable).output().unwrap().status.success());
        assert_eq!(tool.home.files(), [std::path::Path::new("inventory.db")], "{flags:?} {variable:?}");
    }
}

#[test]
fn a_fetch_is_sent_with_its_parts_and_the_versions_of_its_providers() {
    let (items, _) = sent(&agreed(), &["fetch", "--providers", "mounts,users"], 7);
    let fetch = named(&items, "fetch");
    assert_eq!(fetch["properties"]["outcome"], "ok");
    assert_eq!(fetch["properties"]["backend"], "sqlite");
    assert_eq!(fetch["properties"]["providers"], 2);
    for (part, provider) in [("collect", "mounts"), ("collect", "users"), ("store", "mounts"), ("store", "users")] {
        let is_of_provider = |item: &&Value| item["event"] == part && item["properties"]["provider"] == provider;
        let part = &items.iter().find(is_of_provider).unwrap()["properties"];
        assert_eq!((&part["parent"], &part["outcome"]), (&json!("fetch"), &json!("ok")));
        assert!(part["duration_ms"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(named(&items, "users")["properties"], json!({"parent": "provider", "component_version": "1.0.0"}));
}

#[cfg(feature = "postgres")]
#[test]
fn of_the_database_only_its_kind_is_sent() {
    let address = candor_testkit::Postgres::shared().new_database();
    let (items, bytes) = sent(&agreed(), &["fetch", "--providers", "users", "--database", &address], 2);
    assert_eq!(named(&items, "fetch")["properties"]["backend"], "postgres");
    let name = address.split(['/', '?']).nth(3).unwrap();
    assert!(name.starts_with("test_") && !bytes.contains(name) && !bytes.contains("host="), "{bytes}");
}

#[test]
fn the_order_of_magnitude_of_what_was_found_is_sent_and_not_the_number() {
    let tool = agreed();
    tool.write("machine/etc/passwd", &"u:x:1000:1000::/home/u:/bin/sh\n".repeat(57));
    tool.write("machine/etc/group", "");
    let (items, _) = sent(&tool, &["fetch", "--providers", "users", "--root", "machine"], 2);
    assert_eq!(named(&items, "fetch")["properties"]["resources"], 10);
}

#[test]
fn a_failure_is_sent_as_its_class() {
    let tool = agreed();
    std::fs::create_dir(tool.path("machine")).unwrap();
    let (items, _) = sent(&tool, &["fetch", "--providers", "users", "--root", "machine"], 4);
    let properties = &named(&items, "fetch")["properties"];
    assert_eq!((&properties["outcome"], &properties["error_class"]), (&json!("error"), &json!("provider_failed")));
    // The error of that name is counted too, and which of the two comes first is chance.
    let part = items.iter().find(|item| item["event"] == "collect" && item["properties"]["parent"] == "fetch").unwrap();
    assert_eq!(part["properties"]["error_class"], "source_missing");
}

#[test]
fn an_error_is_reported_by_its_types_and_a_crash_by_its_place() {
    let tool = agreed();
    tool.write("machine/etc/passwd", "lovelace:x:1000:1000:Ada:/home/lovelace:/bin/sh\n");
    let collector = FakeCollector::start();
    let mut fetch = tool.command(&["fetch", "--providers", "users,defective", "--root", "machine"]);
    let output = fetch.env("CANDOR_ENDPOINT", collector.endpoint()).output().unwrap();
    assert_eq!(output.status.code(), Some(101));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.matches("panicked at").count(), 1, "{stderr}");
    assert!(stderr.contains("lovelace:x:1000"), "the user sees all of it: {stderr}");
    let mut fetch = tool.command(&["fetch", "--providers", "users", "--root", "machine"]);
    fetch.env("CANDOR_ENDPOINT", collector.endpoint()).output().unwrap();

    let events = wait_until("reports", || {
        // The second run left its report where the upload of the first was still under way: the next one takes it along.
        let mut list = tool.command(&["providers", "list"]);
        list.env("CANDOR_ENDPOINT", collector.endpoint()).output().unwrap();
        Some(collector.accepted_events()).filter(|events| events.len() == 2)
    });
    let types = |event: &Value| {
        let values = event["exception"]["values"].as_array().unwrap();
        values.iter().map(|exception| exception["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let crash = events.iter().find(|event| event["level"] == "fatal").unwrap();
    assert_eq!((types(crash), &crash["transaction"]), (vec!["panic".to_owned()], &json!("fetch")));
    let frames = crash["exception"]["values"][0]["stacktrace"]["frames"].as_array().unwrap();
    assert_eq!(frames.last().unwrap()["filename"], "src/providers/defective.rs");
    let errors: Vec<_> = events.iter().filter(|event| event["level"] == "error").map(types).collect();
    assert!(
        errors.contains(&vec![
            "std::io::ErrorKind::NotFound".to_owned(),
            "inventory_store::machine::CollectError".to_owned(),
            "collect".to_owned()
        ]),
        "{errors:?}"
    );
    assert!(!format!("{events:?}").contains("lovelace"), "{events:?}");
}

#[test]
fn the_user_sees_and_decides() {
    let tool = Tool::with_telemetry();
    tool.run(&["telemetry", "off"]).success();
    let status = tool.json(&["telemetry", "status"]);
    assert_eq!(status["level"], "off", "{status}");
    tool.run(&["providers", "list"]).success();
    assert_eq!(tool.home.files().len(), 3, "the choice, in two directories: {:?}", tool.home.files());
    tool.run(&["telemetry", "nonsense"]).code(2);
}

#[test]
fn a_violated_policy_is_no_error() {
    let tool = agreed();
    tool.run(&["fetch", "--providers", "users", "--no-telemetry"]).success();
    tool.write("p.toml", &rule("always", "SELECT 1"));
    let (items, _) = sent(&tool, &["policy", "run", "p.toml"], 1);
    let properties = &named(&items, "policy run")["properties"];
    assert_eq!((&properties["outcome"], &properties["violations"]), (&json!("ok"), &json!(1)));
}

#[test]
fn nothing_that_the_user_named_or_has_is_sent() {
    let tool = agreed();
    tool.write("secret/etc/passwd", "secret:x:0:0:secret:/home/secret:/bin/secret\n");
    tool.write("secret/etc/group", "secret:x:0:secret\n");
    let fetch = ["fetch", "--db", "secret.db", "--root", "secret", "--providers", "users,mounts"];
    let (_, fetched) = sent(&tool, &fetch, 3);
    tool.write(
        "secret.toml",
        &(rule("secret-rule", "SELECT name FROM users") + &rule("secret-error", "SELECT secret")),
    );
    let (items, checked) = sent(&tool, &["policy", "run", "secret.toml", "--db", "secret.db"], 1);
    assert_eq!(named(&items, "policy run")["properties"]["error_class"], "rule_sql");
    let host_name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    for bytes in [fetched, checked] {
        assert!(!bytes.contains("secret"), "{bytes}");
        assert!(!bytes.contains(&format!("\"{}\"", host_name.trim())), "{bytes}");
    }
}

#[test]
fn the_only_identifier_is_in_a_file_that_can_be_deleted_or_prevented() {
    let tool = agreed();
    let identity = tool.home.path().join("candor/.cq/telemetry-random-id");
    let run = || sent(&tool, &["fetch", "--providers", "users"], 4).0;
    let id_of = |items: &[Value]| {
        let id = items[0]["anonymousId"].as_str().unwrap().to_owned();
        assert!(items.iter().all(|item| item["anonymousId"] == *id && item.get("userId").is_none()), "{items:?}");
        id
    };
    let first = id_of(&run());
    assert_eq!(std::fs::read_to_string(&identity).unwrap().trim(), first);
    assert_eq!(id_of(&run()), first);
    std::fs::remove_file(&identity).unwrap();
    let second = id_of(&run());
    assert_ne!(second, first);
    std::fs::remove_file(&identity).unwrap();
    std::fs::create_dir(&identity).unwrap();
    let third = id_of(&run());
    assert!(third != second && identity.is_dir());
}

#[cfg(feature = "postgres")]
#[test]
fn the_databases_own_id_is_sent_as_a_hash_that_is_the_same_for_all_who_share_it() {
    let server = candor_testkit::Postgres::shared();
    let address = server.new_database();
    let fetched = |tool: &Tool, database: &str| {
        let (items, bytes) = sent(tool, &["fetch", "--providers", "users", "--database", database], 4);
        (named(&items, "fetch")["context"]["database"].as_str().unwrap().to_owned(), bytes)
    };
    let (left, bytes) = fetched(&agreed(), &address);
    let (right, _) = fetched(&agreed(), &address);
    assert_eq!(left, right);
    assert!(left.len() == 16 && left.bytes().all(|byte| byte.is_ascii_hexdigit()), "{left}");
    let own = server.sql(&address, "SELECT system_identifier FROM pg_control_system()");
    assert!(!bytes.contains(&own), "{bytes}");
    let tool = agreed();
    let (file, _) = fetched(&tool, "sqlite:a.db");
    assert_eq!(fetched(&tool, "sqlite:a.db").0, file);
    assert_ne!(fetched(&tool, "sqlite:b.db").0, file);
    assert_ne!(file, left);
}

#[test]
fn inspected_nothing_is_sent_and_the_log_has_what_would_be() {
    let tool = agreed();
    let collector = FakeCollector::start();
    let mut command = tool.command(&["fetch", "--providers", "users", "--inspect-telemetry"]);
    assert!(command.env("CANDOR_ENDPOINT", collector.endpoint()).output().unwrap().status.success());
    let log = std::fs::read_to_string(tool.path("inventory.log")).unwrap();
    assert!(log.starts_with(&format!("POST {}/v1/batch\n", collector.endpoint())), "{log}");
    assert!(log.contains("\"event\":\"fetch\""), "{log}");
    assert_eq!(collector.requests().len(), 0);
}

#[test]
fn the_notice_is_for_a_person_at_a_terminal_and_is_shown_once() {
    let tool = Tool::with_telemetry();
    let run = |arguments: &[&str]| Terminal::run(&mut tool.command(arguments));
    let for_a_program = run(&["providers", "list", "--json"]);
    assert_eq!(for_a_program.screen, "");
    let first = run(&["providers", "list"]);
    assert!(first.screen.contains("https://candor.example/inventory/telemetry"), "{}", first.screen);
    assert!(first.screen.lines().count() <= 6, "{}", first.screen);
    assert!(first.stdout.starts_with("PROVIDER"), "{}", first.stdout);
    assert_eq!(run(&["providers", "list"]).screen, "");
}

#[test]
fn telemetry_changes_neither_answer_nor_exit_status() {
    let (silent, recorded) = (Tool::new(), agreed());
    for arguments in [&["providers", "list"][..], &["policy", "run"], &["fetch", "--providers", "nonsense"]] {
        let [left, right] = [&silent, &recorded].map(|tool| tool.command(arguments).output().unwrap());
        assert_eq!(
            (left.status, left.stdout, left.stderr),
            (right.status, right.stdout, right.stderr),
            "{arguments:?}"
        );
    }
}

fn rule(name: &str, sql: &str) -> String {
    format!("[[rule]]\nname = {name:?}\ntitle = \"t\"\nseverity = \"low\"\nsql = {sql:?}\n")
}
