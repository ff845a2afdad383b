//! Spans.

use candor_wire::{Dropped, Event, Kind, Outcome};

use super::{NANOS, attributes, fates, spans, texts};

fn span(id: &str, parent: &str, name: &str, members: &str) -> String {
    let end = NANOS + 250_000_000;
    format!(
        r#"{{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"{id}","parentSpanId":"{parent}","name":"{name}",
        "startTimeUnixNano":"{NANOS}","endTimeUnixNano":"{end}"{members}}}"#
    )
}

fn roles(items: &[Result<Event, Dropped>]) -> Vec<(Kind, &str, Option<&str>)> {
    items
        .iter()
        .flatten()
        .map(|item| (item.record.kind, item.record.name.as_str(), item.record.parent.as_deref()))
        .collect()
}

#[test]
fn a_root_is_an_operation_and_what_is_below_it_are_its_parts() {
    let items = spans(&[
        span("0000000000000003", "0000000000000002", "read", ""),
        span("0000000000000002", "0000000000000001", "collect", ""),
        span("0000000000000001", "", "fetch", r#","kind":1"#),
        span("0000000000000009", "0000000000000008", "stray", r#","kind":3"#),
    ]);
    let part = |name, parent| (Kind::Part, name, parent);
    let expected = [
        part("read", Some("fetch")),
        part("collect", Some("fetch")),
        (Kind::Operation, "fetch", None),
        part("stray", None),
    ];
    assert_eq!(roles(&items), expected);
    let root = items[2].as_ref().unwrap();
    let took = root.record.duration.unwrap().micros();
    assert!(took.abs_diff(250_000) < 2_500, "{took}");
    assert_eq!(root.record.time.micros(), (NANOS / 1000) as i64);
    assert_eq!(root.message_id, "span-5b8efff798038103d269b633813fc60c-0000000000000001");
}

#[test]
fn what_another_process_asked_for_is_an_operation() {
    let items = spans(&[
        span("01", "aa", "GET /health", r#","kind":2"#),
        span("02", "01", "query", r#","kind":3,"flags":256"#),
        span("03", "aa", "job", r#","flags":768"#),
        span("04", "02", "consume", r#","kind":5"#),
    ]);
    let expected = [
        (Kind::Operation, "GET /health", None),
        (Kind::Part, "query", Some("GET /health")),
        (Kind::Operation, "job", None),
        (Kind::Operation, "consume", None),
    ];
    assert_eq!(roles(&items), expected);
}

#[test]
fn circles_and_endless_depth_end() {
    let circle = spans(&[span("01", "02", "a", ""), span("02", "01", "b", ""), span("03", "03", "self", "")]);
    assert_eq!(roles(&circle), [(Kind::Part, "a", None), (Kind::Part, "b", None), (Kind::Part, "self", None)]);
    let mut chain = vec![span("0001", "", "root", "")];
    chain.extend((2..2000).map(|id| span(&format!("{id:04x}"), &format!("{:04x}", id - 1), "step", "")));
    let items = spans(&chain);
    assert_eq!(roles(&items)[64], (Kind::Part, "step", Some("root")));
    assert_eq!(roles(&items)[1998], (Kind::Part, "step", None));
}

#[test]
fn the_status_is_the_outcome_and_an_error_has_its_class() {
    let exceptions = |classes: &[&str]| {
        let event = |class: &&str| {
            format!(r#"{{"name":"exception","attributes":{}}}"#, attributes(&[("exception.type", class)]))
        };
        format!(r#","events":[{}]"#, classes.iter().map(event).collect::<Vec<_>>().join(","))
    };
    let failed = r#","status":{"code":2,"message":"who@example.com"}"#;
    let typed = format!(r#","attributes":{}"#, attributes(&[("error.type", "timeout"), ("command", "sync")]));
    let items = spans(&[
        span("01", "", "a", ""),
        span("02", "", "b", r#","status":{"code":1}"#),
        span("03", "", "c", &format!("{failed}{}", exceptions(&["IOError", "KeyError"]))),
        span("04", "", "d", &format!("{failed}{typed}{}", exceptions(&["KeyError"]))),
        span("05", "", "e", &exceptions(&["KeyError"])),
        span("06", "", "f", failed),
    ]);
    let ends: Vec<_> =
        items.iter().flatten().map(|item| (item.record.outcome.unwrap(), item.record.error_class.as_deref())).collect();
    let (ok, error) = (|| (Outcome::Ok, None), |class| (Outcome::Error, class));
    assert_eq!(ends, [ok(), ok(), error(Some("KeyError")), error(Some("timeout")), ok(), error(None)]);
    assert_eq!(texts(items[3].as_ref().unwrap()), [("command", "Text(\"sync\")".into())]);
    assert!(!format!("{items:?}").contains("example.com"));
}

#[test]
fn a_span_that_ends_before_it_begins_took_no_time_that_is_known() {
    let backwards = span("01", "", "a", "").replace(&(NANOS + 250_000_000).to_string(), "5");
    let timeless = span("02", "", "b", "").replace(&NANOS.to_string(), "0");
    let items = spans(&[backwards, timeless, span("", "", "no id", ""), span("03", "", "", "")]);
    assert_eq!(fates(&items), ["kept", "kept", "kept", "missing_event"]);
    let item = |place: usize| items[place].as_ref().unwrap();
    assert_eq!((item(0).record.duration, item(1).record.duration), (None, None));
    assert_eq!(item(1).record.time.micros(), ((NANOS + 250_000_000) / 1000) as i64);
    assert!(item(2).message_id.starts_with("content-"), "made of what it says");
}
