//! Items of foreign clients.

use candor_wire::{
    Attribute, DecodeError, Dropped, Kind, Limits, Record, Value,
    segment::{Endpoint, decode},
};

use proptest::prelude::*;

use super::{item, items, read, received};

/// A track with these members beside type and event.
fn track(members: &str) -> String {
    format!(r#"{{"type":"track","event":"e"{}{members}}}"#, if members.is_empty() { "" } else { "," })
}

#[test]
fn a_bad_item_never_costs_its_batch() {
    let codes: Vec<_> = items(
        r#"7, null, "x", [], {}, {"type":"dance"}, {"type":5}, {"type":"track"}, {"type":"track","event":""},
           {"type":"track","event":"e","timestamp":"yesterday"}, {"type":"track","event":"e","timestamp":12345},
           {"type":"track","event":"e","timestamp":"0001-01-01T00:00:00Z"},
           {"type":"track","event":"e","timestamp":"9999-12-31T23:59:59Z"},
           {"type":"track","event":"good","context":5,"properties":[1],"messageId":{},"sentAt":"never"}"#,
    )
    .into_iter()
    .map(|item| item.map_or_else(Dropped::code, |item| if item.record.name == "good" { "kept" } else { "wrong" }))
    .collect();
    let expected = [
        "not_an_object",
        "not_an_object",
        "not_an_object",
        "not_an_object",
        "missing_type",
        "unknown_type",
        "unknown_type",
        "missing_event",
        "missing_event",
        "timestamp_malformed",
        "timestamp_malformed",
        "timestamp_too_old",
        "timestamp_in_future",
        "kept",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn candors_words_are_just_properties_of_a_foreign_event() {
    let properties = r#""properties":{"count":3,"outcome":"ok","parts":[{"name":"x"}],"kind":"operation","x":null}"#;
    let item = item(&track(properties)).unwrap();
    assert_eq!(item.parts, []);
    let attribute = |name: &str, value| Attribute { name: name.to_owned(), value };
    let expected = Record {
        time: received(),
        attributes: vec![
            attribute("count", Value::Integer(3)),
            attribute("outcome", Value::Text("ok".into())),
            attribute("parts", Value::Json(r#"[{"name":"x"}]"#.into())),
            attribute("kind", Value::Text("operation".into())),
        ],
        ..Record::new(Kind::Track, "e", received())
    };
    assert_eq!(item.record, expected);
}

#[test]
fn an_envelope_key_never_overwrites_an_events_key() {
    let page =
        r#"{"type":"page","name":"envelope","category":"docs","event":"no","properties":{"name":"event","type":"t"}}"#;
    let record = item(page).unwrap().record;
    assert_eq!(record.name, "$page");
    let attributes: Vec<_> = record.attributes.iter().map(|a| (a.name.as_str(), a.value.clone())).collect();
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(attributes, [("name", text("event")), ("type", text("t")), ("category", text("docs"))]);
}

#[test]
fn the_path_says_the_type_where_there_is_one() {
    for endpoint in Endpoint::ALL {
        let name = endpoint.as_str();
        match read(r#"{"type":"dance","event":"e","writeKey":"k"}"#, *endpoint) {
            Ok(decoded) => {
                let record = &decoded.items[0].as_ref().unwrap().record;
                assert_eq!(record.name, if name == "track" { "e".to_owned() } else { format!("${name}") });
                assert_eq!(decoded.write_key.as_deref(), Some("k"));
            }
            Err(error) => assert!(["batch", "import"].contains(&name) && error == DecodeError::NotABatch, "{name}"),
        }
    }
}

#[test]
fn an_item_without_id_has_one_of_its_content() {
    let id = |json: &str| item(json).unwrap().message_id;
    let timed = |members: &str| id(&track(&format!(r#""timestamp":"2026-11-22T01:00:00.123Z",{members}"#)));
    let first = timed(r#""properties":{"a":1}"#);
    assert_eq!(
        first,
        timed(r#""properties":{"a":1},"context":{"app":{"version":"2"}},"sentAt":"2026-11-22T01:59:00Z""#)
    );
    for other in [
        r#""properties":{"a":2}"#,
        r#""properties":{"b":1}"#,
        r#""properties":{"a":1},"userId":"u""#,
        r#""properties":{"a":1},"anonymousId":"u""#,
        r#""properties":{"a":1},"originalTimestamp":"2026-11-22T01:00:00.124Z""#,
        r#""properties":{"a":1},"event":"f""#,
    ] {
        assert_ne!(first, timed(other), "{other}");
    }
    assert_eq!(id(&track(r#""messageId":"given""#)), "given");
}

#[test]
fn repeated_events_without_id_and_time_are_not_taken_for_one() {
    let items = items(&format!("{0},{0}", track("")));
    assert_ne!(items[0].as_ref().unwrap().message_id, items[1].as_ref().unwrap().message_id);
}

#[test]
fn a_batch_that_says_the_same_twice_counts_it_twice_however_often_it_comes() {
    let timed = track(r#""timestamp":"2026-11-22T01:00:00.123Z""#);
    let ids = || {
        let items = items(&format!("{timed},{timed},{timed}")).into_iter();
        items.map(|item| item.unwrap().message_id).collect::<Vec<_>>()
    };
    let first = ids();
    assert!(first[0] != first[1] && first[1] != first[2] && first[0] != first[2], "{first:?}");
    assert_eq!(first, ids());
}

#[test]
fn half_a_surrogate_pair_does_not_cost_the_batch() {
    let items = items(&format!("{},{}", track(r#""properties":{"cut":"\ud83d","nan":NaN}"#), track("")));
    assert_eq!(items[0].as_ref().unwrap().record.attributes[0].value, Value::Text("\u{fffd}".into()));
    assert_eq!(items[0].as_ref().unwrap().record.attributes.len(), 1);
    assert!(items[1].is_ok());
}

#[test]
fn numbers_that_stand_for_ids_are_taken_as_text() {
    let item = item(&track(r#""userId":42,"anonymousId":"anonymous","messageId":7"#)).unwrap();
    assert_eq!((item.user_id.as_deref(), item.anonymous_id, item.message_id.as_str()), (Some("42"), None, "7"));
}

#[test]
fn systems_are_called_by_their_usual_names() {
    for (said, usual) in [("Darwin", "macos"), ("Mac OS X", "macos"), ("Linux", "linux"), ("win32", "windows")] {
        let item = item(&track(&format!(r#""context":{{"os":{{"name":"{said}"}}}}"#))).unwrap();
        assert_eq!(item.record.environment.os.as_deref(), Some(usual));
    }
}

#[test]
fn what_is_no_batch_is_refused_as_a_whole() {
    let refused = |body: &[u8]| decode(body, Endpoint::Batch, received(), &Limits::default()).unwrap_err();
    assert_eq!(refused(b"{\"batch\":[\"\xff\"]}"), DecodeError::InvalidUtf8);
    assert_eq!(refused(b"{\n \"batch\": [}"), DecodeError::NotJson { line: 2, column: 12 });
    assert_eq!(refused(b"{\"batch\":[]} x"), DecodeError::NotJson { line: 1, column: 14 });
    assert_eq!(refused(b""), DecodeError::Truncated);
    for body in ["{}", "[]", "7", "null", "\"batch\"", "{\"batch\":{}}", "{\"batch\":7}"] {
        assert_eq!(refused(body.as_bytes()), DecodeError::NotABatch, "{body}");
    }
    let decoded = decode(b"\xEF\xBB\xBF{\"batch\":[]}", Endpoint::Batch, received(), &Limits::default()).unwrap();
    assert_eq!(decoded.items, []);
}

/// The context of one of several items, as it is spelled: the same, others, none at all.
fn member() -> impl Strategy<Value = String> {
    let context = prop::sample::select(vec![
        r#"{"app":{"version":"1.4.0"},"os":{"name":"Darwin"},"library":{"name":"a","version":"2"}}"#,
        r#"{"app": {"version": "1.4.0"}, "os": {"name": "Darwin"}, "library": {"name": "a", "version": "2"}}"#,
        r#"{"app":{"version":"1.\u0035.0"},"ci":null,"container":true}"#,
        r#"{"candor":{"format":1,"kind":"operation"},"os":{"name":"Darwin"}}"#,
        "{}",
        "{ }",
        "null",
        "[1]",
        "\"text\"",
    ]);
    let one = context.prop_map(|context| format!(r#","context":{context}"#));
    prop::collection::vec(one, 0..3).prop_map(|members| members.concat())
}

proptest! {
    #[test]
    fn a_context_says_the_same_however_it_was_read(
        members in prop::collection::vec((member(), any::<bool>()), 0..8),
        of_batch in member(),
    ) {
        let items = members.iter().enumerate().map(|(place, (context, is_bad))| {
            let event = if *is_bad { "" } else { r#","event":"e","anonymousId":"\u0061""# };
            format!(r#"{{"type":"track","messageId":"{place}"{event}{context}}}"#)
        });
        let items = items.collect::<Vec<_>>().join(",");
        // What is nested this deep is left to the usual reader.
        let deep = format!("{}{}", "[".repeat(110), "]".repeat(110));
        let read = |more: &str| {
            let body = format!(r#"{{"batch":[{items}]{of_batch}{more}}}"#);
            decode(body.as_bytes(), Endpoint::Batch, received(), &Limits::default()).map(|decoded| decoded.items)
        };
        prop_assert_eq!(read(""), read(&format!(r#","deep":{deep}"#)));
    }
}
