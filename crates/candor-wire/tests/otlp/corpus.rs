//! Bodies as the official client for Python sent them, byte for byte (inflated).

use std::fmt::Write;

use candor_wire::{
    Attribute, Environment, Event, Record,
    otlp::{Encoding, Signal},
};

use super::{Items, read};

/// One line an item, and one for each thing that it says.
fn shown(items: &Items) -> String {
    let mut out = String::new();
    for item in items {
        match item {
            Err(dropped) => writeln!(out, "dropped: {dropped}").unwrap(),
            Ok(Event { message_id, user_id, sdk, record, report }) => {
                assert_eq!(report, &None);
                let Record { kind, name, parent, outcome, error_class, duration, count, time, .. } = record;
                let Environment { version, os, runtime, .. } = &*record.environment;
                let took = duration.map(|bucket| bucket.micros());
                writeln!(out, "{count} {kind} {name} of {parent:?} at {time}, message {message_id}").unwrap();
                writeln!(out, "  {outcome:?}, class {error_class:?}, took {took:?} µs").unwrap();
                writeln!(out, "  instance {user_id:?}, version {version:?}, os {os:?}, runtime {runtime:?}").unwrap();
                writeln!(out, "  by {sdk:?}").unwrap();
                for Attribute { name, value } in &record.attributes {
                    writeln!(out, "  {name} = {value:?}").unwrap();
                }
            }
        }
    }
    out
}

macro_rules! recorded {
    ($($test:ident: $file:literal to $signal:ident),+ $(,)?) => {
        $(#[test]
        fn $test() {
            let body = include_bytes!(concat!("../corpus/", $file, ".bin"));
            insta::assert_snapshot!($file, shown(&read(body, Signal::$signal, Encoding::Protobuf).unwrap()));
        })+
    };
}

recorded! {
    an_event_of_the_python_client_is_read: "otlp-python.logs" to Logs,
    a_total_of_the_python_client_is_a_count_and_its_histograms_and_gauges_are_not_kept: "otlp-python.metrics" to Metrics,
    a_span_of_the_python_client_is_an_operation: "otlp-python.traces" to Traces,
}

#[test]
fn no_text_of_a_log_or_an_exception_of_a_recording_is_carried() {
    let recordings: [(&[u8], Signal, &str); 3] = [
        (include_bytes!("../corpus/otlp-python.logs.bin"), Signal::Logs, "structured log"),
        (include_bytes!("../corpus/otlp-python.traces.bin"), Signal::Traces, "boom"),
        (include_bytes!("../corpus/otlp-python.traces.bin"), Signal::Traces, "stacktrace"),
    ];
    for (body, signal, secret) in recordings {
        assert!(String::from_utf8_lossy(body).contains(secret), "the recording has {secret}");
        let decoded = format!("{:?}", read(body, signal, Encoding::Protobuf).unwrap());
        assert!(!decoded.contains(secret), "{secret} is gone");
    }
}
