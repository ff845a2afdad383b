//! Rows a second that the journal takes: 64 appenders with batches of 100, as a collector under full load has them.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use candor_store::{Append, AppendError, AppendItem, AttributeColumns, Fact, Store, StoreOptions};
use candor_wire::{Attribute, DurationBucket, Environment, Kind, Outcome, Record, Timestamp, Value};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const APPENDERS: u64 = 64;
const BATCH: u64 = 100;

/// A usual operation: 1,000 installations, eight environment columns, two declared attributes.
fn fact(number: u64) -> Fact {
    let mut record = Record::new(Kind::Operation, "fetch", Timestamp::from_micros(1_795_305_600_000_000));
    record.outcome = Some(Outcome::Ok);
    record.duration = Some(DurationBucket::of_micros(number * 37 % 10_000_000));
    let text = |text: &str| Some(text.to_owned());
    record.environment = Environment {
        version: text("1.4.0"),
        commit: text("5f0c9e1"),
        built: text("2026-11-20"),
        channel: text("cargo"),
        os: text("linux"),
        os_version: text("12"),
        arch: text("x86_64"),
        ci: text("none"),
        container: Some(false),
        agent: text("none"),
        ..Environment::default()
    }
    .into();
    record.attributes = vec![
        Attribute { name: "resources".into(), value: Value::Integer(number as i64) },
        Attribute { name: "provider".into(), value: Value::Text("processes".into()) },
    ];
    let mut fact = Fact::new(record);
    fact.installation = Some((number % 1000) as i64);
    fact.sdk = Some("candor".into());
    fact.sdk_version = Some("0.1.0".into());
    fact.columns = AttributeColumns::All;
    fact
}

fn batch(next: &AtomicU64) -> Append {
    let first = next.fetch_add(BATCH, Ordering::Relaxed);
    // An odd factor makes every number another 64-bit id, spread like a hash.
    let item = |number: u64| AppendItem { id: number.wrapping_mul(0x9E37_79B9_7F4A_7C15), facts: vec![fact(number)] };
    Append {
        project: Arc::from("inventory"),
        received: Timestamp::from_micros(1_795_305_600_000_000),
        items: (first..first + BATCH).map(item).collect(),
    }
}

fn append(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(runtime.block_on(Store::open(dir.path(), StoreOptions::default())).unwrap());
    let next = Arc::new(AtomicU64::new(1));

    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(APPENDERS * BATCH)).sample_size(20).measurement_time(Duration::from_secs(10));
    group.bench_function("64 appenders, batches of 100", |bencher| {
        bencher.iter_custom(|iterations| {
            // Made before the clock starts: a server's decoder is measured elsewhere.
            let batches: Vec<Vec<Append>> =
                (0..APPENDERS).map(|_| (0..iterations).map(|_| batch(&next)).collect()).collect();
            let start = Instant::now();
            runtime.block_on(async {
                let tasks: Vec<_> = batches
                    .into_iter()
                    .map(|batches| {
                        let store = store.clone();
                        tokio::spawn(async move {
                            for batch in batches {
                                while let Err(error) = store.append(batch.clone()).await {
                                    assert!(matches!(error, AppendError::Overloaded { .. }), "{error}");
                                    tokio::time::sleep(Duration::from_millis(10)).await;
                                }
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
            start.elapsed()
        });
    });
    group.finish();
    black_box(store.status());
}

criterion_group!(benches, append);
criterion_main!(benches);
