//! Bodies as official clients sent them, byte for byte (inflated).

use std::fmt::Write;

use candor_wire::{
    Attribute, Environment, Record,
    segment::{Decoded, Endpoint, Item, Sdk},
};

use super::read;

/// One line an item, and one for each thing that it says.
fn shown(decoded: &Decoded) -> String {
    let mut out = format!("write key: {:?}\n", decoded.write_key);
    for item in &decoded.items {
        match item {
            Err(dropped) => writeln!(out, "dropped: {dropped}").unwrap(),
            Ok(Item { message_id, anonymous_id, user_id, sdk, record, parts, durations }) => {
                assert_eq!((parts.len(), durations.len()), (0, 0));
                let Record { kind, name, time, environment, attributes, .. } = record;
                let Environment { version, os, .. } = &**environment;
                writeln!(out, "{kind} {name} at {time}, message {message_id}").unwrap();
                writeln!(out, "  anonymous {anonymous_id:?}, user {user_id:?}, version {version:?}, os {os:?}")
                    .unwrap();
                if let Some(Sdk { name, version }) = sdk.as_deref() {
                    writeln!(out, "  by {name} {version:?}").unwrap();
                }
                for Attribute { name, value } in attributes {
                    writeln!(out, "  {name} = {value:?}").unwrap();
                }
            }
        }
    }
    out
}

macro_rules! recorded {
    ($($test:ident: $file:literal to $endpoint:ident),+ $(,)?) => {
        $(#[test]
        fn $test() {
            let body = include_str!(concat!("../corpus/", $file, ".json"));
            insta::assert_snapshot!($file, shown(&read(body, Endpoint::$endpoint).unwrap()));
        })+
    };
}

recorded! {
    a_batch_of_segments_python_client_is_read: "segment-analytics-python.batch" to Batch,
    a_batch_of_rudderstacks_python_client_is_read: "rudder-sdk-python.batch" to Batch,
    a_batch_of_the_rust_client_is_read: "segment-rust.batch" to Batch,
    a_track_without_type_or_time_is_read: "segment-rust.track" to Track,
    an_identify_without_type_is_read: "segment-rust.identify" to Identify,
    a_page_without_type_is_read: "segment-rust.page" to Page,
    a_screen_without_type_is_read: "segment-rust.screen" to Screen,
    a_group_without_type_is_read: "segment-rust.group" to Group,
    an_alias_without_type_is_read: "segment-rust.alias" to Alias,
}

#[test]
fn no_address_trait_or_foreign_id_of_a_recording_is_carried() {
    for body in [
        include_str!("../corpus/segment-analytics-python.batch.json"),
        include_str!("../corpus/rudder-sdk-python.batch.json"),
    ] {
        for secret in ["192.0.2.7", "\"plan\"", "org-42"] {
            assert!(body.contains(secret), "the recording has {secret}");
            let decoded = format!("{:?}", read(body, Endpoint::Batch).unwrap());
            assert!(!decoded.contains(secret.trim_matches('"')), "{secret} is gone");
        }
    }
}
