//! What passes the collector.

use candor_manifest::{AttributeColumn, DropReason, Enforced, Manifest, Messages, Physical, Refusal, template};
use candor_wire::{
    Attribute, DurationBucket, Environment, Kind, Outcome, Record, Timestamp, Value,
    sentry::{CrashReport, Exception, Frame, Level},
};

use crate::example::manifest;

fn record(kind: Kind, name: &str, attributes: &[(&str, Value)]) -> Record {
    let mut record = Record::new(kind, name, Timestamp::from_micros(0));
    record.attributes =
        attributes.iter().map(|(name, value)| Attribute { name: (*name).to_owned(), value: value.clone() }).collect();
    record
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The record as it is kept, and what was dropped as `name: code`.
fn kept(record: Record) -> (Record, Vec<String>) {
    match manifest().enforce(record) {
        Enforced::Kept { record, dropped } => {
            let dropped = dropped.iter().map(|property| format!("{}: {}", property.name, property.reason.code()));
            (record, dropped.collect())
        }
        Enforced::Refused(refusal) => panic!("refused: {}", refusal.code()),
    }
}

fn assert_refused(record: Record) {
    let name = record.name.clone();
    assert_eq!(manifest().enforce(record), Enforced::Refused(Refusal::UndeclaredRecord), "{name}");
}

#[test]
fn a_declared_record_passes_unchanged() {
    let mut fetch = record(
        Kind::Operation,
        "fetch",
        &[
            ("resources", Value::Integer(100)),
            ("backend", text("sqlite")),
            ("retries", Value::Integer(3)),
            ("resumed", Value::Bool(true)),
            ("schema", text("1.2.0-beta+5")),
            ("table", text("processes")),
            ("slowest", Value::Integer(i64::try_from(DurationBucket::of_micros(1_000_000).micros()).unwrap())),
        ],
    );
    fetch.outcome = Some(Outcome::Error);
    fetch.error_class = Some("disk_full".to_owned());
    fetch.duration = Some(DurationBucket::of_micros(5));
    fetch.environment.runtime = Some("python 3.11".to_owned());
    assert_eq!(kept(fetch.clone()), (fetch, Vec::new()));
}

#[test]
fn undeclared_records_are_refused_whatever_their_kind() {
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Crash) {
        assert_refused(record(*kind, "delete", &[]));
    }
    let without_crashes = Manifest::parse(template()).unwrap();
    let refused = without_crashes.enforce(record(Kind::Crash, "panic", &[]));
    assert_eq!(refused, Enforced::Refused(Refusal::UndeclaredRecord));
    assert_refused(record(Kind::Track, "fetch", &[]));
    assert_refused(record(Kind::Count, "fetch", &[]));
    assert_refused(record(Kind::Part, "collect", &[]));
    let mut part = record(Kind::Part, "collect", &[]);
    part.parent = Some("policy run".to_owned());
    assert_refused(part);
    let mut lifecycle = record(Kind::Lifecycle, "exploded", &[]);
    lifecycle.parent = Some("server".to_owned());
    assert_refused(lifecycle);
}

#[test]
fn what_is_not_declared_or_has_another_shape_is_dropped_by_name_alone() {
    let secret = "hunter2";
    let (fetch, dropped) = kept(record(
        Kind::Operation,
        "fetch",
        &[
            ("password", text(secret)),
            ("nodes_of_123456789012", Value::Integer(1)),
            ("/home/alice", Value::Bool(true)),
            ("backend", text(secret)),
            ("resources", Value::Integer(7)),
            ("retries", Value::Integer(-1)),
            ("resumed", text(secret)),
            ("schema", Value::Json(format!("[\"{secret}\"]"))),
            ("slowest", Value::Float(1.5)),
        ],
    ));
    assert_eq!(fetch.attributes, []);
    assert_eq!(
        dropped,
        [
            "password: undeclared_property",
            "other: undeclared_property",
            "other: undeclared_property",
            "backend: wrong_value",
            "resources: wrong_value",
            "retries: wrong_value",
            "resumed: wrong_value",
            "schema: wrong_value",
            "slowest: wrong_value",
        ]
    );
}

