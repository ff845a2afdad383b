//! B: the telemetry and the crash reports of a command-line tool, `inventory`.

mod identity;
mod sent;

use std::{process::Command, time::Instant};

use candor_testkit::{FakeCollector, candor, program};
use serde_json::Value;

use super::{number, row, sum, text};
use crate::{
    computer::{Computer, rule},
    reporting::Reporting,
};

const NAME: &str = "inventory";

/// Runs the tool, however it ends, and waits until everything was sent.
fn used(computer: &Computer, reporting: &Reporting, arguments: &[&str]) -> Option<i32> {
    let status = computer.inventory(reporting.endpoint(), arguments).output().unwrap().status;
    computer.deliver(NAME, reporting.endpoint());
    status.code()
}

#[test]
fn b1_each_operation_is_told_by_its_name() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    for (arguments, code) in [
        (&["fetch", "--providers", "users"][..], 0),
        (&["fetch", "--providers", "mounts"], 0),
        (&["policy", "run", "rules.toml"], 0),
        (&["providers", "list", "--json"], 0),
        (&["telemetry", "status"], 0),
        (&["no-such-command"], 2),
    ] {
        assert_eq!(used(&computer, &reporting, arguments), Some(code), "{arguments:?}");
    }
    let rows = reporting.rows("operations");
    let mut told: Vec<_> = rows.iter().map(|row| (text(row, "operation"), number(row, "runs"))).collect();
    told.sort_unstable();
    assert_eq!(told, [("fetch", 2), ("policy run", 1), ("providers list", 1)]);
    assert_eq!(reporting.complaints(), [""; 0]);
}

#[test]
fn b2_each_operation_is_told_with_how_long_it_took_and_whether_it_succeeded() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    computer.write("wrong.toml", &rule("wrong", "SELECT nothing"));
    let start = Instant::now();
    for (arguments, code) in [
        (&["fetch", "--providers", "users"][..], 0),
        (&["fetch", "--providers", "users"], 0),
        (&["fetch", "--root", "/nowhere"], 1),
        (&["policy", "run", "wrong.toml"], 1),
    ] {
        assert_eq!(used(&computer, &reporting, arguments), Some(code), "{arguments:?}");
    }
    let all_us = start.elapsed().as_micros() as u64;
    let rows = reporting.rows("operations");
    for (operation, ok, error) in [("fetch", 2, 1), ("policy run", 0, 1)] {
        let row = row(&rows, &[("operation", operation)]);
        assert_eq!((number(row, "ok"), number(row, "error"), number(row, "cancelled")), (ok, error, 0), "{row}");
        let (half, most) = (number(row, "p50_us"), number(row, "p99_us"));
        assert!(0 < half && half <= most && most <= all_us, "{row}");
    }
    let classes = reporting.sql("SELECT name, error_class FROM facts WHERE outcome = 'error' AND kind = 'operation'");
    assert_eq!(text(row(&classes, &[("name", "fetch")]), "error_class"), "source_missing");
    assert_eq!(text(row(&classes, &[("name", "policy run")]), "error_class"), "rule_sql");
}

#[test]
fn b3_runs_in_ci_are_told_from_others() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    computer.run(reporting.endpoint(), &["providers", "list"]);
    for (variable, value) in [("GITHUB_ACTIONS", "true"), ("CI", "1"), ("CI", "false")] {
        let mut command = computer.inventory(reporting.endpoint(), &["providers", "list"]);
        assert!(command.env(variable, value).output().unwrap().status.success());
    }
    computer.deliver(NAME, reporting.endpoint());
    let runs = |filter: &str| sum(&reporting.rows(&format!("operations?ci={filter}")), "runs");
    assert_eq!((runs("yes"), runs("no")), (2, 2));
    let services = reporting.sql("SELECT DISTINCT ci FROM facts ORDER BY ci");
    let services: Vec<_> = services.iter().map(|row| text(row, "ci")).collect();
    assert_eq!(services, ["github_actions", "none", "other"]);
}

#[test]
fn b4_the_binary_is_told_by_version_commit_and_day_of_its_build() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    assert_eq!(used(&computer, &reporting, &["providers", "list"]), Some(0));
    let told = reporting.sql("SELECT version, commit, built FROM facts WHERE kind = 'operation'");
    let told = |key: &str| text(&told[0], key);
    let output = Command::new(program(NAME)).arg("--version").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said.trim_end(),
        format!("inventory {} (commit {}, built {})", told("version"), told("commit"), told("built"))
    );
    assert_eq!(told("built").len(), "2026-11-22".len());
    assert_eq!(text(&reporting.rows("versions")[0], "version"), told("version"));
}

