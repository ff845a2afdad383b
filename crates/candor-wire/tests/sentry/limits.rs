//! However much is sent, only so much is read.

use candor_wire::{
    DecodeError, Dropped, Limits,
    sentry::{Endpoint, decode},
};
use proptest::prelude::*;

use super::{event, read, received};

#[test]
fn items_are_counted() {
    let envelope = |items| format!("{{}}\n{}", "{}\n{}\n".repeat(items));
    assert_eq!(read(envelope(10_000), Endpoint::Envelope).unwrap().items.len(), 10_000);
    assert_eq!(read(envelope(10_001), Endpoint::Envelope), Err(DecodeError::TooManyItems { limit: 10_000 }));
}

#[test]
fn the_innermost_frames_and_the_last_exceptions_are_kept() {
    let frames: Vec<_> = (0..1000).map(|line| format!(r#"{{"lineno":{line}}}"#)).collect();
    let exceptions: Vec<_> = (0..50).map(|class| format!(r#"{{"type":"E{class}"}}"#)).collect();
    let members = format!(
        r#""exception":[{},{{"type":"last","stacktrace":{{"frames":[{}]}}}}]"#,
        exceptions.join(","),
        frames.join(",")
    );
    let report = event(&members).unwrap().report.unwrap();
    assert_eq!((report.frames.len(), report.frames[0].line, report.frames[249].line), (250, Some(750), Some(999)));
    assert_eq!((report.exceptions.len(), report.exceptions[19].class.as_str()), (20, "last"));
}

#[test]
fn frames_and_images_are_held_to_a_bound_over_the_whole_body() {
    let frames = vec!["{}"; 250].join(",");
    let event = format!("{{\"type\":\"event\"}}\n{{\"exception\":[{{\"stacktrace\":{{\"frames\":[{frames}]}}}}]}}\n");
    let items = read(format!("{{}}\n{}", event.repeat(300)), Endpoint::Envelope).unwrap().items;
    let frames = |item: &Result<_, _>| {
        let event: &candor_wire::Event = item.as_ref().unwrap();
        event.report.as_ref().unwrap().frames.len()
    };
    assert_eq!(items.iter().filter(|item| frames(item) == 250).count(), 200);
    assert_eq!(items.iter().filter(|item| frames(item) == 0).count(), 100);
}

#[test]
fn long_texts_are_cut_and_never_cost_the_crash() {
    let long = "é".repeat(5000);
    let tags: Vec<_> = (0..200).map(|tag| format!(r#""t{tag}":1"#)).collect();
    let members = format!(
        r#""exception":[{{"type":"{long}","value":"{long}"}}],"transaction":"{long}","tags":{{"{long}":1,{}}}"#,
        tags.join(",")
    );
    let item = event(&members).unwrap();
    assert_eq!(
        (item.record.name.len(), item.record.parent.unwrap().len(), item.record.attributes.len()),
        (200, 200, 128)
    );
    assert_eq!(item.report.unwrap().exceptions[0].value.as_ref().unwrap().len(), 4096);
}

#[test]
fn an_event_that_is_too_large_is_dropped_and_an_attachment_beside_it_does_not_matter() {
    let large = "x".repeat(1 << 20);
    let body =
        format!("{{}}\n{{\"type\":\"attachment\"}}\n{large}\n{{\"type\":\"event\"}}\n{{\"extra\":\"{large}\"}}\n");
    assert_eq!(read(body, Endpoint::Envelope).unwrap().items, [Err(Dropped::NotKept), Err(Dropped::EventTooLarge)]);
}

#[test]
fn depth_that_nobody_reads_costs_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for place in ["extra", "message", "exception", "tags", "contexts", "user", "debug_meta"] {
        assert!(event(&format!("\"{place}\":{deep}")).is_ok(), "{place}");
    }
    let nested = format!("{}{}", r#"{"values":"#.repeat(10_000), "}".repeat(10_000));
    assert_eq!(event(&format!("\"exception\":{nested}")), Err(Dropped::NotJson));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(body in any::<Vec<u8>>()) {
        for endpoint in Endpoint::ALL {
            let _ = decode(&body, *endpoint, received(), &Limits::default());
        }
    }

    #[test]
    fn any_bytes_in_the_place_of_any_others_are_read_or_refused_without_a_panic(
        at in any::<prop::sample::Index>(),
        bytes in "(\\\\u?[0-9a-dD]{0,4}|[\\[\\]{}:,\"\n]|null|1e999|-|.){0,6}",
    ) {
        let body = include_str!("../corpus/sentry-python.exception.envelope");
        let at = at.index(body.len());
        let mut changed = body.as_bytes().to_vec();
        changed.splice(at..(at + bytes.len()).min(body.len()), bytes.bytes());
        let _ = decode(&changed, Endpoint::Envelope, received(), &Limits::default());
    }
}
