//! However much is sent, only so much is read.

use candor_wire::{
    DecodeError, Dropped, Limits,
    posthog::{Endpoint, Head, decode},
};
use proptest::prelude::*;

use super::{event, events, read, received};

#[test]
fn events_are_counted_in_every_shape() {
    let list = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
    for around in [|list: String| list, |list: String| format!("{{\"batch\":{list}}}")] {
        assert_eq!(read(around(list(10_000)), Endpoint::Batch).unwrap().items.len(), 10_000);
        let too_many = DecodeError::TooManyItems { limit: 10_000 };
        assert_eq!(read(around(list(10_001)), Endpoint::Batch), Err(too_many));
    }
}

#[test]
fn properties_names_and_depth_are_held_to_their_limits() {
    let properties = |count: usize| (0..count).map(|i| format!("\"p{i}\":{i}")).collect::<Vec<_>>().join(",");
    let with = |properties: &str| event(&format!("\"properties\":{{\"$a\":1,{properties}}}"));
    assert_eq!(with(&properties(128)).unwrap().record.attributes.len(), 128);
    assert_eq!(with(&properties(129)), Err(Dropped::TooManyProperties));
    assert_eq!(with(&format!("\"{}\":1", "n".repeat(201))), Err(Dropped::NameTooLong));
    let deep = |depth| format!("\"a\":{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(with(&deep(32)).is_ok());
    assert_eq!(with(&deep(100_000)), Err(Dropped::TooDeep));
    let named = events(&format!("{{\"event\":\"{}\"}}", "e".repeat(201)));
    assert_eq!(named, [Err(Dropped::NameTooLong)]);
    let lib = with(&format!("\"$lib\":\"{}\"", "l".repeat(201))).unwrap();
    assert_eq!(lib.sdk, None);
}

#[test]
fn depth_that_nobody_reads_costs_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for place in ["\"$set\":DEEP", "\"uuid\":DEEP", "\"properties\":{\"$ip\":DEEP,\"$lib\":DEEP}", "\"options\":DEEP"] {
        assert!(event(&place.replace("DEEP", &deep)).is_ok(), "{place}");
    }
}

#[test]
fn one_event_that_is_too_large_does_not_cost_the_batch() {
    let large = format!("{{\"event\":\"e\",\"api_key\":\"k\",\"properties\":{{\"a\":\"{}\"}}}}", "x".repeat(1 << 20));
    let items = events(&format!("{{\"event\":\"a\"}},{large},7"));
    assert!(items[0].is_ok());
    assert_eq!(items[1..], [Err(Dropped::EventTooLarge), Err(Dropped::NotAnObject)]);
    let alone = read(&large, Endpoint::Capture).unwrap();
    assert_eq!((alone.items, alone.api_key.as_deref()), (vec![Err(Dropped::EventTooLarge)], Some("k")));
}

#[test]
fn frames_and_images_are_held_to_a_bound_over_the_whole_body() {
    let frames = vec!["{}"; 300].join(",");
    let images = vec!["{}"; 50].join(",");
    let list = vec![format!(r#"{{"type":"E","stacktrace":{{"frames":[{frames}]}}}}"#); 3].join(",");
    let event =
        format!(r#"{{"event":"$exception","properties":{{"$exception_list":[{list}],"$debug_images":[{images}]}}}}"#);
    let reports: Vec<_> =
        events(&vec![event; 500].join(",")).into_iter().map(|event| event.unwrap().report.unwrap()).collect();
    let kept = |frames, images| reports.iter().filter(|r| (r.frames.len(), r.images.len()) == (frames, images)).count();
    assert_eq!((kept(250, 50), kept(200, 0), kept(0, 0)), (166, 1, 333));
    assert!(reports.iter().all(|report| report.exceptions.len() == 3));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(body in any::<Vec<u8>>()) {
        for endpoint in Endpoint::ALL {
            let _ = read(&body, *endpoint);
        }
    }

    #[test]
    fn any_head_is_read_without_a_panic(text in "\\PC{0,40}|[_=&0-9]{0,30}") {
        let head = Head::new(Endpoint::V1).query(&text).request_timestamp(&text).sdk_info(&text);
        let _ = decode(b"{\"batch\":[{\"event\":\"e\"}]}", &head, received(), &Limits::default());
    }

    #[test]
    fn any_bytes_in_the_place_of_any_others_are_read_or_refused_without_a_panic(
        at in any::<prop::sample::Index>(),
        bytes in "(\\\\u?[0-9a-dD]{0,4}|[\\[\\]{}:,\"]|null|1e999|-|.){0,6}",
    ) {
        let body = include_str!("../corpus/posthog-python.batch.json");
        let at = at.index(body.len());
        let mut changed = body.as_bytes().to_vec();
        changed.splice(at..(at + bytes.len()).min(body.len()), bytes.bytes());
        for limit in [1 << 20, 64] {
            let mut limits = Limits::default();
            limits.max_event_bytes = limit;
            let _ = decode(&changed, &Head::new(Endpoint::Batch), received(), &limits);
        }
    }
}
