//! What leaves the computer, where it goes, and how the user sees it: B12 to B14.

use candor_testkit::{FakeCollector, Postgres, Request, program};
use serde_json::Value;

use super::{NAME, sum};
use crate::{
    computer::{Computer, rule},
    promises::{
        masked,
        secrets::{self, MARK},
        sink::Sink,
        sorted,
    },
    relay::relay_from,
    reporting::Reporting,
};

#[test]
fn b12_usage_goes_to_a_rudderstack_server_and_crash_reports_to_a_sentry_by_configuration_alone() {
    let (computer, sink) = (Computer::agreed(), Sink::start());
    sink.configure(&mut computer.inventory("", &["fetch", "--providers", "users,defective"])).output().unwrap();
    computer.deliver_by(NAME, |command| sink.configure(command));
    let (items, reports) = sink.received(6, 1);
    let events: Vec<_> = items.iter().filter_map(|item| item["event"].as_str()).collect();
    for event in ["fetch", "collect", "store", "users", "defective"] {
        assert!(events.contains(&event), "{event} in {events:?}");
    }
    assert_eq!((&reports[0]["level"], &reports[0]["transaction"]), (&"fatal".into(), &"fetch".into()));
    assert_eq!(reports[0]["exception"]["values"][0]["type"], "panic");
}

/// Everything that a user can say to the tool, with something secret in it, and everything that can go wrong.
fn used_with_secrets(computer: &Computer, configure: impl Fn(&Computer, &[&str]) -> std::process::Command) {
    let mut log = String::new();
    let database = Postgres::shared().new_database().replace("postgres@", &format!("postgres:{MARK}@"));
    let (file, root, rules) = (format!("{MARK}.db"), format!("{MARK}/root"), format!("{MARK}.toml"));
    computer.write(&rules, &rule(&format!("{MARK}-rule"), &format!("SELECT {MARK} FROM users")));
    computer.write(&format!("{root}/etc/passwd"), &format!("{MARK}:x:0:0:{MARK}:/home/{MARK}:/bin/sh\n"));
    computer.write("taken.db", MARK);
    for arguments in [
        &["fetch", "--database", &database, "--providers", "users,interfaces,system,processes"][..],
        &["fetch", "--database", &file, "--root", &root, "--providers", "users,mounts"],
        &["fetch", "--database", &file, "--root", &root, "--providers", "defective"],
        &["fetch", "--database", "taken.db"],
        &["fetch", "--database", &format!("postgres://{MARK}:{MARK}@/{MARK}?host=/nowhere/{MARK}")],
        &["policy", "run", &rules, "--database", &database],
        &["policy", "run", &format!("{MARK}-missing.toml")],
        &["fetch", "--providers", MARK],
        &[MARK],
    ] {
        let output = secrets::personal(&configure(computer, arguments)).output().unwrap();
        log += &String::from_utf8_lossy(&output.stderr);
    }
    assert!(log.contains(MARK), "the user sees it: {log}");
}

#[test]
fn b13_arguments_credentials_logs_and_addresses_are_neither_sent_nor_kept() {
    let (computer, sink) = (Computer::agreed(), Sink::start());
    used_with_secrets(&computer, |computer, arguments| {
        let mut command = computer.inventory("", arguments);
        sink.configure(&mut command);
        command
    });
    computer.deliver_by(NAME, |command| sink.configure(command));
    sink.received(8, 3);
    let sent = sink.bytes();
    assert!(sent.contains("rule_sql") && sent.contains("panic") && sent.contains("DatabaseError"), "{sent}");
    for secret in secrets::of(&computer.home) {
        assert!(!sent.contains(&secret), "{secret} in {sent}");
    }

    let (computer, reporting) = (Computer::agreed(), Reporting::of(NAME));
    let relay = relay_from(secrets::ADDRESS, reporting.endpoint());
    used_with_secrets(&computer, |computer, arguments| computer.inventory(&relay, arguments));
    computer.deliver(NAME, &relay);
    assert_eq!(sum(&reporting.rows("operations"), "runs"), 7);
    assert!(reporting.rows("errors").len() >= 3, "a crash and errors of two kinds");
    assert_eq!(reporting.complaints(), [""; 0], "all of it is declared");
    reporting.assert_nowhere(&secrets::of(&computer.home));
}

