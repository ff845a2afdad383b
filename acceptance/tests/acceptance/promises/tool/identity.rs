//! Who is told from whom, and by what: B7 to B11, and B17.

use std::fs;

use candor_testkit::{FakeCollector, Postgres, candor, workspace};
use serde_json::Value;

use super::{NAME, number, row, sum, text, used};
use crate::{
    computer::Computer,
    promises::{secrets, sink::Sink},
    relay::relay_from,
    reporting::Reporting,
};

/// Runs once, and gives the id that everything it sent has.
fn id_sent(computer: &Computer) -> String {
    let collector = FakeCollector::start();
    computer.run(&collector.endpoint(), &["fetch", "--providers", "users"]);
    computer.deliver(NAME, &collector.endpoint());
    let items = collector.accepted_items();
    let id = text(&items[0], "anonymousId").to_owned();
    assert!(items.iter().all(|item| item["anonymousId"] == *id && item.get("userId").is_none()), "{items:?}");
    id
}

#[test]
fn b7_a_random_uuid_is_kept_in_the_documented_file_and_used_by_every_run() {
    let computer = Computer::agreed();
    let file = computer.home.path().join(".cq/telemetry-random-id");
    let sink = Sink::start();
    for _ in 0..2 {
        let mut command = computer.inventory("", &["providers", "list"]);
        // Where a user has not moved the SDK's files, it lies in the home directory.
        assert!(sink.configure(command.env_remove("CANDOR_HOME")).output().unwrap().status.success());
        sink.rudderstack.wait_for_items(1);
    }
    let id = fs::read_to_string(&file).unwrap();
    let (id, bytes) = (id.trim(), id.trim().as_bytes());
    assert_eq!((id.len(), bytes[14], id.split('-').map(str::len).collect()), (36, b'4', vec![8, 4, 4, 4, 12]), "{id}");
    assert!(b"89ab".contains(&bytes[19]), "random, of RFC 9562: {id}");
    let items = sink.rudderstack.accepted_items();
    assert!(items.iter().all(|item| item["anonymousId"] == id), "{items:?}");
    assert_ne!(id, id_sent(&Computer::agreed()), "another computer");
    for documented in ["apps/inventory/README.md", "apps/inventory/telemetry.toml"] {
        let text = fs::read_to_string(workspace().join(documented)).unwrap();
        assert!(text.contains(".cq/telemetry-random-id"), "{documented}");
    }
}

#[test]
fn b8_deleting_the_id_file_gives_a_new_identity_and_a_directory_of_that_name_prevents_it() {
    let computer = Computer::agreed();
    let file = computer.home.path().join("candor/.cq/telemetry-random-id");
    let first = id_sent(&computer);
    assert_eq!(id_sent(&computer), first);
    fs::remove_file(&file).unwrap();
    let second = id_sent(&computer);
    assert_ne!(second, first);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let (third, fourth) = (id_sent(&computer), id_sent(&computer));
    assert!(third != second && fourth != third, "each run has a throw-away id");
    assert_eq!(fs::read_dir(&file).unwrap().count(), 0);
}

#[test]
fn b9_ephemeral_machines_are_told_from_others_without_any_trait_of_the_host() {
    let (reporting, computer, sink) = (Reporting::of(NAME), Computer::agreed(), Sink::start());
    for (variable, value) in [("container", "podman"), ("GITLAB_CI", "true")] {
        let mut command = computer.inventory(reporting.endpoint(), &["providers", "list"]);
        assert!(command.env(variable, value).output().unwrap().status.success());
    }
    computer.deliver(NAME, reporting.endpoint());
    let told =
        reporting.sql("SELECT ci, bool_or(container) AS contained FROM facts WHERE kind = 'operation' GROUP BY ci");
    assert_eq!(row(&told, &[("ci", "none")])["contained"], true, "{told:?}");
    row(&told, &[("ci", "gitlab_ci")]);
    // Of each period a runner says the cell in which its host falls: however many runs there are, one host is one.
    let again = Computer::agreed();
    let mut command = again.inventory(reporting.endpoint(), &["providers", "list"]);
    assert!(command.env("GITLAB_CI", "true").output().unwrap().status.success());
    again.deliver(NAME, reporting.endpoint());
    let cells = reporting.sql(
        "SELECT sketch, max(bits) AS bits, max(cell) AS cell, min(rank) AS rank, count(DISTINCT cell) AS cells,
                sum(count) AS starts, count(weeks) AS weeks
         FROM actives GROUP BY sketch",
    );
    for period in ["day", "week", "month"] {
        let told = row(&cells, &[("sketch", period)]);
        assert_eq!((number(told, "bits"), number(told, "cells"), number(told, "weeks")), (6, 1, 0), "{cells:?}");
        assert!(number(told, "cell") < 64 && number(told, "rank") >= 1 && number(told, "starts") == 2, "{cells:?}");
    }
    assert_eq!(cells.len(), 3, "ephemeral machines are counted by these alone: {cells:?}");

    let fetch = ["fetch", "--providers", "users,system,interfaces,defective"];
    sink.configure(&mut computer.inventory("", &fetch)).output().unwrap();
    computer.deliver_by(NAME, |command| sink.configure(command));
    let (items, _) = sink.received(4, 1);
    assert!(items.iter().any(|item| item["event"] == "fetch"), "{items:?}");
    let sent = sink.bytes();
    for told in secrets::traits() {
        assert!(!sent.contains(&told), "{told} in {sent}");
        for hash in secrets::hashes(told.trim_matches('"')) {
            assert!(!sent.contains(&hash[..16]), "a hash of {told} in {sent}");
        }
    }
    let manifest = fs::read_to_string(workspace().join("apps/inventory/telemetry.toml")).unwrap();
    let field = r#"backend = { type = "enum", values = ["sqlite", "postgres"],"#;
    for shape in ["host_name", "mac_hash", "string"] {
        let with_trait = manifest.replace(field, &format!("backend = {{ type = \"{shape}\","));
        assert_ne!(with_trait, manifest);
        computer.write("trait.toml", &with_trait);
        let checked = candor(&["manifest", "check", computer.home.path().join("trait.toml").to_str().unwrap()]);
        assert_eq!(checked.status.code(), Some(1), "no field can hold one: {checked:?}");
    }
}

