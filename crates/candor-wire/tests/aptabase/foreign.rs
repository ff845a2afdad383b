//! Items of whatever client.

use candor_wire::{Attribute, DecodeError, Dropped, Kind, Record, Value, segment::Sdk};

use super::{event, items, read, received};

/// As a client for web views writes it.
const ITEM: &str = r#"{"timestamp":"2026-11-22T01:59:00.250Z","sessionId":"c1b5a3e2-session","eventName":"opened",
    "systemProps":{"isDebug":true,"locale":"de-DE","osName":"macOS","osVersion":"14.1","appVersion":"1.4.0","appBuildNumber":"77",
        "engineName":"WebKit","engineVersion":"605.1","deviceModel":"MacBookPro18,1","sdkVersion":"tauri-plugin-aptabase@0.5.1"},
    "props":{"plan":"free","n":1,"ratio":0.5,"ok":true,"nothing":null}}"#;

#[test]
fn an_item_is_read_alone_and_in_a_list() {
    let attribute = |name: &str, value| Attribute { name: name.to_owned(), value };
    let mut expected = Record::new(Kind::Track, "opened", received());
    expected.time = candor_wire::Timestamp::parse("2026-11-22T01:59:00.250Z").unwrap();
    expected.environment.version = Some("1.4.0".into());
    expected.environment.os = Some("macos".into());
    expected.environment.os_version = Some("14.1".into());
    expected.environment.runtime = Some("WebKit 605.1".into());
    expected.attributes = vec![
        attribute("plan", Value::Text("free".into())),
        attribute("n", Value::Integer(1)),
        attribute("ratio", Value::Float(0.5)),
        attribute("ok", Value::Bool(true)),
        attribute("is_debug", Value::Bool(true)),
    ];
    for body in [ITEM.to_owned(), format!("[{ITEM}]")] {
        let decoded = read(body).unwrap();
        let event = decoded.items[0].as_ref().unwrap();
        assert_eq!((decoded.items.len(), &event.record), (1, &expected));
        assert_eq!(event.user_id.as_deref(), Some("c1b5a3e2-session"));
        assert_eq!(event.sdk, Some(Sdk { name: "tauri-plugin-aptabase".into(), version: Some("0.5.1".into()) }));
        let all = format!("{event:?}");
        for secret in ["de-DE", "MacBookPro", "77"] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
    }
}

#[test]
fn a_bad_item_never_costs_its_list() {
    let codes: Vec<_> = items(
        r#"7, {}, {"eventName":""}, {"eventName":"e","timestamp":"yesterday"}, {"eventName":"e","timestamp":5},
           {"eventName":"e","timestamp":"0001-01-01T00:00:00Z"}, {"eventName":"e","timestamp":"9999-12-31T23:59:59Z"},
           {"eventName":"good","systemProps":7,"props":[1],"sessionId":{}}"#,
    )
    .into_iter()
    .map(|item| item.map_or_else(Dropped::code, |event| if event.record.name == "good" { "kept" } else { "wrong" }))
    .collect();
    let expected = [
        "not_an_object",
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
fn the_library_is_a_name_and_a_version_or_a_version_alone() {
    let sdk = |text: &str| event(&format!(r#""systemProps":{{"sdkVersion":"{text}"}}"#)).unwrap().sdk;
    let named = |name: &str, version: &str| Some(Sdk { name: name.into(), version: Some(version.into()) });
    assert_eq!(sdk("@scope/aptabase@0.4.1"), named("@scope/aptabase", "0.4.1"));
    assert_eq!(sdk("0.1.0"), named("aptabase", "0.1.0"));
    assert_eq!(sdk("aptabase@"), Some(Sdk { name: "aptabase".into(), version: None }));
    assert_eq!(sdk(""), None);
}

#[test]
fn an_item_is_known_by_what_it_says_and_how_often_its_list_said_so_before() {
    let at = r#""eventName":"e","timestamp":"2026-11-22T01:00:00.123Z""#;
    let one = format!(r#"{{{at},"sessionId":"s","props":{{"a":1}}}}"#);
    let ids = |inside: &str| items(inside).into_iter().map(|item| item.unwrap().message_id).collect::<Vec<_>>();
    let twice = ids(&format!("{one},{one}"));
    assert_eq!(ids(&format!("{one},{one}")), twice, "a retry is known");
    assert_ne!(twice[0], twice[1]);
    for other in [r#","sessionId":"t","props":{"a":1}"#, r#","sessionId":"s","props":{"a":2}"#] {
        assert_ne!(ids(&format!("{{{at}{other}}}"))[0], twice[0], "{other}");
    }
}

#[test]
fn a_time_without_a_zone_is_utc_and_none_is_now() {
    let time = |members: &str| event(members).unwrap().record.time.to_string();
    assert_eq!(time(r#""timestamp":"2026-11-22T01:00:00.1234567""#), "2026-11-22T01:00:00.123456Z");
    assert_eq!(time(r#""timestamp":"2026-11-22T03:00:00+02:00""#), "2026-11-22T01:00:00.000Z");
    assert_eq!(time(""), received().to_string());
    assert_eq!(time(r#""timestamp":"2026-11-22T02:30:00Z""#), received().to_string(), "not after it arrived");
}

#[test]
fn what_is_no_item_and_no_list_is_refused_as_a_whole() {
    let refused = |body: &[u8]| read(body).unwrap_err();
    assert_eq!(refused(b"[\"\xff\"]"), DecodeError::InvalidUtf8);
    assert_eq!(refused(b"[}"), DecodeError::NotJson { line: 1, column: 2 });
    assert_eq!(refused(b"[{},"), DecodeError::Truncated);
    assert_eq!(refused(b""), DecodeError::Truncated);
    for body in ["7", "null", "\"[]\""] {
        assert_eq!(refused(body.as_bytes()), DecodeError::NotABatch, "{body}");
    }
    assert_eq!(read("[]").unwrap().items, []);
}
