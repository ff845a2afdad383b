//! Events of whatever client.

use candor_wire::{
    Attribute, DecodeError, Dropped, Kind, Limits, Record, Value,
    posthog::{Endpoint, Head, decode},
    segment::Sdk,
};

use super::{event, events, read, received};

#[test]
fn a_bad_event_never_costs_its_batch() {
    let codes: Vec<_> = events(
        r#"7, null, [], {}, {"event":""}, {"event":{}}, {"event":"e","timestamp":"yesterday"}, {"event":"e","timestamp":12345},
           {"event":"e","timestamp":"0001-01-01T00:00:00Z"}, {"event":"e","offset":-99999999999},
           {"event":"good","properties":[1],"uuid":{},"sent_at":"never","options":5,"distinct_id":null}"#,
    )
    .into_iter()
    .map(|item| item.map_or_else(Dropped::code, |event| if event.record.name == "good" { "kept" } else { "wrong" }))
    .collect();
    let expected = [
        "not_an_object",
        "not_an_object",
        "not_an_object",
        "missing_event",
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
fn what_the_client_adds_by_itself_is_a_column_or_nothing() {
    let event = event(
        r#""distinct_id":"u","$set":{"email":"a@b.org"},"$set_once":{"a":1},"session_id":"s","properties":{
            "$lib":"posthog-go","$lib_version":"1.2","$os":"Darwin","$os_version":"14.1","$app_version":"1.4.0",
            "$python_runtime":"CPython","$python_version":"3.11.7","token":"k","distinct_id":"other",
            "$ip":"192.0.2.7","$current_url":"https://x/y","$geoip_city_name":"Ulm","$device_id":"d","$session_id":"s",
            "$groups":{"company":"c"},"$set":{"email":"a@b.org"},"$anything":1,
            "plan":"free","n":1,"ratio":0.5,"ok":true,"nothing":null,"list":[1,null],"$screen_name":"Main"}"#,
    )
    .unwrap();
    let attribute = |name: &str, value| Attribute { name: name.to_owned(), value };
    let mut expected = Record::new(Kind::Track, "e", received());
    expected.environment.version = Some("1.4.0".into());
    expected.environment.os = Some("macos".into());
    expected.environment.os_version = Some("14.1".into());
    expected.environment.runtime = Some("CPython 3.11.7".into());
    expected.attributes = vec![
        attribute("plan", Value::Text("free".into())),
        attribute("n", Value::Integer(1)),
        attribute("ratio", Value::Float(0.5)),
        attribute("ok", Value::Bool(true)),
        attribute("list", Value::Json("[1,null]".into())),
        attribute("$screen_name", Value::Text("Main".into())),
    ];
    assert_eq!(event.record, expected);
    assert_eq!(event.sdk, Some(Sdk { name: "posthog-go".into(), version: Some("1.2".into()) }));
    assert_eq!(event.user_id.as_deref(), Some("u"));
}

#[test]
fn the_library_is_said_in_the_properties_else_by_the_event_else_by_the_head() {
    let head = Head::new(Endpoint::V1).sdk_info("head/3");
    let name = |event: &str| {
        let body = format!(r#"{{"batch":[{{"event":"e"{event}}}]}}"#);
        let decoded = decode(body.as_bytes(), &head, received(), &Limits::default()).unwrap();
        let sdk = decoded.items[0].clone().unwrap().sdk.unwrap();
        (sdk.name, sdk.version)
    };
    let said = |name: &str, version: &str| (name.to_owned(), Some(version.to_owned()));
    let library = r#","library":"old","library_version":"2""#;
    assert_eq!(name(""), said("head", "3"));
    assert_eq!(name(library), said("old", "2"));
    assert_eq!(name(&format!(r#"{library},"properties":{{"$lib":"own","$lib_version":"1"}}"#)), said("own", "1"));
}

#[test]
fn bodies_of_every_shape_are_read_at_every_route_of_v0() {
    let one = r#"{"api_key":"k","event":"e","distinct_id":"d"}"#;
    let token = r#"{"event":"e","properties":{"token":"k","distinct_id":"d"}}"#;
    let bodies = [
        one.to_owned(),
        token.to_owned(),
        format!("[{one}]"),
        format!("[{token}]"),
        format!("{{\"batch\":[{token}]}}"),
        r#"{"token":"k","batch":[{"event":"e","distinct_id":"d"}]}"#.to_owned(),
        r#"{"$token":"k","$distinct_id":"d","event":"e"}"#.to_owned(),
        "data=%7B%22api_key%22%3A%22k%22%2C%22event%22:%22e%22,%22distinct_id%22:%22d%22}&compression=".to_owned(),
        "eyJhcGlfa2V5IjoiayIsImV2ZW50IjoiZSIsImRpc3RpbmN0X2lkIjoiZCJ9".to_owned(),
    ];
    for endpoint in Endpoint::ALL.iter().filter(|endpoint| **endpoint != Endpoint::V1) {
        for body in &bodies {
            let decoded = read(body, *endpoint).unwrap();
            assert_eq!(decoded.api_key.as_deref(), Some("k"), "{body}");
            let event = decoded.items[0].as_ref().unwrap();
            assert_eq!((event.record.name.as_str(), event.user_id.as_deref()), ("e", Some("d")), "{body}");
            assert_eq!((decoded.items.len(), decoded.uuids.len(), event.record.attributes.len()), (1, 0, 0), "{body}");
        }
    }
    for body in &bodies {
        assert_eq!(read(body, Endpoint::V1).is_ok(), body.contains("\"batch\":"), "V1 takes batches alone: {body}");
    }
}

#[test]
fn a_person_without_an_event_is_an_identify_where_there_is_a_route_for_it() {
    let body = r#"{"$token":"k","$distinct_id":"d","$set":{"email":"a@b.org"}}"#;
    assert_eq!(read(body, Endpoint::Engage).unwrap().items[0].as_ref().unwrap().record.name, "$identify");
    assert_eq!(read(body, Endpoint::Capture).unwrap().items, [Err(Dropped::MissingEvent)]);
}

#[test]
fn the_name_that_is_made_of_another_is_an_identifier_and_no_attribute() {
    let alias = |name: &str| {
        let event = events(&format!(r#"{{"properties":{{"alias":"ada","n":1}},"event":"{name}"}}"#)).remove(0).unwrap();
        event.record.attributes.len()
    };
    assert_eq!((alias("$create_alias"), alias("named")), (1, 2));
}

#[test]
fn an_id_that_was_made_up_for_one_event_is_no_installation() {
    let user = |event: &str| events(&format!(r#"{{"distinct_id":"d",{event}}}"#)).remove(0).unwrap().user_id;
    assert_eq!(user(r#""event":"e","properties":{"$process_person_profile":true}"#).as_deref(), Some("d"));
    for event in [
        r#""event":"e","properties":{"$process_person_profile":false}"#,
        r#""event":"e","options":{"process_person_profile":false}"#,
        r#""event":"$groupidentify""#,
    ] {
        assert_eq!(user(event), None, "{event}");
    }
}

#[test]
fn the_clients_clock_is_corrected_by_when_it_sent() {
    let time = |around: &str, event: &str, head: &Head| {
        let body = format!(r#"{{{around}"batch":[{{"event":"e"{event}}}]}}"#);
        let decoded = decode(body.as_bytes(), head, received(), &Limits::default()).unwrap();
        decoded.items[0].clone().unwrap().record.time.to_string()
    };
    let v0 = Head::new(Endpoint::Batch);
    let at = r#","timestamp":"2026-11-22T00:00:00.250Z""#;
    let sent = r#""sent_at":"2026-11-22T00:00:01.250Z","#;
    let corrected = "2026-11-22T01:59:59.500Z";
    let as_said = "2026-11-22T00:00:00.250Z";
    assert_eq!(time("", at, &v0), as_said);
    assert_eq!(time("", r#","timestamp":"2026-11-22T00:00:00.25""#, &v0), as_said, "a missing zone is UTC");
    assert_eq!(time(sent, at, &v0), corrected);
    assert_eq!(time("", at, &v0.clone().query("_=1795305601250")), corrected);
    let v1 = Head::new(Endpoint::V1).request_timestamp("2026-11-22T00:00:01.250Z");
    assert_eq!(time("", at, &v1), corrected);
    assert_eq!(time("", &format!(r#"{at},"options":{{"disable_skew_correction":true}}"#), &v1), as_said);
    assert_eq!(time(sent, &format!(r#"{at},"properties":{{"$ignore_sent_at":true}}"#), &v0), as_said);
    assert_eq!(time(sent, r#","offset":2000"#, &v0), "2026-11-22T01:59:58.500Z");
    assert_eq!(time(sent, "", &v0), received().to_string());
}

#[test]
fn an_event_is_known_by_its_uuid_else_by_what_it_says() {
    let id = |members: &str| event(members).unwrap().message_id;
    assert_eq!(id(r#""uuid":"u","message_id":"m""#), "u");
    assert_eq!(id(r#""messageId":"m""#), "m");
    let timed = |members: &str| id(&format!(r#""timestamp":"2026-11-22T01:00:00.123Z"{members}"#));
    let first = timed(r#","properties":{"a":1}"#);
    assert_eq!(first, timed(r#","properties":{"a":1,"$lib":"x"},"sent_at":"2026-11-22T01:59:00Z""#));
    for other in [r#","properties":{"a":2}"#, r#","properties":{"a":1},"distinct_id":"d""#] {
        assert_ne!(first, timed(other), "{other}");
    }
}

#[test]
fn the_answer_of_v1_names_events_as_the_client_did_and_those_that_were_dropped_too() {
    let long = "u".repeat(201);
    let body =
        format!(r#"{{"batch":[{{"uuid":"A-1","event":"e"}},{{"uuid":"b"}},7,{{"event":"e"}},{{"uuid":"{long}"}}]}}"#);
    let decoded = read(body, Endpoint::V1).unwrap();
    let uuids: Vec<_> = decoded.uuids.iter().map(Option::as_deref).collect();
    assert_eq!(uuids, [Some("A-1"), Some("b"), None, None, None]);
    assert_eq!(decoded.items[1], Err(Dropped::MissingEvent));
}

#[test]
fn what_is_no_batch_is_refused_as_a_whole() {
    let refused = |body: &[u8]| read(body, Endpoint::Batch).unwrap_err();
    assert_eq!(refused(b"{\"batch\":[\"\xff\"]}"), DecodeError::InvalidUtf8);
    assert_eq!(refused(b"{\n \"batch\": [}"), DecodeError::NotJson { line: 2, column: 12 });
    assert_eq!(refused(b"[{},"), DecodeError::Truncated);
    assert_eq!(refused(b""), DecodeError::Truncated);
    assert_eq!(refused(b"data=hello"), DecodeError::NotJson { line: 1, column: 1 });
    for body in ["7", "null", "\"batch\"", "{\"batch\":{}}", "{\"batch\":7}"] {
        assert_eq!(refused(body.as_bytes()), DecodeError::NotABatch, "{body}");
    }
    for body in ["{}", "[]", "{\"event\":\"e\"}"] {
        assert!(read(body, Endpoint::Batch).is_ok(), "{body}");
        assert_eq!(read(body, Endpoint::V1), Err(DecodeError::NotABatch), "{body}");
    }
}

#[test]
fn half_a_surrogate_pair_does_not_cost_the_batch() {
    let items = events(r#"{"event":"a","properties":{"cut":"\ud83d","nan":NaN}},{"event":"b"}"#);
    assert_eq!(items[0].as_ref().unwrap().record.attributes[0].value, Value::Text("\u{fffd}".into()));
    assert!(items[1].is_ok());
}
