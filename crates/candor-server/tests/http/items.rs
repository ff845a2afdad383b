//! What becomes of the items of a batch.

use crate::server::{Server, batch, event};
use candor_server::Limits;
use candor_store::ProjectMode;

#[test]
fn an_event_is_in_the_tables_when_the_answer_is_there() {
    let server = Server::start();
    let answer = server.batch(batch(&[event("1"), event("2")]));
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"success":true}"#));
    let rows = server.rows("SELECT project, kind, name, sum(count) AS n FROM facts GROUP BY 1, 2, 3");
    assert_eq!(rows, serde_json::json!([{"project": "inventory", "kind": "track", "name": "opened", "n": 2}]));
}

#[test]
fn a_retried_batch_is_counted_once() {
    let server = Server::start();
    for _ in 0..3 {
        assert_eq!(server.batch(batch(&[event("1"), event("2")])).status, 200);
    }
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 2);
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (2, 4));
}

#[test]
fn one_message_id_in_two_projects_is_two_messages() {
    let server = Server::start();
    let other = server.create_project("other");
    let key = format!("Bearer {}", other.write_key);
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    let answer = server.send("POST", "/v1/batch", &[("authorization", &key)], batch(&[event("1")]).as_bytes());
    assert_eq!(answer.status, 200);
    let token = format!("Bearer {}", other.token);
    let sql = br#"{"sql": "SELECT count(*) AS n FROM facts"}"#;
    let answer = server.send("POST", "/api/v1/sql", &[("authorization", &token)], sql);
    assert_eq!((&answer.json()["rows"][0]["n"], server.outcome("duplicate", "")), (&1.into(), 0));
}

#[test]
fn what_a_tool_kept_while_it_was_offline_is_taken_weeks_later() {
    let server = Server::start();
    let weeks_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 45);
    let item = event("1").replace("\"type\"", &format!("\"timestamp\": \"{weeks_ago}\", \"type\""));
    assert_eq!(server.batch(batch(&[item])).status, 200);
    let rows = server.rows("SELECT CAST(day AS VARCHAR) AS day FROM facts");
    assert_eq!(rows[0]["day"], weeks_ago.strftime("%Y-%m-%d").to_string(), "and counts for its own day");
}