#[test]
fn b10_a_database_is_told_by_a_hash_of_its_own_id_the_same_for_all_who_share_it() {
    let (reporting, server) = (Reporting::of(NAME), Postgres::shared());
    let address = server.new_database();
    let (ada, ben) = (Computer::agreed(), Computer::agreed());
    for (computer, database) in [(&ada, &*address), (&ben, &*address), (&ben, "a.db"), (&ben, "a.db"), (&ben, "b.db")] {
        let fetch = ["fetch", "--providers", "users", "--database", database];
        assert_eq!(used(computer, &reporting, &fetch), Some(0));
    }
    let rows = reporting.sql(
        "SELECT database, text_backend, sum(count) AS runs, count(DISTINCT installation) AS installations
         FROM facts WHERE name = 'fetch' GROUP BY database, text_backend",
    );
    let mut told: Vec<_> =
        rows.iter().map(|row| (text(row, "text_backend"), number(row, "installations"), number(row, "runs"))).collect();
    told.sort_unstable();
    assert_eq!(told, [("postgres", 2, 2), ("sqlite", 1, 1), ("sqlite", 1, 2)], "three databases: {rows:?}");
    assert!(rows.iter().all(|row| row["database"].is_i64()), "{rows:?}");
    let own = server.sql(&address, "SELECT system_identifier FROM pg_control_system()");
    assert!(own.len() > 15, "{own}");
    reporting.assert_nowhere(&[own]);
}

#[test]
fn b11_the_address_is_stored_nowhere() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    let relay = relay_from(secrets::ADDRESS, reporting.endpoint());
    computer.run(&relay, &["fetch", "--providers", "users"]);
    computer.deliver(NAME, &relay);
    let kept = reporting.sql("SELECT count(*) AS rows, count(country) + count(region) AS places FROM facts");
    assert!(number(&kept[0], "rows") > 0);
    assert_eq!(number(&kept[0], "places"), 0, "no country is known of a loopback address");
    reporting.assert_nowhere(&[secrets::ADDRESS.to_owned()]);
}

#[test]
fn b17_installations_and_invocations_are_both_right() {
    let reporting = Reporting::of(NAME);
    let runs = |computer: &Computer, number: usize| {
        for _ in 0..number {
            computer.run(reporting.endpoint(), &["fetch", "--providers", "users"]);
        }
        computer.deliver(NAME, reporting.endpoint());
    };
    let computers = [(Computer::agreed(), 1), (Computer::agreed(), 3), (Computer::agreed(), 6)];
    for (computer, number) in &computers {
        runs(computer, *number);
    }
    // Who opted out is neither.
    computers[0].0.run(reporting.endpoint(), &["fetch", "--providers", "users", "--no-telemetry"]);
    assert_eq!(sum(&reporting.rows("operations"), "runs"), 10);
    let of_installation = |kind: &str| -> Vec<u64> {
        let query = format!(
            "SELECT installation, sum(count) AS runs FROM facts WHERE kind = '{kind}' GROUP BY installation ORDER BY 2"
        );
        reporting.sql(&query).iter().map(|row: &Value| number(row, "runs")).collect()
    };
    assert_eq!(of_installation("operation"), [1, 3, 6], "three installations, ten invocations");
    assert_eq!(of_installation("component"), [1, 3, 6]);
    let not_identified = reporting.sql("SELECT DISTINCT kind FROM facts WHERE installation IS NULL");
    assert_eq!(not_identified.iter().map(|row| text(row, "kind")).collect::<Vec<_>>(), ["active"]);
    // Where the test runs in a container, these are starts on one host.
    let told = reporting.sql("SELECT sum(count) AS n FROM actives WHERE sketch IS NULL OR sketch = 'day'");
    assert_eq!(number(&told[0], "n"), 3, "and the same without any identifier");
}
