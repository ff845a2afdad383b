//! Data points.

use candor_wire::{
    Kind, Limits, Timestamp,
    otlp::{Encoding, Signal, Total, decode},
};

use super::{NANOS, RECEIVED, attributes, fates, metrics, texts};

const DELTA: u8 = 1;

fn counter(temporality: u8, points: &str) -> String {
    let sum = format!(r#"{{"aggregationTemporality":{temporality},"isMonotonic":true,"dataPoints":[{points}]}}"#);
    format!(r#"{{"name":"cli.runs","sum":{sum}}}"#)
}

fn point(value: &str) -> String {
    let said = attributes(&[("command", "sync")]);
    format!(r#"{{"startTimeUnixNano":"1","timeUnixNano":"{NANOS}","attributes":{said},{value}}}"#)
}

#[test]
fn a_counter_that_says_what_was_added_is_a_count() {
    let items = metrics(&[counter(DELTA, &[r#""asInt":"5""#, r#""asDouble":2"#, r#""asInt":0"#].map(point).join(","))]);
    let counts: Vec<_> = items.iter().flatten().map(|item| item.record.count).collect();
    assert_eq!(counts, [5, 2, 0]);
    let item = items[0].as_ref().unwrap();
    assert_eq!((item.record.kind, item.record.name.as_str()), (Kind::Count, "cli.runs"));
    assert_eq!(texts(item), [("command", "Text(\"sync\")".into())]);
    assert_eq!(item.record.time.micros(), (NANOS / 1000) as i64);
}

/// The totals of these metrics, and the fates of their items.
fn totals(metrics: &[String]) -> (Vec<(usize, Total)>, Vec<&'static str>) {
    totals_of(&format!(r#"{{"scopeMetrics":[{{"scope":{{"name":"tool"}},"metrics":[{}]}}]}}"#, metrics.join(",")))
}

fn totals_of(resource: &str) -> (Vec<(usize, Total)>, Vec<&'static str>) {
    let body = format!(r#"{{"resourceMetrics":[{resource}]}}"#);
    let received = Timestamp::parse(RECEIVED).unwrap();
    let decoded = decode(body.as_bytes(), Signal::Metrics, Encoding::Json, received, &Limits::default()).unwrap();
    assert!(decoded.totals.iter().all(|(place, _)| decoded.items[*place].as_ref().unwrap().record.count == 0));
    (decoded.totals, fates(&decoded.items))
}

#[test]
fn a_total_is_told_beside_its_item_and_knows_its_counter() {
    let five = point(r#""asInt":"5""#);
    let (said, fates) = totals(&[counter(1, &five), counter(2, &[five.clone(), point(r#""asDouble":7"#)].join(","))]);
    assert_eq!(fates, ["kept"; 3]);
    let values: Vec<_> = said.iter().map(|(place, total)| (*place, total.value)).collect();
    assert_eq!(values, [(1, 5), (2, 7)]);
    assert_eq!(said[0].1.stream, said[1].1.stream, "one counter, twice");

    let stream = |resource: &str| totals_of(resource).0.remove(0).1.stream;
    let whole = format!(
        r#"{{"resource":{{"attributes":{}}},"scopeMetrics":[{{"scope":{{"name":"tool","version":"1"}},"metrics":[{}]}}]}}"#,
        attributes(&[("service.name", "tool"), ("process.pid", "7")]),
        counter(2, &point(r#""asInt":"5""#)),
    );
    let turned = attributes(&[("process.pid", "7"), ("service.name", "tool")]);
    let same = whole.replace(&attributes(&[("service.name", "tool"), ("process.pid", "7")]), &turned);
    assert_eq!(
        stream(&whole),
        stream(&same.replace(r#""5""#, r#""6""#).replace(&NANOS.to_string(), &(NANOS - 1).to_string()))
    );
    for (part, other) in [
        (r#""7""#, r#""8""#),
        (r#""name":"tool","#, r#""name":"other","#),
        (r#""version":"1""#, r#""version":"2""#),
        ("cli.runs", "cli.jobs"),
        ("sync", "fetch"),
        (r#""startTimeUnixNano":"1""#, r#""startTimeUnixNano":"2""#),
    ] {
        assert_ne!(stream(&whole), stream(&whole.replace(part, other)), "{part}");
    }
}

#[test]
fn a_total_since_nobody_knows_when_is_none() {
    let since = point(r#""asInt":"5""#).replace(r#""startTimeUnixNano":"1","#, "");
    let negative = point(r#""asInt":"-5""#);
    let (said, fates) = totals(&[counter(2, &[since, negative, point(r#""asDouble":1e30"#)].join(","))]);
    assert_eq!((said.len(), fates), (0, vec!["cumulative_temporality", "not_kept", "not_kept"]));
}

#[test]
fn what_goes_up_and_down_is_no_count() {
    let five = point(r#""asInt":"5""#);
    let up_and_down = counter(DELTA, &five).replace("true", "false");
    let gauge = format!(r#"{{"name":"memory","gauge":{{"dataPoints":[{five},{five}]}}}}"#);
    let histogram = gauge.replace("gauge", "histogram");
    let summary = gauge.replace("gauge", "summary");
    let exponential = gauge.replace("gauge", "exponentialHistogram");
    for other in [up_and_down, gauge, histogram, summary, exponential, counter(0, &five)] {
        let items = metrics(std::slice::from_ref(&other));
        assert!(!items.is_empty() && fates(&items).iter().all(|fate| *fate == "not_kept"), "{other}");
    }
}

#[test]
fn what_is_no_whole_number_is_no_count() {
    for value in [
        r#""asInt":"-1""#,
        r#""asDouble":0.5"#,
        r#""asDouble":-1.0"#,
        r#""asInt":"x""#,
        r#""flags":1"#,
        r#""asDouble":1e30"#,
    ] {
        assert_eq!(fates(&metrics(&[counter(DELTA, &point(value))])), ["not_kept"], "{value}");
    }
    let nameless = counter(DELTA, &point(r#""asInt":1"#)).replace("cli.runs", "");
    assert_eq!(fates(&metrics(&[nameless])), ["missing_event"]);
}

#[test]
fn a_retry_has_the_same_ids_and_another_interval_has_others() {
    let id = |point: &str| metrics(&[counter(DELTA, point)])[0].as_ref().unwrap().message_id.clone();
    let one = point(r#""asInt":1"#);
    assert_eq!(id(&one), id(&one));
    for other in [point(r#""asInt":2"#), one.replace("\"1\"", "\"2\""), one.replace("sync", "fetch")] {
        assert_ne!(id(&one), id(&other), "{other}");
    }
}
