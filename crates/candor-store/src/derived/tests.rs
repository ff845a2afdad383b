#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use candor_wire::{Attribute, DurationBucket, Kind, Outcome, Record, Timestamp, Value};
use datafusion::{
    arrow::{
        array::RecordBatch,
        util::display::{ArrayFormatter, FormatOptions},
    },
    datasource::MemTable,
    prelude::SessionContext,
};

use super::*;
use crate::{
    AttributeColumns, Fact,
    facts::{FactsBuilder, base_schema, take_apart},
};

/// 2026-11-22T00:00:00Z
const MIDNIGHT: i64 = 1_795_305_600_000_000;

fn fact(kind: Kind, name: &str, version: &str, micros: u64, count: u64) -> Fact {
    let mut record = Record::new(kind, name, Timestamp::from_micros(MIDNIGHT + i64::try_from(micros).unwrap()));
    record.outcome = Some(Outcome::Ok);
    record.duration = Some(DurationBucket::of(std::time::Duration::from_micros(micros)));
    record.count = count;
    record.environment.version = Some(version.to_owned());
    Fact { columns: AttributeColumns::All, ..Fact::new(record) }
}

fn with(mut fact: Fact, name: &str, value: Value) -> Fact {
    fact.record.attributes.push(Attribute { name: name.to_owned(), value });
    fact
}

fn batch(facts: &[Fact]) -> RecordBatch {
    let mut builder = FactsBuilder::new(&base_schema(), 10);
    for (item, fact) in facts.iter().enumerate() {
        builder.push("p", item as u64, fact);
    }
    take_apart(&builder.finish().unwrap()).unwrap().facts
}

/// The rows that a query over a derived table answers, values apart by a space and `-` where there is none.
async fn ask(derived: &Derived, facts: &[RecordBatch], sql: &str) -> Vec<String> {
    let rows = derive(derived, &Coded::of(facts).unwrap()).await.unwrap();
    let context = SessionContext::new();
    let schema = rows.first().map_or_else(derived.definition.columns, |batch| batch.schema());
    context.register_table("t", Arc::new(MemTable::try_new(schema, vec![rows]).unwrap())).unwrap();
    let options = FormatOptions::new().with_null("-");
    let mut lines = Vec::new();
    for batch in context.sql(sql).await.unwrap().collect().await.unwrap() {
        let columns: Vec<_> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        let line = |row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" ");
        lines.extend((0..batch.num_rows()).map(line));
    }
    lines
}

#[tokio::test]
async fn every_fact_is_in_every_grain_once_and_in_that_of_an_attribute_if_it_has_it() {
    let facts = [
        batch(&[
            fact(Kind::Operation, "fetch", "1.0.0", 10, 1),
            with(fact(Kind::Operation, "fetch", "1.0.0", 10, 1), "backend", Value::Text("sqlite".into())),
        ]),
        batch(&[with(fact(Kind::Operation, "fetch", "1.1.0", 20, 5), "backend", Value::Text("sqlite".into()))]),
    ];
    let sql = "SELECT grain, count(*) AS rows, sum(count) AS count FROM t GROUP BY grain ORDER BY grain";
    assert_eq!(
        ask(&DERIVED[0], &facts, sql).await,
        [
            "channel 1 7",
            "client 1 7",
            "durations 2 7",
            "events 1 7",
            "place 1 7",
            "platform 1 7",
            "release 2 7",
            "setting 1 7",
            "text_backend 1 6",
        ]
    );
    let sql = "SELECT version, duration_bucket, text_backend, count FROM t WHERE grain IN ('release', 'text_backend') ORDER BY 1, 2, 3";
    assert_eq!(ask(&DERIVED[0], &facts, sql).await, ["1.0.0 - - 2", "1.1.0 - - 5", "- - sqlite 6"]);
}

#[tokio::test]
async fn which_operation_or_part_it_was_is_known_beside_outcomes_and_durations_alone() {
    let part = |micros| {
        let mut part = fact(Kind::Part, "read", "1.0.0", micros, 1);
        part.record.parent = Some("fetch".to_owned());
        part
    };
    let facts =
        [batch(&[part(1000), part(1010), with(fact(Kind::Count, "pages", "1.0.0", 0, 3), "bytes", Value::Integer(5))])];
    let sql = "SELECT grain, kind, name, parent, outcome, duration_bucket, count FROM t
        WHERE grain NOT IN ('channel', 'client', 'place', 'platform', 'setting') ORDER BY grain, kind";
    assert_eq!(
        ask(&DERIVED[0], &facts, sql).await,
        [
            "durations count pages - - 0 3",
            "durations part read fetch - 316 2",
            "events count pages - ok - 3",
            "events part read fetch ok - 2",
            "release count pages - ok - 3",
            "release part  - ok - 2",
        ],
        "and numbers are no grain"
    );
}

#[tokio::test]
async fn installations_are_there_once_a_day_and_version_with_what_they_ran() {
    let of = |installation, mut fact: Fact| {
        fact.installation = Some(installation);
        fact
    };
    let facts = [batch(&[
        of(1, fact(Kind::Operation, "fetch", "1.0.0", 10, 2)),
        of(1, fact(Kind::Operation, "policy", "1.0.0", 10, 1)),
        of(1, fact(Kind::Count, "pages", "1.0.0", 10, 100)),
        of(1, fact(Kind::Operation, "fetch", "1.1.0", 10, 1)),
        of(2, fact(Kind::Count, "pages", "1.0.0", 10, 7)),
        fact(Kind::Operation, "fetch", "1.0.0", 10, 1),
    ])];
    let sql = "SELECT day, installation, version, runs FROM t ORDER BY 2, 3";
    assert_eq!(
        ask(&DERIVED[2], &facts, sql).await,
        ["2026-11-22 1 1.0.0 3", "2026-11-22 1 1.1.0 1", "2026-11-22 2 1.0.0 0"]
    );
}

#[tokio::test]
async fn an_active_record_is_a_count_of_flags_or_the_cells_of_a_sketch() {
    let active = || {
        let mut fact = fact(Kind::Active, "active", "1.0.0", 0, 1);
        (fact.record.outcome, fact.record.duration) = (None, None);
        fact
    };
    let flags = |week, weeks| with(with(active(), "first_of_week", Value::Bool(week)), "weeks", Value::Integer(weeks));
    let sketch = |cell, rank| {
        let fact = with(active(), "sketch_bits", Value::Integer(6));
        with(with(fact, "day_cell", Value::Integer(cell)), "day_rank", Value::Integer(rank))
    };
    let facts = [
        batch(&[flags(true, 0), flags(true, 0), flags(false, 3)]),
        batch(&[sketch(9, 2), sketch(9, 4), sketch(10, 1), fact(Kind::Operation, "fetch", "1.0.0", 10, 1)]),
    ];
    let sql =
        "SELECT version, first_of_week, weeks, sketch, bits, cell, rank, count FROM t ORDER BY sketch, weeks, cell";
    assert_eq!(
        ask(&DERIVED[1], &facts, sql).await,
        ["1.0.0 - - day 6 9 4 2", "1.0.0 - - day 6 10 1 1", "1.0.0 true 0 - - - - 2", "1.0.0 false 3 - - - - 1"]
    );
}
