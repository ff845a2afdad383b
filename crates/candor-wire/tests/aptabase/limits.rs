//! However much is sent, only so much is read.

use candor_wire::{DecodeError, Dropped, Limits, aptabase::decode};
use proptest::prelude::*;

use super::{event, items, read, received};

#[test]
fn items_properties_names_and_depth_are_held_to_their_limits() {
    let list = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
    assert_eq!(read(list(10_000)).unwrap().items.len(), 10_000);
    assert_eq!(read(list(10_001)), Err(DecodeError::TooManyItems { limit: 10_000 }));
    let properties = |count: usize| (0..count).map(|i| format!("\"p{i}\":{i}")).collect::<Vec<_>>().join(",");
    let with = |properties: &str| event(&format!("\"props\":{{{properties}}}"));
    assert_eq!(with(&properties(128)).unwrap().record.attributes.len(), 128);
    assert_eq!(with(&properties(129)), Err(Dropped::TooManyProperties));
    assert_eq!(with(&format!("\"a\":{}{}", "[".repeat(33), "]".repeat(33))), Err(Dropped::TooDeep));
    assert_eq!(items(&format!("{{\"eventName\":\"{}\"}}", "e".repeat(201))), [Err(Dropped::NameTooLong)]);
    let long = event(&format!("\"systemProps\":{{\"appVersion\":\"{}\"}}", "v".repeat(201))).unwrap();
    assert_eq!(long.record.environment.version, None);
}

#[test]
fn one_item_that_is_too_large_does_not_cost_the_list() {
    let large = format!("{{\"eventName\":\"e\",\"props\":{{\"a\":\"{}\"}}}}", "x".repeat(1 << 20));
    assert_eq!(items(&format!("{large},7")), [Err(Dropped::EventTooLarge), Err(Dropped::NotAnObject)]);
    assert_eq!(read(&large).unwrap().items, [Err(Dropped::EventTooLarge)]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(body in any::<Vec<u8>>()) {
        let _ = read(&body);
    }

    #[test]
    fn any_bytes_in_the_place_of_any_others_are_read_or_refused_without_a_panic(
        at in any::<prop::sample::Index>(),
        bytes in "(\\\\u?[0-9a-dD]{0,4}|[\\[\\]{}:,\"]|null|1e999|-|.){0,6}",
    ) {
        let body = r#"[{"timestamp":"2026-11-22T01:59:00.250Z","sessionId":"s","eventName":"opened","systemProps":{"isDebug":true,
            "osName":"macOS","sdkVersion":"aptabase-js@0.4.1"},"props":{"plan":"free","n":[1,{"a":null}]}},7]"#;
        let at = at.index(body.len());
        let mut changed = body.as_bytes().to_vec();
        changed.splice(at..(at + bytes.len()).min(body.len()), bytes.bytes());
        for limit in [1 << 20, 64] {
            let mut limits = Limits::default();
            limits.max_event_bytes = limit;
            let _ = decode(&changed, received(), &limits);
        }
    }
}