#[test]
fn one_bad_event_never_rejects_its_batch_and_is_counted_by_reason() {
    let server = Server::start();
    let bad = [
        (r#"{"event": "x", "messageId": "b1"}"#, "missing_type"),
        (r#"{"type": "dance", "messageId": "b2"}"#, "unknown_type"),
        (r#"{"type": "track", "messageId": "b3"}"#, "missing_event"),
        (r#"{"type": "track", "event": "x", "timestamp": "0001-01-01T00:00:00Z"}"#, "timestamp_too_old"),
        (r#"{"type": "track", "event": "x", "timestamp": "9999-12-31T23:59:59Z"}"#, "timestamp_in_future"),
        (r#"{"type": "track", "event": "x", "timestamp": "yesterday"}"#, "timestamp_malformed"),
        (r#"17"#, "not_an_object"),
    ];
    for (position, (item, reason)) in bad.iter().enumerate() {
        let (before, after) = (event(&format!("good-{position}-1")), event(&format!("good-{position}-2")));
        assert_eq!(server.batch(batch(&[before, (*item).to_owned(), after])).status, 200, "{item}");
        assert_eq!(server.outcome("dropped", reason), 1, "{item}");
    }
    let good = 2 * bad.len() as u64;
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], good);
    assert_eq!(server.outcome("accepted", ""), good);
}

#[test]
fn a_sum_becomes_one_row_a_bucket_and_is_counted_once() {
    let server = Server::start();
    let sum = |id: &str, kind: &str, words: &str| {
        format!(
            r#"{{"type": "track", "event": "fetch", "messageId": "{id}", "properties": {{{words}, "provider": "a"}},
                "context": {{"candor": {{"format": 1, "kind": "{kind}"}}}}}}"#
        )
    };
    let durations = r#""count": 4, "durations": [[0.040, 3], [0.050, 1]]"#;
    let items = [sum("1", "operation", durations), sum("2", "part", &format!(r#""parent": "run", {durations}"#))];
    for _ in 0..2 {
        assert_eq!(server.batch(batch(&items)).status, 200);
    }
    let rows = server.rows("SELECT kind, parent, duration_bucket AS us, count FROM facts ORDER BY 1, 3");
    let row = |kind: &str, parent: Option<&str>, us: u64, count: u64| serde_json::json!({"kind": kind, "parent": parent, "us": us, "count": count});
    let (of, run) = ("part", Some("run"));
    let expected =
        [row("operation", None, 40, 3), row("operation", None, 50, 1), row(of, run, 40, 3), row(of, run, 50, 1)];
    assert_eq!(rows, serde_json::Value::from(expected.to_vec()));
    assert_eq!((server.outcome("accepted", ""), server.outcome("duplicate", "")), (2, 2));
}

#[test]
fn deep_nesting_drops_the_event_or_refuses_the_body_and_nothing_falls() {
    let server = Server::start();
    for depth in [40, 200, 5_000, 200_000] {
        let nested = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let item = format!(r#"{{"type": "track", "event": "deep", "properties": {{"n": {nested}}}}}"#);
        let answer = server.batch(batch(&[item, event(&format!("after-{depth}"))]));
        assert!(matches!(answer.status, 200 | 400), "{depth}: {answer:?}");
    }
    let rows = server.rows("SELECT count(*) AS n FROM facts WHERE name = 'deep'");
    assert_eq!(rows[0]["n"], 0);
    assert_eq!(server.batch(batch(&[event("still there")])).status, 200);
}

#[test]
fn every_endpoint_takes_its_event_with_and_without_a_slash() {
    let server = Server::start();
    let authorization = server.authorization();
    let headers = [("authorization", authorization.as_str())];
    for (path, body) in [
        ("/v1/track", r#"{"event": "opened", "userId": "u", "messageId": "1"}"#),
        ("/v1/track/", r#"{"event": "opened", "userId": "u", "messageId": "2"}"#),
        ("/v1/identify", r#"{"userId": "u", "traits": {"plan": "free"}, "messageId": "3"}"#),
        ("/v1/page/", r#"{"userId": "u", "name": "home", "messageId": "4"}"#),
        ("/v1/screen", r#"{"userId": "u", "name": "home", "messageId": "5"}"#),
        ("/v1/group", r#"{"userId": "u", "groupId": "g", "messageId": "6"}"#),
        ("/v1/alias", r#"{"userId": "u", "previousId": "v", "messageId": "7"}"#),
        ("/v1/import/", r#"{"batch": [{"type": "track", "event": "opened", "messageId": "8"}]}"#),
        ("/v1/batch/", r#"{"batch": [{"type": "track", "event": "opened", "messageId": "9"}]}"#),
    ] {
        let answer = server.send("POST", path, &headers, body.as_bytes());
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"success":true}"#), "{path}");
    }
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 9);
}

#[test]
fn identifiers_become_keyed_hashes_and_addresses_are_scrubbed() {
    let server = Server::start();
    let item = r#"{"type": "track", "event": "mail jane@example.com", "anonymousId": "device-4711", "userId": "jane@example.com",
        "context": {"ip": "203.0.113.77", "database": "00c0ffee00c0ffee"}, "properties": {"from": "203.0.113.77", "jane@example.com": "x", "n": 3}}"#;
    assert_eq!(server.batch(batch(&[item.to_owned()])).status, 200);
    let rows = server.rows("SELECT * FROM facts");
    let text = rows.to_string();
    for secret in ["jane", "example.com", "203.0.113.77", "device-4711", "c0ffee"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(rows[0]["installation"].is_i64() && rows[0]["database"].is_i64(), "{text}");
    assert_ne!(rows[0]["database"], 0x00c0_ffee_00c0_ffee_i64, "it is hashed again");
}

pub(crate) const MANIFEST: &str = r#"
[application]
name = "inventory"
contact = "telemetry@example.org"
endpoint = "http://127.0.0.1:8700"
write_key = "key"
docs = "https://example.org/telemetry"

[consent]
default = "on"
flags = ["--no-telemetry"]
variables = ["INVENTORY_NO_TELEMETRY"]

[operation.fetch]
description = "Resources were fetched."
why = "To know what to speed up."
owner = "team"
expires = "never"
expires_reason = "It is what the tool is for."
level = "stats"
collect = "aggregate"
fields.resources = { type = "count", description = "How many resources." }

[active]
description = "The tool was used."
why = "To know by how many."
owner = "team"
expires = "never"
expires_reason = "It is asked for ever."
"#;

fn strict() -> Server {
    let manifest = candor_manifest::Manifest::parse(MANIFEST).unwrap().to_json().to_string();
    Server::start_with(Limits::default(), ProjectMode::Strict, Some(manifest))
}

#[test]
fn a_strict_project_keeps_what_is_declared_and_counts_the_rest_by_name_only() {
    let server = strict();
    let own = |id: &str, event: &str, properties: &str| {
        format!(
            r#"{{"type": "track", "event": "{event}", "messageId": "{id}", "properties": {properties},
                "context": {{"candor": {{"format": 1, "kind": "operation"}}, "app": {{"version": "1.4.0"}}}}}}"#
        )
    };
    let answer = server.batch(batch(&[
        own("1", "fetch", r#"{"outcome": "ok", "duration_ms": 12.5, "resources": 100, "password": "hunter2"}"#),
        own("2", "steal", r#"{"outcome": "ok"}"#),
        event("3"),
        own("4", "fetch", r#"{"outcome": "ok", "count": 3, "durations": [[0.01, 1], [0.02, 2]]}"#),
    ]));
    assert_eq!(answer.status, 200);
    let rows = server.rows("SELECT name, outcome, int_resources, attributes FROM facts WHERE int_resources > 0");
    let kept = serde_json::json!([{"name": "fetch", "outcome": "ok", "int_resources": 100, "attributes": null}]);
    assert_eq!(rows, kept);
    assert_eq!(server.rows("SELECT sum(count) AS n FROM facts")[0]["n"], 4);
    assert_eq!(server.outcome("accepted", ""), 2);
    assert_eq!(server.outcome("dropped", "undeclared_record"), 2);
    assert_eq!(server.outcome("dropped", "undeclared_property:password"), 1);
    let pipeline = server.get("/api/v1/projects/inventory/pipeline");
    assert!(!pipeline.body.contains("hunter2"), "{pipeline:?}");
    assert_eq!((&pipeline.json()["dropped"], &pipeline.json()["dropped_parts"]), (&2.into(), &1.into()));
}

#[test]
fn what_counts_people_is_kept_without_anything_that_tells_one_from_another() {
    let active = |id: &str, properties: &str| {
        format!(
            r#"{{"type": "track", "event": "active", "messageId": "{id}", "anonymousId": "5f0c9e1a", "userId": "jane",
                "timestamp": "2026-11-22T13:14:15.161Z", "properties": {properties},
                "context": {{"candor": {{"format": 1, "kind": "active"}}, "app": {{"version": "1.4.0", "commit": "5f0c9e1"}},
                             "os": {{"name": "linux", "version": "12", "arch": "x86_64"}}, "ci": "none", "agent": "none",
                             "database": "00c0ffee00c0ffee", "library": {{"name": "candor", "version": "0.1.0"}}}}}}"#
        )
    };
    let flags = r#"{"first_of_week": true, "first_of_month": false, "weeks": 3, "host": "jane-laptop",
                    "parts": [{"name": "x", "outcome": "ok"}]}"#;
    for server in [strict(), Server::start()] {
        let batch = || {
            batch(&[
                active("1", flags),
                active("2", r#"{"sketch_bits": 6, "day_cell": 63, "day_rank": 2}"#),
                active("3", r#"{"count": 1000, "first_of_week": true, "first_of_month": true, "weeks": 0}"#),
            ])
        };
        assert_eq!(server.batch(batch()).status, 200);
        assert_eq!(server.batch(batch()).status, 200, "a retry");
        let rows = server.rows(
            "SELECT version, os, arch, ci, count, CAST(time AS TEXT) AS time, bool_first_of_week, int_weeks, int_sketch_bits, \
             int_day_cell, int_day_rank FROM facts ORDER BY int_weeks",
        );
        let row = |flag: Option<bool>, numbers: [Option<i32>; 4]| {
            serde_json::json!({"version": "1.4.0", "os": "linux", "arch": "x86_64", "ci": "none", "count": 1,
                "time": "2026-11-22T00:00:00", "bool_first_of_week": flag, "int_weeks": numbers[0],
                "int_sketch_bits": numbers[1], "int_day_cell": numbers[2], "int_day_rank": numbers[3]})
        };
        let expected = [row(Some(true), [Some(3), None, None, None]), row(None, [None, Some(6), Some(63), Some(2)])];
        assert_eq!(rows, serde_json::json!(expected));
        let identifying = server.rows(
            "SELECT count(*) AS n FROM facts WHERE COALESCE(CAST(installation AS TEXT), CAST(database AS TEXT), commit, \
             os_version, agent, sdk, sdk_version, attributes) IS NOT NULL",
        );
        assert_eq!(identifying[0]["n"], 0);
        assert_eq!(server.outcome("dropped", "malformed_active"), 2);
    }
}
