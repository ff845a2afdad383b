//! Candor's own items: what is written is what is read.

use candor_wire::{
    Attribute, Dropped, DurationBucket, Environment, Kind, Limits, Outcome, Record, Timestamp, Value,
    segment::{Endpoint, Item, Sdk, decode, encode_batch, encode_item, is_reserved},
};
use proptest::{collection::vec, option, prelude::*};

use super::{item, read, received};

fn text() -> impl Strategy<Value = String> {
    "\\PC{1,20}|[a-z_.]{1,12}|[\u{0}-\u{20}\"\\\\é😀]{1,8}"
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        // Fractions of few digits: JSON readers agree on them to the last bit.
        (any::<i32>(), 1..=4).prop_map(|(digits, places)| Value::Float(f64::from(digits) / 10f64.powi(places))),
        ".{0,30}".prop_map(Value::Text),
        Just(Value::Json(r#"{"a":[1,null,-2.5,"\"x",[]],"b":{}}"#.to_owned())),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    vec((text(), value()), 0..6).prop_map(|pairs| {
        let mut attributes: Vec<Attribute> = Vec::new();
        for (name, value) in pairs {
            if !is_reserved(&name) && attributes.iter().all(|attribute| attribute.name != name) {
                attributes.push(Attribute { name, value });
            }
        }
        attributes
    })
}

fn environment() -> impl Strategy<Value = Environment> {
    let truth = || option::of(any::<bool>());
    (vec(option::of(text()), 10), truth(), truth(), option::of("[0-9a-f]{16}")).prop_map(
        |(mut texts, container, interactive, database)| {
            let mut next = || texts.pop().flatten();
            Environment {
                version: next(),
                commit: next(),
                built: next(),
                channel: next(),
                os: next(),
                os_version: next(),
                arch: next(),
                runtime: next(),
                ci: next(),
                container,
                interactive,
                agent: next(),
                database,
            }
        },
    )
}

fn bucket() -> impl Strategy<Value = DurationBucket> {
    (0..=DurationBucket::MAX.index()).prop_map(|index| DurationBucket::from_index(index).unwrap())
}

/// A record but for its environment: outcome, class, duration, count, attributes.
fn record(kind: Kind) -> impl Strategy<Value = Record> {
    let counts = prop_oneof![Just(1), 0u64..=1_000_000_000_000];
    let durations = option::of(bucket());
    let outcomes = option::of(prop::sample::select(Outcome::ALL));
    (text(), counts, durations, outcomes, option::of(".{0,20}"), attributes()).prop_map(
        move |(name, count, duration, outcome, error_class, attributes)| Record {
            count,
            duration,
            outcome,
            error_class,
            attributes,
            ..Record::new(kind, name, Timestamp::from_micros(0))
        },
    )
}

fn any_item() -> impl Strategy<Value = Item> {
    let record = prop::sample::select(Kind::ALL).prop_flat_map(record);
    let durations = vec((bucket(), 1u64..1_000_000_000), 0..6);
    let hundred_days = 100 * 86_400_000_000i64;
    let sdk = option::of((text(), option::of(text())).prop_map(|(name, version)| Sdk { name, version }.into()));
    (
        (text(), option::of(text()), option::of(text()), sdk),
        (record, durations, vec(record_of_part(), 0..4), environment(), option::of(".{0,20}"), 0..hundred_days),
    )
        .prop_map(
            |(
                (message_id, anonymous_id, user_id, sdk),
                (mut record, durations, mut parts, environment, parent, age),
            )| {
                record.environment = environment.into();
                record.parent = parent;
                if record.kind == Kind::Part {
                    record.parent = Some(record.parent.unwrap_or_default() + "fetch");
                    parts.clear();
                }
                if !durations.is_empty() {
                    record.duration = None;
                    record.count = durations.iter().map(|(_, count)| count).sum();
                }
                record.time = Timestamp::from_micros(received().micros() - age);
                for part in &mut parts {
                    part.parent = Some(record.name.clone());
                    part.environment = record.environment.clone();
                    part.time = record.time;
                }
                Item { message_id, anonymous_id, user_id, sdk, record, parts, durations }
            },
        )
}

fn record_of_part() -> impl Strategy<Value = Record> {
    record(Kind::Part)
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(items in vec(any_item(), 0..4)) {
        let encoded: Vec<String> = items.iter().map(encode_item).collect();
        let body = encode_batch(encoded.iter().map(String::as_str), received());
        let decoded = read(&body, Endpoint::Batch).unwrap();
        let expected: Vec<_> = items.into_iter().map(Ok).collect();
        prop_assert_eq!(decoded.items, expected);
    }

    #[test]
    fn a_body_cut_off_anywhere_is_refused_as_truncated(sent in any_item(), at in any::<prop::sample::Index>()) {
        let encoded = encode_item(&sent);
        let body = encode_batch([encoded.as_str()], received());
        let end = at.index(body.len());
        let error = decode(&body.as_bytes()[..end], Endpoint::Batch, received(), &Limits::default()).unwrap_err();
        prop_assert!(["truncated", "invalid_utf8"].contains(&error.code()), "{error:?} at {end} of {body}");
    }
}

fn own(candor: &str, properties: &str) -> String {
    format!(
        r#"{{"type":"track","messageId":"m","event":"fetch","properties":{{{properties}}},"context":{{"candor":{candor}}}}}"#
    )
}