/// A request as the log of an inspection has it.
fn written(collector: &FakeCollector, request: &Request) -> String {
    let name = if request.is_batch() { "authorization" } else { "x-sentry-auth" };
    let header = |name: &str| format!("{name}: {}\n", request.header(name).unwrap());
    let (content_type, key) = (header("content-type"), header(name));
    let body = request.body.trim_end_matches('\n');
    format!("{} {}{}\n{content_type}{key}\n{body}\n\n", request.method, collector.endpoint(), request.path)
}

#[test]
fn b14_inspected_nothing_is_sent_and_the_log_has_what_a_collector_would_get() {
    // What differs from run to run: what is random, and how late it was and how long it took.
    const OF_THE_RUN: [&str; 6] = ["messageId", "duration_ms", "sentAt", "event_id", "sent_at", "timestamp"];
    let collector = FakeCollector::start();
    for provider in ["users", "defective"] {
        let computer = Computer::agreed();
        let run = |flags: &[&str]| {
            let fetch = [&["fetch", "--providers", provider], flags].concat();
            computer.inventory(&collector.endpoint(), &fetch).output().unwrap();
        };
        let before = collector.requests().len();
        run(&["--inspect-telemetry"]);
        let log = std::fs::read_to_string(computer.home.path().join("inventory.log")).unwrap();
        run(&["--no-telemetry", "--inspect-telemetry"]);
        run(&[]);
        computer.deliver(NAME, &collector.endpoint());
        let received: String =
            collector.requests()[before..].iter().map(|request| written(&collector, request)).collect();
        let comparable = |text: &str| sorted(&masked(text, &OF_THE_RUN));
        assert_eq!(comparable(&received), comparable(&log));
        assert_eq!(received.matches(r#""event":"fetch""#).count(), 1, "only the run without the flag: {received}");
        assert_eq!(log.contains("envelope"), provider == "defective", "{log}");
        assert_eq!(std::fs::read_to_string(computer.home.path().join("inventory.log")).unwrap(), log);
    }
}

#[test]
fn b14_what_is_previewed_is_byte_for_byte_what_is_sent_then() {
    let (computer, collector) = (Computer::agreed(), FakeCollector::start());
    let nowhere = FakeCollector::refusing_endpoint();
    for provider in ["users", "users", "users", "users", "defective"] {
        let mut fetch = computer.inventory(&nowhere, &["fetch", "--providers", provider]);
        // After one upload that fails, so that runs are added up.
        fetch.env("CANDOR_UPLOAD_INTERVAL", "3600").output().unwrap();
    }
    let mut preview = computer.home.command(program(NAME));
    preview.args(["telemetry", "preview", "--json"]).env("CANDOR_ENDPOINT", collector.endpoint());
    let preview: Value = serde_json::from_slice(&preview.output().unwrap().stdout).unwrap();
    let previewed: Vec<_> =
        preview["requests"].as_array().unwrap().iter().map(|request| request["body"].as_str().unwrap()).collect();
    computer.deliver(NAME, &collector.endpoint());
    let sent: Vec<_> = collector.requests().into_iter().map(|request| request.body).collect();
    let comparable = |body: &str| masked(body.trim_end_matches('\n'), &["sentAt", "sent_at"]);
    assert_eq!(
        previewed.iter().map(|body| comparable(body)).collect::<Vec<_>>(),
        sent.iter().map(|body| comparable(body)).collect::<Vec<_>>()
    );
    let sent = sent.concat();
    assert!(sent.contains(r#""durations":[["#) && sent.contains(r#""level":"fatal""#), "sums, and a report: {sent}");
}
