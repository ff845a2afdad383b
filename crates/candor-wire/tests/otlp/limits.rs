//! What is too much.

use candor_wire::{
    DecodeError, Limits,
    otlp::{Encoding, Signal},
};
use prost::Message;

use super::{NANOS, fates, json, logs, messages::*, read};

const TOO_MANY: DecodeError = DecodeError::TooManyItems { limit: 10_000 };

/// `inner` as the length-delimited field `number` of a message, `times` times.
fn repeated(number: u8, inner: &[u8], times: usize) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    prost::encode_length_delimiter(inner.len(), &mut field).unwrap();
    field.extend_from_slice(inner);
    field.repeat(times)
}

#[test]
fn a_body_of_nothing_but_empty_messages_is_refused_before_it_takes_memory() {
    let records = |times| repeated(1, &repeated(2, &repeated(2, &[], times), 1), 1);
    assert_eq!(read(records(9_998), Signal::Logs, Encoding::Protobuf).unwrap().len(), 9_998);
    let points =
        |kind: u8| repeated(1, &repeated(2, &repeated(2, &repeated(kind, &repeated(1, &[], 10_000), 1), 1), 1), 1);
    for (body, signal) in [
        (repeated(1, &[], 10_001), Signal::Logs),
        (repeated(1, &repeated(2, &[], 10_000), 1), Signal::Traces),
        (records(9_999), Signal::Logs),
        (records(9_999), Signal::Traces),
        (records(9_999), Signal::Metrics),
        (points(7), Signal::Metrics),
        (points(9), Signal::Metrics),
        // The same places without a message in them.
        ([0x08, 0].repeat(10_001), Signal::Logs),
    ] {
        assert_eq!(read(body, signal, Encoding::Protobuf), Err(TOO_MANY), "{signal}");
    }
    let nulls = "null,".repeat(10_000);
    for body in [
        format!(r#"{{"resourceLogs":[{nulls}null]}}"#),
        format!(r#"{{"resourceLogs":{{"scopeLogs":{{"logRecords":[{nulls}1]}}}}}}"#),
    ] {
        assert_eq!(read(body, Signal::Logs, Encoding::Json), Err(TOO_MANY));
    }
}

#[test]
fn what_an_event_may_have_and_no_more() {
    let event = |members: &str| format!(r#"{{"timeUnixNano":"{NANOS}","eventName":"a"{members}}}"#);
    let many = |count: usize| {
        let attribute = |i| format!(r#"{{"key":"k{i}","value":{{"intValue":{i}}}}}"#);
        event(&format!(r#","attributes":[{}]"#, (0..count).map(attribute).collect::<Vec<_>>().join(",")))
    };
    let of = |key: &str, value: &str| event(&format!(r#","attributes":[{{"key":"{key}","value":{value}}}]"#));
    let nested = |depth| format!("{}{{}}{}", r#"{"arrayValue":{"values":["#.repeat(depth), "]}}".repeat(depth));
    let objects = |depth| {
        let open = r#"{"kvlistValue":{"values":[{"key":"k","value":"#.repeat(depth);
        format!("{open}{{}}{}", "}]}}".repeat(depth))
    };
    let text = |length| format!(r#"{{"stringValue":"{}"}}"#, "x".repeat(length));
    let long = "n".repeat(201);
    let cases = [
        (many(128), "kept"),
        (many(129), "too_many_properties"),
        (of(&long[1..], r#"{"boolValue":true}"#), "kept"),
        (of(&long, r#"{"boolValue":true}"#), "name_too_long"),
        (of("a", &nested(16)), "kept"),
        (of("a", &nested(17)), "too_deep"),
        (of("a", &objects(16)), "kept"),
        (of("a", &objects(17)), "too_deep"),
        (of("a", &text((1 << 20) - 1)), "kept"),
        (of("a", &text(1 << 20)), "event_too_large"),
        (event("").replace("\"a\"", &format!("\"{long}\"")), "name_too_long"),
        (event("").replace(&NANOS.to_string(), "1"), "timestamp_too_old"),
        (event("").replace(&NANOS.to_string(), &u64::MAX.to_string()), "timestamp_in_future"),
    ];
    let records: Vec<String> = cases.iter().map(|(record, _)| record.clone()).collect();
    assert_eq!(fates(&logs(&records)), cases.map(|(_, fate)| fate));
}

#[test]
fn protobuf_that_is_nested_without_end_is_too_deep_and_takes_no_stack() {
    // Each level is an array in a value; from the inside out, what goes before the innermost nothing.
    let (mut heads, mut length) = (Vec::new(), 0);
    for number in [1, 5].repeat(20_000) {
        let mut head = vec![number << 3 | 2];
        prost::encode_length_delimiter(length, &mut head).unwrap();
        length += head.len();
        heads.push(head);
    }
    heads.reverse();
    let value = heads.concat();
    let attribute = [repeated(1, b"a", 1), repeated(2, &value, 1)].concat();
    let record = [repeated(12, b"e", 1), repeated(6, &attribute, 1)].concat();
    let body = repeated(1, &repeated(2, &repeated(2, &record, 1), 1), 1);
    assert_eq!(fates(&read(body, Signal::Logs, Encoding::Protobuf).unwrap()), ["too_deep"]);
    let deep = format!(r#"{{"resourceLogs":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(read(deep, Signal::Logs, Encoding::Json), Err(DecodeError::NotJson { .. })));
}

#[test]
fn a_bad_body_is_refused_with_its_reason_and_a_good_one_may_be_empty() {
    for (body, encoding, error) in [
        (&b"hello"[..], Encoding::Protobuf, DecodeError::NotProtobuf),
        (b"\x0a\x05\x12", Encoding::Protobuf, DecodeError::Truncated),
        (b"\xff\xfe", Encoding::Json, DecodeError::InvalidUtf8),
        (b"", Encoding::Json, DecodeError::Truncated),
        (b"{\"a\":", Encoding::Json, DecodeError::Truncated),
        (b"[]", Encoding::Json, DecodeError::NotABatch),
        (b"{} x", Encoding::Json, DecodeError::NotJson { line: 1, column: 4 }),
    ] {
        assert_eq!(read(body, Signal::Logs, encoding), Err(error), "{body:?}");
    }
    assert_eq!(read("", Signal::Metrics, Encoding::Protobuf), Ok(Vec::new()));
    assert!(json("{}", Signal::Metrics).is_empty());
    assert!(json(r#"{"resourceMetrics":[{"scopeMetrics":7}],"more":[NaN]}"#, Signal::Metrics).is_empty(), "repaired");
}

#[test]
fn a_text_that_is_not_utf8_does_not_cost_the_rest() {
    let record = LogRecord { nanos: NANOS, event_name: "xy".to_owned(), ..LogRecord::default() };
    let scopes = vec![ScopeLogs { entries: vec![record.clone(), record] }];
    let of_resource = ResourceLogs { resource: None, scopes, schema_url: String::new() };
    let mut body = LogsRequest { resources: vec![of_resource] }.encode_to_vec();
    let at = body.windows(2).position(|window| window == b"xy").unwrap();
    body[at] = 0xff;
    let items = read(body, Signal::Logs, Encoding::Protobuf).unwrap();
    let names: Vec<_> = items.iter().flatten().map(|item| item.record.name.as_str()).collect();
    assert_eq!(names, ["\u{fffd}y", "xy"]);
    assert_eq!(Limits::default().max_records, 10_000);
}

#[test]
fn attributes_that_say_nothing_take_no_place() {
    let nothing = [repeated(6, &[], 1000), repeated(6, &repeated(1, b"no value", 1), 1000)].concat();
    let record = [repeated(12, b"e", 1), nothing, repeated(6, &[0x0a, 1, b'a', 0x12, 2, 0x10, 1], 1000)].concat();
    let items =
        read(repeated(1, &repeated(2, &repeated(2, &record, 1), 1), 1), Signal::Logs, Encoding::Protobuf).unwrap();
    assert_eq!(super::texts(items[0].as_ref().unwrap()), [("a", "Bool(true)".to_owned())]);
}

#[test]
fn a_list_of_nothing_but_nothing_grows_no_further_than_an_event_may() {
    let value = repeated(5, &repeated(1, &[], 3 << 20), 1);
    let attribute = [repeated(1, b"a", 1), repeated(2, &value, 1)].concat();
    let record = [repeated(12, b"e", 1), repeated(6, &attribute, 1)].concat();
    let body = repeated(1, &repeated(2, &repeated(2, &record, 1), 1), 1);
    assert_eq!(fates(&read(body, Signal::Logs, Encoding::Protobuf).unwrap()), ["event_too_large"]);
}
