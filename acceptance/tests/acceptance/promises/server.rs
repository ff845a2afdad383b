//! A: the telemetry of a self-hosted server, `inventory-core`.

use std::{process::Command, thread, time::Duration, time::Instant};

use candor_testkit::{FakeCollector, Postgres, workspace};
use serde_json::Value;

use super::{
    core::Core,
    masked, number, row,
    secrets::{self, MARK},
    sink::Sink,
    sorted, text,
};
use crate::{
    computer::{Computer, rule},
    relay::relay_from,
    reporting::Reporting,
};

const NAME: &str = "inventory-core";

/// Runs a server, uses it, ends it, and waits until everything was sent.
fn used(computer: &Computer, endpoint: &str, arguments: &[&str], r#use: impl Fn(&Core)) {
    let core = Core::start(&mut computer.core(endpoint, arguments));
    r#use(&core);
    core.stop();
    computer.deliver(NAME, endpoint);
}

/// A computer on which everything that has a name is called something that is nobody's business.
fn with_secrets() -> Computer {
    let computer = Computer::agreed();
    let config = format!(
        "policy = \"{MARK}.toml\"\n[job.{MARK}]\nrun = \"collect\"\nproviders = [\"users\", \"interfaces\", \"system\"]\n\
         [job.{MARK}-check]\nrun = \"check\"\n[job.{MARK}-broken]\nrun = \"collect\"\nproviders = [\"defective\"]\n"
    );
    computer.write("core.toml", &config);
    computer.write(&format!("{MARK}.toml"), &rule(&format!("{MARK}-rule"), &format!("SELECT {MARK} FROM users")));
    computer
}

/// Says everything that can be said to servers, with something secret in it: one of this machine, one of a made-up one.
fn used_with_secrets(computer: &Computer, configure: impl Fn(&[&str]) -> Command) {
    let database = Postgres::shared().new_database().replace("postgres@", &format!("postgres:{MARK}@"));
    computer.write(&format!("{MARK}/etc/passwd"), &format!("{MARK}:x:0:0:{MARK}:/home/{MARK}:/bin/{MARK}\n"));
    for root in ["/", MARK] {
        let core = Core::start(&mut secrets::personal(&configure(&["--database", &database, "--root", root])));
        for job in ["", "-check", "-broken", "-unknown"] {
            core.run_job(&format!("{MARK}{job}"));
        }
        for line in ["list users", "search kind=user name=M", "M", "list M", "list users | sort M", "help M", "run M"] {
            core.execute(&line.replace('M', MARK));
        }
        let log = core.stop();
        assert!(log.contains(MARK), "the operator sees it: {log}");
    }
}

#[test]
fn a1_nothing_that_is_sent_or_kept_tells_who_or_where_somebody_is_or_what_they_said() {
    let (computer, sink) = (with_secrets(), Sink::start());
    used_with_secrets(&computer, |arguments| {
        let mut command = computer.core("", arguments);
        sink.configure(&mut command);
        command
    });
    computer.deliver_by(NAME, |command| sink.configure(command));
    sink.received(8, 3);
    let sent = sink.bytes();
    assert!(sent.contains("rule_sql") && sent.contains("panic") && sent.contains("CollectError"), "{sent}");
    for secret in secrets::of(&computer.home) {
        assert!(!sent.contains(&secret), "{secret} in {sent}");
    }

    let (computer, reporting) = (with_secrets(), Reporting::of(NAME));
    let relay = relay_from(secrets::ADDRESS, reporting.endpoint());
    used_with_secrets(&computer, |arguments| computer.core(&relay, arguments));
    computer.deliver(NAME, &relay);
    let errors = reporting.rows("errors");
    assert_eq!(number(row(&errors, &[("kind", "crash")]), "count"), 2, "reports come, too: {errors:?}");
    assert_eq!(reporting.complaints(), [""; 0], "all of it is declared");
    reporting.assert_nowhere(&secrets::of(&computer.home));
}