#[test]
fn names_versions_and_classes_outside_their_bounds_become_other() {
    let mut fetch =
        record(Kind::Operation, "fetch", &[("table", text("/etc/passwd")), ("schema", text("main of alice"))]);
    fetch.error_class = Some("no such file /home/alice".to_owned());
    let (fetch, dropped) = kept(fetch);
    assert_eq!(fetch.error_class.as_deref(), Some("other"));
    assert!(fetch.attributes.iter().all(|attribute| attribute.value == text("other")));
    assert!(dropped.is_empty());
}

#[test]
fn a_component_keeps_its_name_only_inside_the_bounds_of_its_set() {
    for (set, name, kept_name) in [
        ("provider", "processes", "processes"),
        ("provider", "Alice's provider", "other"),
        ("engine", "sqlite", "sqlite"),
        ("engine", "processes", "other"),
    ] {
        let mut component = record(Kind::Component, name, &[("component_version", text("1.0.0"))]);
        component.parent = Some(set.to_owned());
        let (component, dropped) = kept(component);
        assert_eq!((component.name.as_str(), component.attributes.len(), dropped.len()), (kept_name, 1, 0), "{name}");
    }
}

#[test]
fn commands_and_flags_are_shaped_like_those_of_a_definition_or_become_other() {
    for (command, flag, kept_as) in [
        (text("policy run"), text("--dry-run"), ["policy run", "--dry-run"]),
        (text("fetch"), text("-n"), ["fetch", "-n"]),
        (text("/home/alice/run.sh"), text("--password=hunter2"), ["other", "other"]),
        (text(&"very ".repeat(20)), text("alice@example.org"), ["other", "other"]),
    ] {
        let (count, dropped) = kept(record(Kind::Count, "invocation", &[("command", command), ("flag", flag)]));
        assert_eq!(count.attributes.iter().map(|held| held.value.clone()).collect::<Vec<_>>(), kept_as.map(text));
        assert!(dropped.is_empty());
    }
    let (count, dropped) = kept(record(Kind::Count, "invocation", &[("command", Value::Integer(7))]));
    assert_eq!((count.attributes.len(), dropped), (0, vec!["command: wrong_value".to_owned()]));
}

#[test]
fn a_crash_says_its_type_and_the_operation_that_ran() {
    let mut crash = record(Kind::Crash, "panic", &[("password", text("hunter2"))]);
    crash.error_class = Some("std::io::Error".to_owned());
    crash.parent = Some("fetch".to_owned());
    crash.duration = Some(DurationBucket::of_micros(5));
    let (crash, dropped) = kept(crash);
    assert_eq!((crash.name.as_str(), crash.error_class.as_deref()), ("panic", Some("std::io::Error")));
    assert_eq!((crash.parent.as_deref(), crash.attributes.len()), (Some("fetch"), 0));
    assert_eq!(dropped, ["duration_ms: undeclared_property", "password: undeclared_property"]);

    let mut crash = record(Kind::Crash, "cannot open /home/alice", &[]);
    crash.error_class = Some("10.0.0.1".to_owned());
    crash.parent = Some("alice".to_owned());
    let (crash, dropped) = kept(crash);
    assert_eq!((crash.name.as_str(), crash.error_class.as_deref(), crash.parent), ("other", Some("other"), None));
    assert_eq!(dropped, ["parent: undeclared_property"]);
}

/// A report with text wherever there can be some.
fn report(class: &str) -> CrashReport {
    let exception = Exception {
        class: class.to_owned(),
        value: Some("index out of bounds".to_owned()),
        mechanism: Some("a text of Jane's".to_owned()),
        handled: Some(false),
    };
    CrashReport {
        event_id: "5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e".to_owned(),
        time: Timestamp::from_micros(0),
        level: Level::Fatal,
        platform: "native".to_owned(),
        message: Some("logged".to_owned()),
        exceptions: vec![exception],
        frames: vec![Frame { function: Some("main".to_owned()), ..Frame::default() }],
        images: Vec::new(),
        environment: Environment { database: Some("00c0ffee00c0ffee".to_owned()), ..Environment::default() },
        transaction: Some("steal".to_owned()),
        release: Some("inventory@1.4.0".to_owned()),
        sdk: None,
    }
}

