//! Exports of other products, sent to a real collector.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use datafusion::parquet::arrow::ArrowWriter;
use serde_json::{Value, json};

use crate::candor::{Collector, Place};

/// A day of last week, whenever this runs.
fn day() -> String {
    (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 7)).strftime("%Y-%m-%d").to_string()
}

fn import(place: &Place, collector: &Collector, file: &str, more: &[&str]) -> Value {
    let arguments = ["import", file, "--project", "inventory", "--data", "DATA", "--url", &collector.url, "--json"];
    place.run(&[&arguments, more].concat()).json()
}

fn rows(place: &Place, sql: &str) -> Value {
    place.run(&["sql", sql, "--data", "DATA", "--json"]).json()["rows"].clone()
}

fn message(number: u64, day: &str) -> String {
    json!({
        "type": "track", "event": "fetch", "messageId": format!("m-{number}"), "anonymousId": "a",
        "timestamp": format!("{day}T{:02}:00:00.000Z", number % 24), "sentAt": format!("{day}T23:59:59Z"),
        "properties": {"n": number}, "context": {"app": {"version": "1.2.0"}, "ip": "192.0.2.7"},
    })
    .to_string()
}

#[test]
fn a_segment_archive_is_counted_once_at_its_own_time_however_often_it_is_imported() {
    let (place, day) = (Place::new(), day());
    place.create_project("inventory");
    let collector = place.serve();
    let lines: Vec<String> = (0..1200).map(|number| message(number, &day)).collect();
    place.write(
        "events.ndjson",
        &format!("{}\nnot json\n\n{{\"messageId\": \"m\", \"event\": \"x\"}}\n", lines.join("\n")),
    );
    let told = import(&place, &collector, "events.ndjson", &[]);
    assert_eq!(
        (&told["rows"], &told["sent"], &told["format"]),
        (&1202.into(), &1200.into(), &"segment".into()),
        "{told}"
    );
    let reasons = json!({"not_json": {"rows": 1, "lines": [1201]}, "missing_time": {"rows": 1, "lines": [1203]}});
    assert_eq!(told["reasons"], reasons);

    let again = import(&place, &collector, "events.ndjson", &[]);
    assert_eq!((&again["sent"], &again["rows_before"]), (&1200.into(), &1202.into()), "it was done before");
    assert_eq!(import(&place, &collector, "events.ndjson", &["--restart"])["sent"], 1200);
    // What is written to its end goes too, and only that.
    place.write(
        "events.ndjson",
        &format!(
            "{}\nnot json\n\n{{\"messageId\": \"m\", \"event\": \"x\"}}\n{}\n",
            lines.join("\n"),
            message(5000, &day)
        ),
    );
    let grown = import(&place, &collector, "events.ndjson", &[]);
    assert_eq!((&grown["rows"], &grown["sent"], &grown["rows_before"]), (&1203.into(), &1201.into(), &1202.into()));
    collector.stop("-TERM");
    let counted = rows(&place, "SELECT sum(count) AS n, min(version) AS v, min(CAST(day AS VARCHAR)) AS d FROM facts");
    assert_eq!(counted, json!([{"n": 1201, "v": "1.2.0", "d": day}]));

    let other = place.run(&["import", "events.ndjson", "--project", "other", "--key", "k"]).failed_with(1);
    assert!(other.contains("--restart"), "{other}");
}

#[test]
fn a_posthog_export_is_read_as_csv_and_as_parquet_and_told_by_its_columns() {
    let (place, day) = (Place::new(), day());
    place.create_project("inventory");
    let collector = place.serve();
    let csv = format!(
        "uuid,event,distinct_id,timestamp,properties\n\
         u1,fetch,d,{day} 10:00:00.500000+00:00,\"{{\"\"$app_version\"\": \"\"1.2.0\"\", \"\"n\"\": 1}}\"\n\
         u2,fetch,d,{day} 11:00:00+00:00\n\
         u3,,d,{day} 11:00:00+00:00,\n"
    );
    place.write("events.csv", &csv);
    let told = import(&place, &collector, "events.csv", &[]);
    assert_eq!((&told["sent"], &told["format"]), (&1.into(), &"posthog".into()), "{told}");
    assert_eq!(told["reasons"]["wrong_number_of_fields"]["lines"], json!([3]));
    assert_eq!(told["reasons"]["missing_event"]["lines"], json!([4]));

    let micros = day.parse::<jiff::civil::Date>().unwrap().in_tz("UTC").unwrap().timestamp().as_microsecond();
    let text = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("uuid", text(&["u1", "u4"])),
        ("event", text(&["fetch", "check"])),
        ("distinct_id", text(&["d", "d"])),
        ("timestamp", Arc::new(TimestampMicrosecondArray::from(vec![micros, micros]).with_timezone_utc()) as ArrayRef),
        ("properties", text(&[r#"{"n": 1}"#, r#"{"n": 2}"#])),
    ]);
    let batch = batch.unwrap();
    let file = std::fs::File::create(place.path().join("events.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(import(&place, &collector, "events.parquet", &["--format", "posthog"])["sent"], 2);
    collector.stop("-TERM");
    let counted =
        rows(&place, "SELECT name, sum(count) AS n, max(version) AS v FROM facts GROUP BY name ORDER BY name");
    let expected = json!([{"name": "check", "n": 1, "v": null}, {"name": "fetch", "n": 1, "v": "1.2.0"}]);
    assert_eq!(counted, expected, "u1 came twice and is counted once");
}

#[test]
fn what_cannot_be_imported_is_said_in_a_line() {
    let place = Place::new();
    place.create_project("inventory");
    let import = |file: &str, key: &str, url: &str| {
        place.run(&["import", file, "--project", "inventory", "--key", key, "--url", url]).failed_with(1)
    };
    let collector = place.serve();
    assert!(import("missing.csv", "k", &collector.url).contains("missing.csv"));
    place.write("unknown.ndjson", "{\"what\": 1}\n");
    assert!(import("unknown.ndjson", "k", &collector.url).contains("--format"));
    place.write("events.ndjson", &message(1, &day()));
    assert!(import("events.ndjson", "wrong", &collector.url).contains("401"));
}
