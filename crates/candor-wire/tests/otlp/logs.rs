//! Log records.

use candor_wire::{Kind, sentry::Level};

use super::{NANOS, attributes, fates, logs, texts};

fn event(name: &str, members: &str) -> String {
    format!(r#"{{"timeUnixNano":"{NANOS}","eventName":"{name}"{members}}}"#)
}

#[test]
fn an_event_is_kept_with_its_attributes_and_a_text_is_not() {
    let items = logs(&[
        event(
            "sync",
            &format!(r#","body":{{"stringValue":"who@example.com"}},"attributes":{}"#, attributes(&[("a", "1")])),
        ),
        format!(r#"{{"timeUnixNano":"{NANOS}","body":{{"stringValue":"starting"}}}}"#),
        format!(
            r#"{{"observedTimeUnixNano":{NANOS},"attributes":{}}}"#,
            attributes(&[("event.name", "old"), ("b", "2")])
        ),
    ]);
    assert_eq!(fates(&items), ["kept", "not_kept", "kept"]);
    let (new, old) = (items[0].as_ref().unwrap(), items[2].as_ref().unwrap());
    assert_eq!((new.record.kind, new.record.name.as_str(), old.record.name.as_str()), (Kind::Track, "sync", "old"));
    assert_eq!((new.record.time.micros(), old.record.time), ((NANOS / 1000) as i64, new.record.time));
    assert_eq!((texts(new), texts(old)), (vec![("a", "Text(\"1\")".into())], vec![("b", "Text(\"2\")".into())]));
    assert!(!format!("{items:?}").contains("example.com"));
}

#[test]
fn an_exception_is_an_error_or_a_crash_whatever_it_is_called() {
    let said = attributes(&[
        ("exception.type", "ValueError"),
        ("exception.message", "boom"),
        ("exception.stacktrace", "Traceback: /home/jane/x.py"),
        ("command", "sync"),
    ]);
    let record =
        |severity: u8, name: &str| event(name, &format!(r#","severityNumber":{severity},"attributes":{said}"#));
    let items = logs(&[record(21, ""), record(17, "failed"), record(0, ""), record(9, "")]);
    let kinds: Vec<_> = items.iter().flatten().map(|item| (item.record.kind, item.record.name.as_str())).collect();
    let error = (Kind::Error, "ValueError");
    assert_eq!(kinds, [(Kind::Crash, "ValueError"), error, error, error]);
    let item = items[0].as_ref().unwrap();
    let report = item.report.as_deref().unwrap();
    assert_eq!((report.level, report.event_id.len()), (Level::Fatal, 32));
    assert_eq!(
        (report.exceptions[0].class.as_str(), report.exceptions[0].value.as_deref()),
        ("ValueError", Some("boom"))
    );
    assert_eq!(report.exceptions[0].handled, Some(false));
    assert_eq!(item.record.error_class.as_deref(), Some("ValueError"));
    assert_eq!(texts(item), [("command", "Text(\"sync\")".into())]);
    assert_eq!(items[3].as_ref().unwrap().report.as_deref().unwrap().level, Level::Info);
    assert!(!format!("{items:?}").contains("jane"), "the stack is a text, and is not kept");
}

#[test]
fn a_retry_has_the_same_ids_and_what_is_said_twice_at_once_has_two() {
    let records = [event("a", ""), event("a", ""), event("b", ""), event("a", r#","traceId":"01","spanId":"02""#)];
    let ids = |records: &[String]| -> Vec<String> {
        logs(records).into_iter().map(|item| item.unwrap().message_id).collect()
    };
    let first = ids(&records);
    assert_eq!(first, ids(&records));
    let mut different = first.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 4, "{first:?}");
}

#[test]
fn what_convention_puts_a_person_or_a_machine_into_is_skipped() {
    let said = attributes(&[
        ("user.email", "who@example.com"),
        ("host.name", "janes-laptop"),
        ("process.command_line", "tool --password hunter2"),
        ("url.full", "https://example.com/?token=hunter2"),
        ("client.address", "203.0.113.77"),
        ("db.query.text", "SELECT 1"),
        ("users", "12"),
    ]);
    let items = logs(&[event("sync", &format!(r#","attributes":{said}"#))]);
    assert_eq!(texts(items[0].as_ref().unwrap()), [("users", "Text(\"12\")".into())]);
}

#[test]
fn every_kind_of_value_has_its_place() {
    let said = r#","attributes":[
        {"key":"t","value":{"stringValue":""}}, {"key":"b","value":{"boolValue":false}},
        {"key":"i","value":{"intValue":"-9223372036854775808"}}, {"key":"n","value":{"intValue":7}},
        {"key":"f","value":{"doubleValue":1}}, {"key":"nan","value":{"doubleValue":"NaN"}},
        {"key":"l","value":{"arrayValue":{"values":[{"stringValue":"a\"b"},{},{"intValue":1},{"doubleValue":1}]}}},
        {"key":"o","value":{"kvlistValue":{"values":[{"key":"k\"","value":{"arrayValue":{}}}]}}},
        {"key":"x","value":{"bytesValue":"AAEC"}}, {"key":"none"}, {"key":"","value":{"boolValue":true}},
        {"key":"i","value":{"intValue":3}}, 5, null
    ]"#;
    let items = logs(&[event("sync", said)]);
    let expected = [
        ("t", r#"Text("")"#),
        ("b", "Bool(false)"),
        ("i", "Integer(3)"),
        ("n", "Integer(7)"),
        ("f", "Float(1.0)"),
        ("l", r#"Json("[\"a\\\"b\",null,1,1.0]")"#),
        ("o", r#"Json("{\"k\\\"\":[]}")"#),
    ];
    assert_eq!(texts(items[0].as_ref().unwrap()), expected.map(|(name, value)| (name, value.to_owned())));
}
