//! Minidumps and what comes with them.

use candor_wire::{
    Dropped, Event, Kind, Limits,
    sentry::{
        Endpoint, Level,
        minidump::{Fields, MinidumpHead},
        native_crash,
    },
};

use super::{ID, read, received};

/// Stands for a dump's bytes.
const CONTENT: &str = "00c0ffee00c0ffee00c0ffee00c0ffee";

fn crash(fields: Fields) -> Result<Event, Dropped> {
    let mut dump = std::io::Cursor::new(b"MDMP\x93\xa7\0\0\0\0\0\0\0\0\0\0".to_vec());
    let head = MinidumpHead::read(&mut dump).unwrap();
    native_crash(&head, &fields, CONTENT, received(), &Limits::default())
}

#[test]
fn a_dump_without_an_event_is_a_crash_that_its_bytes_tell_from_others() {
    let fields = Fields { release: "inventory@1.4.0".to_owned(), ..Fields::default() };
    let Event { message_id, record, report, .. } = crash(fields).unwrap();
    assert_eq!((message_id.as_str(), record.kind, record.name.as_str()), (CONTENT, Kind::Crash, "minidump"));
    assert_eq!((record.count, record.environment.version.as_deref()), (1, Some("1.4.0")));
    let report = report.unwrap();
    assert_eq!((report.level, report.platform.as_str(), report.event_id), (Level::Fatal, "native", message_id));
    assert_eq!((report.exceptions[0].handled, report.release.as_deref()), (Some(false), Some("inventory@1.4.0")));
}

#[test]
fn an_event_says_more_than_its_dump_and_is_a_crash_whatever_it_says() {
    let event = format!(
        r#"{{"event_id":"{ID}","level":"info","platform":"rust","release":"inventory@2","message":"m","tags":{{"a":"b"}},
        "exception":[{{"type":"Abort","value":"v"}}],"contexts":{{"os":{{"name":"Windows"}}}}}}"#
    );
    let fields = Fields { event, release: "x@1".to_owned(), event_id: CONTENT.to_owned() };
    let Event { message_id, record, report, .. } = crash(fields).unwrap();
    assert_eq!((message_id.as_str(), record.kind, record.name.as_str()), (ID, Kind::Crash, "Abort"));
    assert_eq!((record.environment.version.as_deref(), record.environment.os.as_deref()), (Some("2"), Some("windows")));
    assert_eq!((record.attributes.len(), report.unwrap().platform.as_str()), (1, "native"));
}

#[test]
fn what_is_no_event_says_nothing_and_what_is_too_old_is_dropped() {
    for event in ["", "[]", "1", "{", "\u{fffd}", &format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20))] {
        let fields = Fields { event: event.to_owned(), event_id: ID.to_owned(), ..Fields::default() };
        assert_eq!(crash(fields).unwrap().message_id, ID);
    }
    let fields = Fields { event: r#"{"timestamp":"2001-01-01T00:00:00Z"}"#.to_owned(), ..Fields::default() };
    assert_eq!(crash(fields), Err(Dropped::TimestampTooOld));
}

#[test]
fn the_first_minidump_of_an_envelope_is_no_item_and_knows_its_event() {
    let dump = r#"{"type":"attachment","attachment_type":"event.minidump","length":6}"#;
    let envelope = |header: &str, items: &str| {
        let body =
            format!("{header}\n{items}{dump}\nMDMP\n1\n{dump}\nMDMP\n2\n{{\"type\":\"attachment\",\"length\":1}}\nx\n");
        read(body, Endpoint::Envelope).unwrap()
    };
    let with = |items: &str| envelope(&format!("{{\"event_id\":\"{ID}\"}}"), items);
    let event = format!("{{\"type\":\"event\"}}\n{{\"event_id\":\"{ID}\"}}\n");
    for (decoded, has_event, id, items) in [
        (with(""), false, Some(ID), 2),
        (with(&event), true, Some(ID), 3),
        (with("{\"type\":\"event\"}\n{\n"), false, Some(ID), 3),
        (envelope("{}", &event), true, Some(ID), 3),
        (envelope("{}", ""), false, None, 2),
    ] {
        let minidump = decoded.minidump.unwrap();
        assert_eq!(
            (minidump.bytes.as_slice(), minidump.has_event, minidump.event_id.as_deref()),
            (&b"MDMP\n1"[..], has_event, id)
        );
        assert_eq!(decoded.items.len(), items);
        assert_eq!(decoded.items.iter().filter(|item| **item == Err(Dropped::NotKept)).count(), 2);
    }
}