#[test]
fn b5_providers_are_told_with_their_versions() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    assert_eq!(used(&computer, &reporting, &["fetch"]), Some(0));
    let output = computer.run("", &["providers", "list", "--json", "--no-telemetry"]);
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let listed = listed["providers"].as_array().unwrap();
    let rows = reporting.rows("components");
    assert_eq!((rows.len(), listed.len()), (9, 9));
    for provider in listed {
        let row = row(&rows, &[("set", "provider"), ("component", text(provider, "name"))]);
        assert_eq!((text(row, "component_version"), number(row, "runs")), (text(provider, "version"), 1));
    }
}

#[test]
fn b6_each_part_of_an_operation_is_told_with_its_duration() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    assert_eq!(used(&computer, &reporting, &["fetch", "--providers", "users,packages,interfaces"]), Some(0));
    let rows = reporting.rows("parts");
    let whole_us = number(&reporting.rows("operations")[0], "p50_us");
    for part in ["collect", "store"] {
        let row = row(&rows, &[("operation", "fetch"), ("part", part)]);
        assert_eq!((number(row, "runs"), number(row, "error")), (3, 0));
        assert!(0 < number(row, "p50_us") && number(row, "p99_us") <= whole_us, "{row} of {whole_us}");
    }
    let each = "SELECT name, text_provider, sum(count) AS runs FROM facts WHERE kind = 'part' \
                AND duration_bucket IS NOT NULL GROUP BY name, text_provider";
    let each = reporting.sql(each);
    for (part, provider) in [("collect", "users"), ("collect", "packages"), ("store", "interfaces")] {
        assert_eq!(number(row(&each, &[("name", part), ("text_provider", provider)]), "runs"), 1);
    }
}

/// Runs a tool on one computer twice: first with this, which opts out, then without. Only the second run is heard of.
fn assert_opted_out(arguments: &[&str], variable: Option<(&str, &str)>) {
    let (computer, collector) = (Computer::agreed(), FakeCollector::start());
    let before = computer.home.files();
    let crashing = [&["fetch", "--providers", "users,defective"], arguments].concat();
    let run = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let output = computer.inventory(&collector.endpoint(), arguments).envs(variable).output().unwrap();
        assert_eq!(output.status.code(), Some(101));
    };
    run(&crashing, variable);
    let left: Vec<_> = computer.home.files().into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(left, [std::path::Path::new("inventory.db")], "{arguments:?} {variable:?}");
    run(&["fetch", "--providers", "users,defective"], None);
    computer.deliver(NAME, &collector.endpoint());
    let fetches = collector.accepted_items().iter().filter(|item| item["event"] == "fetch").count();
    assert_eq!((fetches, collector.accepted_events().len()), (1, 1), "{arguments:?} {variable:?}");
}

#[test]
fn b15_flag_and_variable_opt_out_of_usage_and_crash_reports_alike() {
    assert_opted_out(&["--no-telemetry"], None);
    for value in ["1", "true", "yes"] {
        assert_opted_out(&[], Some(("CQ_NO_TELEMETRY", value)));
    }
    assert_opted_out(&["--inspect-telemetry", "--no-telemetry"], None);
}

#[test]
fn b16_a_crash_is_reported_with_its_place_its_release_and_the_operation() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    for _ in 0..2 {
        assert_eq!(used(&computer, &reporting, &["fetch", "--providers", "users,defective"]), Some(101));
    }
    let rows = reporting.rows("errors");
    let crash = row(&rows, &[("kind", "crash"), ("type", "panic")]);
    assert_eq!((number(crash, "count"), text(crash, "version")), (2, env!("CARGO_PKG_VERSION")), "{crash}");
    let data = reporting.data().to_str().unwrap().to_owned();
    let said = candor(&["report", "errors", "--project", NAME, "--data", &data]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("panic"), "{said:?}");

    let reports = reporting.sql("SELECT name, parent, report FROM crashes");
    assert_eq!((reports.len(), text(&reports[0], "parent")), (2, "fetch"));
    let report: Value = serde_json::from_str(text(&reports[0], "report")).unwrap();
    let frames = report["exception"]["values"][0]["stacktrace"]["frames"].as_array().unwrap();
    let innermost = frames.last().unwrap();
    assert!(text(innermost, "function").ends_with("::collect") && innermost["in_app"] == true, "{innermost}");
    assert_eq!(text(innermost, "filename"), "src/providers/defective.rs");
    assert_eq!(report["exception"]["values"][0]["value"], Value::Null, "what it says was put together while it ran");
    let failed = row(&reporting.rows("operations"), &[("operation", "fetch")]).clone();
    assert_eq!((number(&failed, "runs"), number(&failed, "error")), (2, 2));
    assert_eq!(reporting.complaints(), [""; 0]);
}