#[test]
fn a_report_says_what_its_record_may_say_and_of_messages_what_is_declared() {
    let (panic, _) = kept(record(Kind::Crash, "panic", &[]));
    let held = manifest().enforce_report(report("panic"), &panic);
    let said = held.exceptions[0].value.as_deref();
    assert_eq!((said, held.exceptions[0].mechanism.as_deref()), (Some("index out of bounds"), Some("other")));
    assert_eq!((held.message, held.transaction, held.environment), (None, None, Environment::default()));
    assert_eq!((held.frames.len(), held.platform.as_str()), (1, "native"));
    assert_eq!(manifest().enforce_report(report("jane's panic"), &panic).exceptions[0].class, "other");

    let handled = Record { kind: Kind::Error, ..panic.clone() };
    assert_eq!(manifest().enforce_report(report("panic"), &handled).exceptions[0].value, None);
    let mut silent = manifest();
    silent.crash.as_mut().unwrap().messages = Messages::None;
    assert_eq!(silent.enforce_report(report("panic"), &panic).exceptions[0].value, None);
}

#[test]
fn the_databases_hash_passes_only_where_it_is_declared() {
    let mut fetch = record(Kind::Operation, "fetch", &[]);
    fetch.environment.database = Some("00c0ffee00c0ffee".to_owned());
    let mut with = manifest();
    assert!(with.identity.database.is_some(), "the example declares it");
    let Enforced::Kept { record, dropped } = with.enforce(fetch.clone()) else { panic!("refused") };
    assert_eq!((&record.environment.database, dropped), (&fetch.environment.database, Vec::new()));
    with.identity.database = None;
    let Enforced::Kept { record, dropped } = with.enforce(fetch) else { panic!("refused") };
    assert_eq!((&record.environment.database, dropped[0].name.as_str()), (&None, "database"));
}

#[test]
fn an_error_has_no_class_but_its_own_name() {
    for (class, kept_as) in [("database", "database"), ("hunter2", "other")] {
        let mut error = record(Kind::Error, "database", &[]);
        error.error_class = Some(class.to_owned());
        assert_eq!(kept(error).0.error_class.as_deref(), Some(kept_as));
    }
}

#[test]
fn an_error_says_which_operation_ran_when_it_is_declared() {
    for (operation, kept_as) in [("fetch", Some("fetch")), ("hunter2", None)] {
        let mut error = record(Kind::Error, "database", &[]);
        error.parent = Some(operation.to_owned());
        let (error, dropped) = kept(error);
        assert_eq!((error.parent.as_deref(), dropped.is_empty()), (kept_as, kept_as.is_some()), "{dropped:?}");
    }
}

#[test]
fn parts_are_held_to_their_own_fields() {
    let mut part = record(Kind::Part, "collect", &[("pages", Value::Integer(2)), ("resources", Value::Integer(100))]);
    part.parent = Some("fetch".to_owned());
    part.error_class = Some("panic".to_owned());
    part.duration = Some(DurationBucket::of_micros(5));
    let (part, dropped) = kept(part);
    assert_eq!(part.attributes.len(), 1);
    assert_eq!(part.error_class.as_deref(), Some("panic"), "the SDK itself says that");
    assert!(part.duration.is_some());
    assert_eq!(dropped, ["resources: undeclared_property"]);
}

#[test]
fn a_count_has_no_outcome_and_no_duration() {
    let mut count = record(Kind::Count, "cache_hit", &[("component_version", text("1.0"))]);
    count.count = 7;
    count.outcome = Some(Outcome::Ok);
    count.duration = Some(DurationBucket::of_micros(5));
    count.error_class = Some("disk_full".to_owned());
    count.parent = Some("alice".to_owned());
    let (count, dropped) = kept(count);
    assert_eq!(count, Record { count: 7, ..record(Kind::Count, "cache_hit", &[]) });
    assert_eq!(dropped.len(), 5);
    assert!(dropped.iter().all(|property| property.ends_with(DropReason::UndeclaredProperty.code())));
}

#[test]
fn what_the_sdk_says_of_lost_records_needs_no_declaration() {
    let (lost, dropped) = kept(record(Kind::Count, "candor_dropped", &[("password", text("hunter2"))]));
    assert_eq!(lost, record(Kind::Count, "candor_dropped", &[]));
    assert_eq!(dropped, ["password: undeclared_property"]);
}

