//! Events of foreign clients.

use candor_wire::{Dropped, Kind, Value, sentry::Level};

use super::{ID, event, received};

#[test]
fn an_unhandled_exception_is_a_crash_and_a_handled_one_an_error() {
    let with = |handled: &str, level: &str| {
        let mechanism = format!(r#"{{"type":"m"{handled}}}"#);
        event(&format!(r#""level":"{level}","exception":{{"values":[{{"type":"E","mechanism":{mechanism}}}]}}"#))
            .unwrap()
            .record
            .kind
    };
    assert_eq!(with(r#","handled":false"#, "error"), Kind::Crash);
    assert_eq!(with(r#","handled":true"#, "error"), Kind::Error);
    assert_eq!(with("", "warning"), Kind::Error);
    assert_eq!(with(r#","handled":true"#, "fatal"), Kind::Crash);
}

#[test]
fn a_message_for_information_is_no_error() {
    for (level, kind) in [
        ("debug", Kind::Track),
        ("info", Kind::Track),
        ("warning", Kind::Track),
        ("error", Kind::Error),
        ("fatal", Kind::Crash),
    ] {
        let item =
            event(&format!(r#""level":"{level}","message":"disk is nearly full","tags":{{"level":"x"}}"#)).unwrap();
        assert_eq!((item.record.kind, item.record.name.as_str()), (kind, "$message"), "{level}");
        match item.report {
            None => {
                let said: Vec<_> = item.record.attributes.iter().map(|a| (a.name.as_str(), a.value.clone())).collect();
                let text = |text: &str| Value::Text(text.to_owned());
                assert_eq!(said, [("message", text("disk is nearly full")), ("level", text(level))]);
                assert_eq!(item.record.error_class, None);
            }
            Some(report) => {
                assert_eq!(report.message.as_deref(), Some("disk is nearly full"));
                assert_eq!(report.level, Level::from_name(level).unwrap());
                assert_eq!(item.record.error_class.as_deref(), Some("$message"));
            }
        }
    }
}

#[test]
fn the_version_is_what_follows_the_package_in_the_release() {
    let version =
        |release: &str| event(&format!(r#""release":"{release}""#)).unwrap().record.environment.version.clone();
    for (release, expected) in
        [("mycli@1.2.3", "1.2.3"), ("@scope/mycli@1.2.3+42", "1.2.3+42"), ("1.2.3", "1.2.3"), ("5f0c9e1a", "5f0c9e1a")]
    {
        assert_eq!(version(release).as_deref(), Some(expected));
    }
}

#[test]
fn interfaces_are_read_in_every_shape_that_sentry_takes() {
    for exception in [r#"{"values":[{"type":"E"}]}"#, r#"[{"type":"E"}]"#, r#"{"values":[null,7,{"type":"E"}]}"#] {
        assert_eq!(event(&format!(r#""exception":{exception}"#)).unwrap().record.name, "E", "{exception}");
    }
    for (message, text) in [
        (r#""message":"m""#, "m"),
        (r#""message":{"formatted":"f 1","message":"f %d"}"#, "f 1"),
        (r#""logentry":{"message":"l"}"#, "l"),
        (r#""message":"","logentry":{"formatted":"l"}"#, "l"),
    ] {
        assert_eq!(event(message).unwrap().report.unwrap().message.as_deref(), Some(text), "{message}");
    }
    let odd = [
        r#""exception":5,"threads":"x","debug_meta":[null],"contexts":[],"tags":[["a","b"]],"user":7"#,
        r#""sdk":null,"message":[1],"level":3,"release":{},"transaction":[],"stacktrace":true"#,
    ];
    assert_eq!(event(&odd.join(",")).unwrap().record.kind, Kind::Error);
}

#[test]
fn times_are_numbers_or_texts_and_a_missing_zone_is_utc() {
    for time in
        ["1795312499.5", "\"2026-11-22T01:54:59.5Z\"", "\"2026-11-22T01:54:59.5\"", "\"2026-11-22T02:54:59.5+01:00\""]
    {
        let item = event(&format!(r#""timestamp":{time}"#)).unwrap();
        assert_eq!(item.record.time.to_string(), "2026-11-22T01:54:59.500Z", "{time}");
    }
    assert_eq!(event("").unwrap().record.time, received());
    assert_eq!(event(r#""timestamp":"yesterday""#), Err(Dropped::TimestampMalformed));
    assert_eq!(event(r#""timestamp":1e300"#), Err(Dropped::TimestampInFuture));
    assert_eq!(event(r#""timestamp":7"#), Err(Dropped::TimestampTooOld));
}

#[test]
fn an_event_without_an_id_has_one_of_its_content() {
    let id = |members: &str| event(members).unwrap().message_id;
    assert_eq!(id(&format!(r#""event_id":"{ID}""#)), ID);
    assert_eq!(id(r#""event_id":"5F0C9E1A-0B1E-4D56-B0C8-5F0C9E1A0B1E""#), ID);
    let made = id(r#""message":"a""#);
    assert_eq!((made.len(), made == id(r#""message":"a""#)), (32, true));
    assert_ne!(made, id(r#""message":"b""#));
    assert_ne!(made, id(r#""event_id":"7""#));
}

#[test]
fn the_stack_is_that_of_the_exception_else_of_the_thread_that_crashed() {
    let stack =
        |function: &str| format!(r#""stacktrace":{{"frames":[null,{{"function":"{function}","vars":{{"a":"b"}}}}]}}"#);
    let threads = |first: &str| {
        format!(
            r#""threads":{{"values":[{{"id":1,{}}},{{"current":true,{}}},{{{first}"crashed":true}}]}}"#,
            stack("idle"),
            stack("current"),
        )
    };
    let function = |members: &str| {
        let frames = event(members).unwrap().report.unwrap().frames;
        frames.last().and_then(|frame| frame.function.clone())
    };
    let crashed = threads(&format!("{},", stack("crashed")));
    let thrown = format!(r#""exception":[{{"type":"A",{}}},{{"type":"B"}}],{crashed}"#, stack("thrown"));
    assert_eq!(function(&thrown).as_deref(), Some("thrown"));
    assert_eq!(function(&crashed).as_deref(), Some("crashed"));
    assert_eq!(
        function(&format!(r#""threads":[{{"current":true,{}}}]"#, stack("current"))).as_deref(),
        Some("current")
    );
    assert_eq!(function(&stack("old")).as_deref(), Some("old"));
}

#[test]
fn half_a_surrogate_pair_does_not_cost_the_event() {
    let item = event(r#""message":"\ud83d","extra":NaN"#).unwrap();
    assert_eq!(item.report.unwrap().message.as_deref(), Some("\u{fffd}"));
}
