//! However much is sent, only so much is read.

use candor_wire::{
    DecodeError, Dropped, Limits,
    segment::{Endpoint, decode},
};
use proptest::prelude::*;

use super::{item, items, read, received};

fn with_properties(properties: &str) -> String {
    format!(r#"{{"type":"track","event":"e","properties":{{{properties}}}}}"#)
}

#[test]
fn a_property_may_be_as_deep_as_the_limit_and_no_deeper() {
    let nested = |open: &str, close: &str, depth| format!("\"a\":{}1{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("[", "]"), ("{\"b\":", "}")] {
        assert!(item(&with_properties(&nested(open, close, 32))).is_ok());
        assert_eq!(item(&with_properties(&nested(open, close, 33))), Err(Dropped::TooDeep));
        assert_eq!(item(&with_properties(&nested(open, close, 100_000))), Err(Dropped::TooDeep));
    }
}

#[test]
fn depth_that_nobody_reads_costs_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for place in ["\"traits\":DEEP", "\"messageId\":DEEP", "\"context\":{\"x\":DEEP,\"app\":DEEP}", "\"context\":DEEP"]
    {
        let body = format!(r#"{{"type":"track","event":"e",{}}}"#, place.replace("DEEP", &deep));
        assert!(items(&body)[0].is_ok(), "{place}");
    }
}

#[test]
fn properties_and_names_are_held_to_their_limits() {
    let properties = |count: usize| (0..count).map(|i| format!("\"p{i}\":{i}")).collect::<Vec<_>>().join(",");
    assert_eq!(item(&with_properties(&properties(128))).unwrap().record.attributes.len(), 128);
    assert_eq!(item(&with_properties(&properties(129))), Err(Dropped::TooManyProperties));
    let named = |length| format!("\"{}\":1", "n".repeat(length));
    assert!(item(&with_properties(&named(200))).is_ok());
    assert_eq!(item(&with_properties(&named(201))), Err(Dropped::NameTooLong));
    let event = format!(r#"{{"type":"track","event":"{}"}}"#, "e".repeat(201));
    assert_eq!(item(&event), Err(Dropped::NameTooLong));
}

#[test]
fn items_and_parts_are_counted_together() {
    let batch = |count| format!("{{\"batch\":[{}]}}", vec!["{}"; count].join(","));
    assert_eq!(read(&batch(10_000), Endpoint::Batch).unwrap().items.len(), 10_000);
    let too_many = DecodeError::TooManyItems { limit: 10_000 };
    assert_eq!(read(&batch(10_001), Endpoint::Batch), Err(too_many));
    let own = |parts| {
        let parts = vec![r#"{"name":"p"}"#; parts].join(",");
        format!(
            r#"{{"batch":[{{"type":"track","event":"e","properties":{{"parts":[{parts}]}},
                "context":{{"candor":{{"format":1,"kind":"operation"}}}}}}]}}"#
        )
    };
    assert_eq!(read(&own(9_999), Endpoint::Batch).unwrap().items[0].as_ref().unwrap().parts.len(), 9_999);
    assert_eq!(read(&own(10_000), Endpoint::Batch), Err(too_many));
}

#[test]
fn the_durations_of_sums_are_counted_with_items_and_parts() {
    let sum = |pairs: usize| {
        let durations = vec!["[1,1]"; pairs].join(",");
        format!(
            r#"{{"type":"track","event":"e","properties":{{"count":{pairs},"durations":[{durations}]}},
                "context":{{"candor":{{"format":1,"kind":"operation"}}}}}}"#
        )
    };
    let batch = |last| format!("{{\"batch\":[{},{},{}]}}", sum(3776), sum(3776), sum(last));
    assert_eq!(read(&batch(2445), Endpoint::Batch).unwrap().items.len(), 3);
    assert_eq!(read(&batch(2446), Endpoint::Batch), Err(DecodeError::TooManyItems { limit: 10_000 }));
}

#[test]
fn one_event_that_is_too_large_does_not_cost_the_batch() {
    let large = with_properties(&format!("\"a\":\"{}\"", "x".repeat(1 << 20)));
    let small = with_properties("\"a\":1");
    let items = items(&format!("{small},{large},7,{small}"));
    assert!(items[0].is_ok() && items[3].is_ok());
    assert_eq!(items[1], Err(Dropped::EventTooLarge));
    assert_eq!(items[2], Err(Dropped::NotAnObject));
    let alone = read(&large, Endpoint::Track).unwrap();
    assert_eq!(alone.items, [Err(Dropped::EventTooLarge)]);
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
        bytes in "(\\\\u?[0-9a-dD]{0,4}|[\\[\\]{}:,\"]|null|1e999|-|.){0,6}",
    ) {
        let body = include_str!("../corpus/segment-analytics-python.batch.json");
        let at = at.index(body.len());
        let mut changed = body.as_bytes().to_vec();
        changed.splice(at..(at + bytes.len()).min(body.len()), bytes.bytes());
        for limit in [1 << 20, 64] {
            let mut limits = Limits::default();
            limits.max_event_bytes = limit;
            let _ = decode(&changed, Endpoint::Batch, received(), &limits);
        }
    }
}