#[test]
fn a_duration_that_is_too_exact_is_cut() {
    let (fetch, _) = kept(record(Kind::Operation, "fetch", &[("slowest", Value::Integer(1_234_567))]));
    let expected = i64::try_from(DurationBucket::of_micros(1_234_567).micros()).unwrap();
    assert_ne!(expected, 1_234_567);
    assert_eq!(fetch.attributes[0].value, Value::Integer(expected));
}

#[test]
fn the_environment_holds_names_and_versions_only() {
    let mut fetch = record(Kind::Operation, "fetch", &[]);
    fetch.environment.os = Some("linux".to_owned());
    fetch.environment.channel = Some("built by alice@example.org in /home/alice".to_owned());
    let (fetch, dropped) = kept(fetch);
    assert_eq!(fetch.environment.os.as_deref(), Some("linux"));
    assert_eq!(fetch.environment.channel, None);
    assert_eq!(dropped, ["channel: wrong_value"]);
}

#[test]
fn every_field_has_one_column_of_its_type() {
    let columns = manifest().attribute_columns();
    let column = |name: &str| {
        let found: Vec<&AttributeColumn> = columns.iter().filter(|column| column.name == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0].physical
    };
    assert_eq!(column("resources"), Physical::Integer);
    assert_eq!(column("slowest"), Physical::Integer);
    assert_eq!(column("backend"), Physical::Text);
    assert_eq!(column("resumed"), Physical::Bool);
    assert_eq!(column("component_version"), Physical::Text);
    assert_eq!(column("pages"), Physical::Integer);
    assert_eq!((column("command"), column("flag")), (Physical::Text, Physical::Text));
    assert_eq!(
        (column("first_of_week"), column("weeks"), column("day_cell")),
        (Physical::Bool, Physical::Integer, Physical::Integer)
    );
    assert_eq!(columns.len(), 21);
}

#[test]
fn what_counts_people_says_that_and_nothing_else() {
    let flags =
        [("first_of_week", Value::Bool(true)), ("first_of_month", Value::Bool(false)), ("weeks", Value::Integer(3))];
    let noon = Timestamp::from_micros(20_779 * 86_400_000_000 + 43_200_000_000);
    let mut active = record(Kind::Active, "active", &flags);
    active.attributes.push(Attribute { name: "user_name".to_owned(), value: text("jane") });
    active.time = noon;
    active.environment = Environment {
        version: Some("1.4.0".to_owned()),
        commit: Some("5f0c9e1".to_owned()),
        ci: Some("run by jane@example.com".to_owned()),
        database: Some("00c0ffee00c0ffee".to_owned()),
        ..Environment::default()
    }
    .into();
    let (kept, dropped) = kept(active);
    assert_eq!(dropped, ["user_name: undeclared_property", "ci: wrong_value"]);
    let environment = Environment { version: Some("1.4.0".to_owned()), ..Environment::default() }.into();
    let expected = Record { environment, time: noon.start_of_day(), ..record(Kind::Active, "active", &flags) };
    assert_eq!(kept, expected);
}

#[test]
fn a_sketch_of_more_cells_than_are_declared_is_refused() {
    let of = |bits: i64| {
        let numbers = [("sketch_bits", bits), ("day_cell", 1), ("day_rank", 1)];
        record(Kind::Active, "active", &numbers.map(|(name, number)| (name, Value::Integer(number))))
    };
    assert_eq!(manifest().active.unwrap().sketch_bits, 8);
    assert_eq!(kept(of(8)), (of(8), Vec::new()));
    assert_eq!(kept(of(6)), (of(6), Vec::new()), "an older release may have had fewer");
    for wrong in [of(9), Record { count: 2, ..of(8) }, record(Kind::Active, "active", &[])] {
        assert_eq!(manifest().enforce(wrong), Enforced::Refused(Refusal::MalformedActive));
    }
    let mut without = manifest();
    without.active = None;
    assert_eq!(without.enforce(of(8)), Enforced::Refused(Refusal::UndeclaredRecord));
}
