//! What an event costs to read, in batches of 100 as clients send them.

use std::{fmt::Write, hint::black_box};

use candor_wire::{
    Attribute, DurationBucket, Kind, Limits, Outcome, Record, Timestamp, Value,
    segment::{Endpoint, Item, Sdk, decode, encode_batch, encode_item},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const EVENTS: u64 = 100;

fn now() -> Timestamp {
    Timestamp::from_micros(1_795_312_499_000_000)
}

/// Events as analytics-python spells them: about 560 bytes, eight properties.
fn foreign_batch() -> String {
    let mut body = String::from("{\"batch\": [");
    for i in 0..EVENTS {
        let comma = if i == 0 { "" } else { ", " };
        write!(
            body,
            r#"{comma}{{"integrations": {{}}, "anonymousId": "5f0c9e1a-0b1e-4d56-b0c8-{i:012}", "properties": {{"command": "sync", "duration_ms": {i}, "success": true, "exit_code": 0, "ratio": 0.25, "providers": 3, "backend": "postgresql", "cached": false}}, "timestamp": "2026-11-22T01:54:{:02}.042+00:00", "context": {{"app": {{"version": "1.4.0"}}, "os": {{"name": "linux", "version": "6.18"}}, "library": {{"name": "analytics-python", "version": "2.4.0"}}}}, "userId": null, "type": "track", "event": "cli_command_run", "messageId": "28076acd-a372-4976-861e-{i:012}"}}"#,
            i % 60
        )
        .expect("a String takes everything");
    }
    body.push_str("], \"sentAt\": \"2026-11-22T01:54:59.478131+00:00\", \"writeKey\": \"key\"}");
    body
}

/// Operations of Candor's own SDK with one part each.
fn own_item(i: u64) -> Item {
    let mut record = Record::new(Kind::Operation, "fetch", now().start_of_hour());
    record.outcome = Some(Outcome::Ok);
    record.duration = Some(DurationBucket::of_micros(i * 1000));
    record.environment.version = Some("1.4.0".into());
    record.environment.os = Some("linux".into());
    record.environment.arch = Some("x86_64".into());
    record.environment.ci = Some("none".into());
    record.attributes.push(Attribute { name: "resources".into(), value: Value::Integer(100) });
    let mut part = Record { kind: Kind::Part, name: "collect".into(), ..record.clone() };
    part.parent = Some("fetch".into());
    let sdk = Some(Sdk { name: "candor".into(), version: Some("0.1.0".into()) }.into());
    Item {
        message_id: format!("{i:032x}"),
        anonymous_id: None,
        user_id: None,
        sdk,
        record,
        parts: vec![part],
        durations: Vec::new(),
    }
}

fn benches(criterion: &mut Criterion) {
    let own: Vec<String> = (0..EVENTS).map(|i| encode_item(&own_item(i))).collect();
    let own = encode_batch(own.iter().map(String::as_str), now());
    let mut group = criterion.benchmark_group("segment");
    group.throughput(Throughput::Elements(EVENTS));
    for (name, body) in [("decode foreign", foreign_batch()), ("decode own with one part", own)] {
        let read = || decode(black_box(body.as_bytes()), Endpoint::Batch, now(), &Limits::default());
        assert!(read().is_ok_and(|decoded| decoded.items.iter().all(Result::is_ok)), "{name}: every item is read");
        group
            .bench_function(format!("{name}, {} B an event", body.len() as u64 / EVENTS), |bencher| bencher.iter(read));
    }
    let item = own_item(7);
    group.throughput(Throughput::Elements(1));
    group.bench_function("encode own with one part", |bencher| bencher.iter(|| encode_item(black_box(&item))));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