#[test]
fn a2_two_installations_say_the_same_and_nothing_links_what_one_of_them_says() {
    let said = |computer: &Computer| {
        let collector = FakeCollector::start();
        used(computer, &collector.endpoint(), &[], |core| {
            core.run_job("collect");
            core.execute("list users | count");
        });
        let bodies = collector.requests().into_iter().map(|request| request.body);
        let comparable = |body: String| sorted(&masked(&body, &["messageId", "duration_ms", "sentAt"]));
        bodies.map(comparable).collect::<String>()
    };
    let (left, right) = (said(&Computer::agreed()), said(&Computer::agreed()));
    let count = |what: &str| left.matches(what).count();
    let counts_servers = count(r#""event":"active""#);
    assert!([1, 3].contains(&counts_servers), "{left}");
    assert_eq!(count(r#""anonymousId":"anonymous""#), 11 + counts_servers, "{left}");
    assert_eq!(left, right);

    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    used(&computer, reporting.endpoint(), &[], |core| drop(core.run_job("collect")));
    let kept =
        reporting.sql("SELECT count(installation) + count(run) + count(database) AS ids, count(*) AS rows FROM facts");
    assert_eq!(number(&kept[0], "ids"), 0);
    assert!(number(&kept[0], "rows") >= 6);
}

/// How often the report says that this happened to an instance.
fn told(reporting: &Reporting, event: &str) -> Option<u64> {
    let rows = reporting.rows("counts");
    let found = rows.iter().find(|row| row["parent"] == "instance" && row["name"] == event);
    found.map(|row| number(row, "total"))
}

#[test]
fn a3_started_instances_are_counted() {
    let (reporting, computer) = (Reporting::of(NAME), Computer::agreed());
    for computer in [&computer, &computer, &Computer::agreed()] {
        used(computer, reporting.endpoint(), &[], |_| {});
    }
    assert_eq!((told(&reporting, "started"), told(&reporting, "stopped")), (Some(3), Some(3)));
    assert_eq!(number(&reporting.rows("versions")[0], "started"), 3);
}

#[test]
fn a4_instances_that_are_up_for_more_than_an_hour_are_counted() {
    let reporting = Reporting::of(NAME);
    used(&Computer::agreed(), reporting.endpoint(), &[], |_| {});
    assert_eq!(told(&reporting, "heartbeat"), None, "by then it was not up for an hour");
    // An hour of one second: what is counted is the first beat. That an hour is an hour where nobody says otherwise is tested
    // where it is said, in the SDK and in the server's arguments.
    let an_hour = |_: &Core| thread::sleep(Duration::from_millis(1200));
    used(&Computer::agreed(), reporting.endpoint(), &["--heartbeats", "1s,1d"], an_hour);
    assert_eq!((told(&reporting, "heartbeat"), told(&reporting, "started")), (Some(1), Some(2)));
}

#[test]
fn a5_executed_commands_are_counted_by_their_names_alone() {
    let reporting = Reporting::of(NAME);
    used(&Computer::agreed(), reporting.endpoint(), &[], |core| {
        core.run_job("collect");
        for line in ["list users | count", "list mounts", "search kind=user name=root | limit 1", "jobs"] {
            assert_eq!(core.execute(line).status, 200, "{line}");
        }
        for line in ["lst users", "list users | cuont", "hunter2", "limit 1", ""] {
            assert_eq!(core.execute(line).status, 400, "{line}");
        }
    });
    let rows = reporting.rows("counts");
    let command = |row: &&Value| row["name"] == "command" && row["field"] == "command";
    let mut counted: Vec<_> =
        rows.iter().filter(command).map(|row| (text(row, "value"), number(row, "total"))).collect();
    counted.sort_unstable();
    assert_eq!(counted, [("count", 1), ("jobs", 1), ("limit", 1), ("list", 2), ("search", 1)]);
}

#[test]
fn a6_executed_jobs_are_counted_with_outcome_and_duration() {
    let reporting = Reporting::of(NAME);
    let start = Instant::now();
    used(&Computer::agreed(), reporting.endpoint(), &[], |core| {
        assert_eq!(core.run_job("check")["outcome"], "error", "there is no inventory yet");
        for job in ["collect", "check", "collect", "prune"] {
            assert_eq!(core.run_job(job)["outcome"], "ok", "{job}");
        }
    });
    let all_us = start.elapsed().as_micros() as u64;
    let rows = reporting.rows("operations");
    for (job, ok, error) in [("job collect", 2, 0), ("job check", 1, 1), ("job prune", 1, 0)] {
        let row = row(&rows, &[("operation", job)]);
        assert_eq!((number(row, "ok"), number(row, "error"), number(row, "cancelled")), (ok, error, 0), "{row}");
        let (half, most) = (number(row, "p50_us"), number(row, "p99_us"));
        assert!(0 < half && half <= most && most <= all_us, "{row}");
    }
    let classes = reporting.sql("SELECT error_class FROM facts WHERE name = 'job check' AND outcome = 'error'");
    assert_eq!(text(&classes[0], "error_class"), "rule_sql");
}

#[test]
fn a7_errors_are_reported_by_their_types_and_places_and_without_what_they_say() {
    let reporting = Reporting::of(NAME);
    let computer = Computer::agreed();
    computer.write("passwd-of-hunter7/etc/passwd", "hunter7:x:no number\n");
    computer.write("passwd-of-hunter7/proc/1/mounts", "");
    used(&computer, reporting.endpoint(), &["--root", "passwd-of-hunter7"], |core| {
        assert_eq!(core.run_job("collect")["outcome"], "error");
        assert_eq!(core.run_job("broken")["code"], "internal");
        computer.write("inventory.db", "hunter7");
        assert_eq!(core.execute("list users").status, 503);
        assert_eq!(core.execute("list users").status, 503, "and it goes on");
    });
    let rows = reporting.rows("errors");
    let count = |kind, name| number(row(&rows, &[("kind", kind), ("type", name)]), "count");
    assert_eq!((count("crash", "panic"), count("error", "collect"), count("error", "database")), (1, 1, 2), "{rows:?}");
    let reports = reporting.sql("SELECT name, parent, report FROM crashes");
    let report = |name: &str| text(row(&reports, &[("name", name)]), "report");
    assert_eq!(text(row(&reports, &[("name", "panic")]), "parent"), "job collect");
    for (name, part) in [
        ("panic", "src/providers/defective.rs"),
        ("collect", "inventory_store::machine::CollectError"),
        ("database", "inventory_store::database::error::DatabaseError"),
    ] {
        assert!(report(name).contains(part), "{part} in {}", report(name));
    }
    assert_eq!(reporting.complaints(), [""; 0]);
    reporting.assert_nowhere(&["hunter7".to_owned()]);
}

/// Runs servers of one computer: first one that this opts out, then one that nothing does. Only the second is heard of.
fn assert_opted_out(why: &str, opt_out: impl Fn(&mut Command) -> &mut Command) {
    let (computer, collector) = (Computer::agreed(), FakeCollector::start());
    let work = |core: &Core| {
        assert_eq!(core.execute("jobs").status, 200);
        assert_eq!(core.run_job("broken")["code"], "internal");
    };
    let before = computer.home.files();
    let core = Core::start(opt_out(&mut computer.core(&collector.endpoint(), &[])));
    work(&core);
    let log = core.stop();
    assert!(!log.contains("telemetry"), "{why}: {log}");
    let left: Vec<_> = computer.home.files().into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(left, [std::path::Path::new("inventory.db")], "{why}");

    used(&computer, &collector.endpoint(), &[], work);
    let times = |event: &str| collector.accepted_items().iter().filter(|item| item["event"] == event).count();
    assert_eq!((times("started"), times("command"), collector.accepted_events().len()), (1, 1, 1), "{why}");
}

#[test]
fn a8_the_flag_opts_out_of_usage_and_crash_reports() {
    assert_opted_out("--analytics-opt-out", |command| command.arg("--analytics-opt-out"));
}

#[test]
fn a9_the_variable_opts_out_as_in_the_compose_file() {
    const VARIABLE: &str = "RESOTOCORE_ANALYTICS_OPT_OUT";
    let file = std::fs::read_to_string(workspace().join("apps/inventory-core/docker-compose.yaml")).unwrap();
    let line = file.lines().map(str::trim).find(|line| line.starts_with(VARIABLE)).unwrap();
    let composed = line.trim_start_matches(VARIABLE).trim_start_matches(':').trim().trim_matches('"');
    for value in [composed, "1"] {
        assert_opted_out(&format!("{VARIABLE}={value}"), |command| command.env(VARIABLE, value));
    }
}

#[test]
fn a9_a_variable_that_says_no_or_nothing_opts_out_of_nothing() {
    let reporting = Reporting::of(NAME);
    for value in ["false", "0", ""] {
        let computer = Computer::agreed();
        let mut command = computer.core(reporting.endpoint(), &[]);
        Core::start(command.env("RESOTOCORE_ANALYTICS_OPT_OUT", value)).stop();
        computer.deliver(NAME, reporting.endpoint());
    }
    assert_eq!(number(&reporting.rows("versions")[0], "started"), 3);
}

#[test]
fn the_server_reports_to_rudderstack_and_sentry_by_configuration_alone() {
    let (computer, sink) = (Computer::agreed(), Sink::start());
    let core = Core::start(sink.configure(&mut computer.core("", &[])));
    assert_eq!(core.run_job("broken")["code"], "internal");
    core.stop();
    computer.deliver_by(NAME, |command| sink.configure(command));
    let (items, reports) = sink.received(3, 1);
    assert!(items.iter().any(|item| item["event"] == "started"), "{items:?}");
    assert_eq!((&reports[0]["level"], &reports[0]["transaction"]), (&"fatal".into(), &"job collect".into()));
}