#[test]
fn a_later_format_and_an_unknown_kind_are_dropped_with_their_reason() {
    let operation = r#"{"format":1,"kind":"operation"}"#;
    assert_eq!(item(&own(operation, "")).unwrap().record.kind, Kind::Operation);
    assert_eq!(item(&own(r#"{"format":2,"kind":"operation"}"#, "")), Err(Dropped::UnknownFormat));
    assert_eq!(item(&own(r#"{"format":1,"kind":"feeling"}"#, "")), Err(Dropped::UnknownKind));
    assert_eq!(item(&own(r#"{"format":1}"#, "")), Err(Dropped::UnknownKind));
}

#[test]
fn a_word_of_the_wrong_shape_drops_its_item() {
    let operation = r#"{"format":1,"kind":"operation"}"#;
    for words in [
        r#""outcome":"great""#,
        r#""outcome":true"#,
        r#""duration_ms":-1"#,
        r#""duration_ms":"1""#,
        r#""count":-1"#,
        r#""count":1.5"#,
        r#""count":1000000000001"#,
        r#""count":99999999999999999999"#,
        r#""parent":1"#,
        r#""name":"x""#,
        r#""parts":{}"#,
        r#""parts":[1]"#,
        r#""parts":[{}]"#,
        r#""parts":[{"name":""}]"#,
        r#""parts":[{"name":"a","parent":"b"}]"#,
        r#""parts":[{"name":"a","parts":[]}]"#,
        r#""parts":[{"name":"a","count":1,"durations":[[1,1]]}]"#,
        r#""durations":5"#,
        r#""durations":[]"#,
        r#""durations":[1,1]"#,
        r#""durations":[[1]]"#,
        r#""durations":[[1,1,1]]"#,
        r#""durations":[["1",1]]"#,
        r#""durations":[[-1,1]]"#,
        r#""durations":[[1,-1]]"#,
        r#""durations":[[1,1.5]]"#,
        r#""durations":[[1,0],[2,1]]"#,
        r#""durations":[[1,2]]"#,
        r#""durations":[[1,1]],"duration_ms":1"#,
        r#""durations":[[1,18446744073709551615],[1,2]]"#,
    ] {
        assert_eq!(item(&own(operation, words)), Err(Dropped::MalformedWord), "{words}");
    }
}

#[test]
fn a_sum_has_the_durations_that_its_count_says_and_no_more_pairs_than_there_are_buckets() {
    let operation = r#"{"format":1,"kind":"operation"}"#;
    let sum = |pairs: &str, count: usize| item(&own(operation, &format!(r#""count":{count},"durations":[{pairs}]"#)));
    let spread = sum("[1234.567,3],[800,1]", 4).unwrap();
    let bucket = DurationBucket::of_micros;
    assert_eq!(spread.durations, [(bucket(1_234_567), 3), (bucket(800_000), 1)]);
    assert_eq!((spread.record.count, spread.record.duration), (4, None));
    assert_eq!(sum("[1234.567,3],[800,1]", 5), Err(Dropped::MalformedWord));
    let pairs = |count| vec!["[1,1]"; count].join(",");
    assert_eq!(sum(&pairs(3776), 3776).unwrap().durations.len(), DurationBucket::COUNT);
    assert_eq!(sum(&pairs(3777), 3777), Err(Dropped::MalformedWord));
}

#[test]
fn a_part_travels_alone_where_it_names_its_operation() {
    let part = |words: &str| item(&own(r#"{"format":1,"kind":"part"}"#, words));
    let alone = part(r#""parent":"fetch","count":2,"durations":[[1,2]]"#).unwrap();
    assert_eq!((alone.record.kind, alone.record.parent.as_deref()), (Kind::Part, Some("fetch")));
    assert_eq!(alone.durations.len(), 1);
    assert_eq!(part(""), Err(Dropped::MalformedWord));
    assert_eq!(part(r#""parent":"""#), Err(Dropped::MalformedWord));
    assert_eq!(part(r#""parent":"fetch","parts":[{"name":"a"}]"#), Err(Dropped::MalformedWord));
}

#[test]
fn a_database_is_a_hash_of_64_bits_or_is_not_taken() {
    let database = |value: &str| {
        let json = format!(r#"{{"type":"track","event":"e","context":{{"interactive":true,"database":{value}}}}}"#);
        let environment = item(&json).unwrap().record.environment;
        assert_eq!(environment.interactive, Some(true));
        environment.database.clone()
    };
    assert_eq!(database(r#""00c0ffee00c0ffee""#).as_deref(), Some("00c0ffee00c0ffee"));
    for other in [r#""00C0FFEE00C0FFEE""#, r#""c0ffee""#, r#""inventory@db.local""#, "{}", "1.5"] {
        assert_eq!(database(other), None, "{other}");
    }
}

#[test]
fn the_context_of_the_batch_completes_its_items_but_never_overrides_them() {
    let body = r#"{
        "context": {"candor": {"format": 1, "kind": "count"}, "app": {"version": "1.0", "commit": "c"}, "ci": "none",
                    "os": {"name": "linux"}, "container": true, "library": {"name": "candor"}},
        "batch": [
            {"type": "track", "event": "a", "context": {"app": {"version": "2.0"}, "container": false}},
            {"type": "track", "event": "b", "context": {"candor": {"format": 1, "kind": "component"}, "library": {"name": "x"}}}
        ]
    }"#;
    let items = read(body, Endpoint::Batch).unwrap().items;
    let (a, b) = (items[0].clone().unwrap(), items[1].clone().unwrap());
    let environment = &a.record.environment;
    assert_eq!((environment.version.as_deref(), environment.commit.as_deref()), (Some("2.0"), Some("c")));
    assert_eq!((environment.container, environment.ci.as_deref()), (Some(false), Some("none")));
    assert_eq!((a.record.kind, b.record.kind), (Kind::Count, Kind::Component));
    assert_eq!((&*a.sdk.unwrap().name, &*b.sdk.unwrap().name), ("candor", "x"));
}
