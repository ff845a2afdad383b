//! Bodies as official clients sent them, byte for byte (inflated).

use std::fmt::Write;

use candor_wire::{
    Attribute, Environment, Event, Limits, Record,
    posthog::{Decoded, Endpoint, Head, decode},
    sentry::encode_event,
};

use super::{read, received};

/// One line an event, and one for each thing that it says.
fn shown(decoded: &Decoded) -> String {
    let mut out = format!("key: {:?}, answers {} uuids\n", decoded.api_key, decoded.uuids.len());
    for item in &decoded.items {
        match item {
            Err(dropped) => writeln!(out, "dropped: {dropped}").unwrap(),
            Ok(Event { message_id, user_id, sdk, record, report }) => {
                let Record { kind, name, error_class, time, environment, attributes, .. } = record;
                let Environment { version, os, os_version, runtime, .. } = &**environment;
                writeln!(out, "{kind} {name}, class {error_class:?}, at {time}").unwrap();
                writeln!(out, "  message {message_id}, user {user_id:?}, sdk {sdk:?}").unwrap();
                writeln!(out, "  version {version:?}, os {os:?} {os_version:?}, runtime {runtime:?}").unwrap();
                for Attribute { name, value } in attributes {
                    writeln!(out, "  {name} = {value:?}").unwrap();
                }
                if let Some(report) = report {
                    writeln!(out, "  {}", encode_event(report).replace("},{", "},\n   {")).unwrap();
                }
            }
        }
    }
    out
}

const BATCH: &str = include_str!("../corpus/posthog-python.batch.json");
const CRASH: &str = include_str!("../corpus/posthog-python.crash.json");
const FLAGS: &str = include_str!("../corpus/posthog-python.flags.json");
const V1: &str = include_str!("../corpus/posthog-python-v1.batch.json");

#[test]
fn a_batch_of_the_python_client_is_read() {
    insta::assert_snapshot!("posthog-python.batch", shown(&read(BATCH, Endpoint::Batch).unwrap()));
}

#[test]
fn an_unhandled_exception_of_the_python_client_is_a_crash() {
    insta::assert_snapshot!("posthog-python.crash", shown(&read(CRASH, Endpoint::Batch).unwrap()));
}

#[test]
fn a_question_for_a_flag_is_an_event_without_what_it_answered() {
    insta::assert_snapshot!("posthog-python.flags", shown(&read(FLAGS, Endpoint::Batch).unwrap()));
}

#[test]
fn a_batch_of_v1_is_read_with_what_its_head_says() {
    let head =
        Head::new(Endpoint::V1).request_timestamp("2026-11-21T23:45:11.414468+00:00").sdk_info("posthog-python/7.91.1");
    let decoded = decode(V1.as_bytes(), &head, received(), &Limits::default()).unwrap();
    insta::assert_snapshot!("posthog-python-v1.batch", shown(&decoded));
    let ids: Vec<_> =
        decoded.items.iter().map(|item| item.as_ref().ok().map(|event| event.message_id.clone())).collect();
    assert_eq!(decoded.uuids, ids);
}

#[test]
fn no_address_person_source_line_or_home_of_a_recording_is_carried() {
    let secrets = ["192.0.2.7", "\"plan\"", "org-42", "/home/alice", "1 / 0", "ph.alias", "Debian"];
    for secret in secrets {
        assert!([BATCH, CRASH, V1].iter().any(|body| body.contains(secret)), "a recording has {secret}");
        for (body, endpoint) in [(BATCH, Endpoint::Batch), (CRASH, Endpoint::Batch), (V1, Endpoint::V1)] {
            let decoded = format!("{:?}", read(body, endpoint).unwrap());
            assert!(!decoded.contains(secret.trim_matches('"')), "{secret} is gone");
        }
    }
}
