//! Data points.

use candor_wire::Kind;

use super::{NANOS, attributes, fates, metrics, texts};

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

#[test]
fn a_total_is_no_count_and_neither_is_what_goes_up_and_down() {
    let five = point(r#""asInt":"5""#);
    assert_eq!(fates(&metrics(&[counter(2, &format!("{five},{five}"))])), ["cumulative_temporality"; 2]);
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
