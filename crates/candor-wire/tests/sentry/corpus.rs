//! Envelopes as official clients sent them, byte for byte (inflated).

use std::fmt::Write;

use candor_wire::{
    Attribute, Environment, Event, Record,
    sentry::{Decoded, Endpoint, encode_event},
};

use super::read;

/// One line an item, and one for each thing that it says.
fn shown(decoded: &Decoded) -> String {
    let mut out = format!("answers {:?}, key: {:?}\n", decoded.event_id, decoded.public_key);
    for item in &decoded.items {
        match item {
            Err(dropped) => writeln!(out, "dropped: {dropped}").unwrap(),
            Ok(Event { message_id, user_id, sdk, record, report }) => {
                let Record { kind, name, parent, error_class, time, environment, attributes, .. } = record;
                let Environment { version, os, arch, runtime, .. } = &**environment;
                writeln!(out, "{kind} {name} of {parent:?}, class {error_class:?}, at {time}").unwrap();
                writeln!(out, "  message {message_id}, user {user_id:?}, sdk {sdk:?}").unwrap();
                writeln!(out, "  version {version:?}, os {os:?}, arch {arch:?}, runtime {runtime:?}").unwrap();
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

macro_rules! recorded {
    ($($test:ident: $file:literal),+ $(,)?) => {
        $(#[test]
        fn $test() {
            let body = include_bytes!(concat!("../corpus/", $file, ".envelope"));
            insta::assert_snapshot!($file, shown(&read(body, Endpoint::Envelope).unwrap()));
        })+
    };
}

recorded! {
    a_message_of_the_python_client_is_read: "sentry-python.message",
    an_exception_of_the_python_client_is_read: "sentry-python.exception",
    an_attachment_does_not_cost_the_event_before_it: "sentry-python.attachment",
    a_session_of_the_python_client_is_not_kept: "sentry-python.session",
    an_unhandled_exception_of_the_python_client_is_a_crash: "sentry-python.crash",
    a_message_and_a_session_of_the_rust_client_are_read: "sentry-rust.message",
    an_error_of_the_rust_client_has_the_stack_of_its_thread: "sentry-rust.error",
    an_item_without_a_length_ends_with_its_line: "sentry-rust.log",
    a_panic_of_the_rust_client_is_a_crash: "sentry-rust.crash",
}

#[test]
fn no_argument_variable_source_line_host_or_home_of_a_recording_is_carried() {
    let recordings = [
        include_str!("../corpus/sentry-python.exception.envelope"),
        include_str!("../corpus/sentry-python.crash.envelope"),
        include_str!("../corpus/sentry-rust.error.envelope"),
        include_str!("../corpus/sentry-rust.crash.envelope"),
    ];
    for secret in ["hunter2", "sys.argv", "192.0.2.7", "server_name", "/home/alice", "urllib3", "capture_exception(e)"]
    {
        assert!(recordings.iter().any(|body| body.contains(secret)), "a recording has {secret}");
        for body in recordings {
            let reports: String = read(body, Endpoint::Envelope)
                .unwrap()
                .items
                .into_iter()
                .flatten()
                .map(|item| format!("{:?}{}", item.record, encode_event(&item.report.unwrap())))
                .collect();
            assert!(!reports.contains(secret), "{secret} is gone");
        }
    }
}
