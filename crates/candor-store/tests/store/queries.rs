use std::{collections::HashSet, sync::Arc};

use candor_store::{AppendItem, AttributeColumns, Fact, Store};
use candor_wire::{Attribute, DurationBucket, Kind, Outcome, Record, Timestamp, Value};
use datafusion::arrow::{
    array::AsArray,
    datatypes::{DataType, TimeUnit},
    util::pretty::pretty_format_batches,
};

use crate::support::{NOON, append, append_of, names, numbers, open};

async fn append_attribute(store: &Store, project: &str, id: u64, value: Value) {
    let mut record = Record::new(Kind::Operation, "fetch", Timestamp::from_micros(NOON));
    record.attributes = vec![Attribute { name: "size".into(), value }];
    let fact = Fact { columns: AttributeColumns::All, ..Fact::new(record) };
    let mut append = append_of(vec![AppendItem { id, facts: vec![fact] }]);
    append.project = Arc::from(project);
    store.append(append).await.unwrap();
}

#[tokio::test]
async fn every_field_of_a_fact_comes_back_from_memory_and_from_the_table_alike() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let mut record = Record::new(Kind::Operation, "fetch", Timestamp::from_micros(NOON + 1));
    record.parent = Some("parent".into());
    record.outcome = Some(Outcome::Error);
    record.error_class = Some("Timeout".into());
    record.duration = DurationBucket::from_index(700);
    record.count = 3;
    record.environment.version = Some("1.4.0".into());
    record.environment.ci = Some("none".into());
    record.environment.container = Some(true);
    record.attributes = vec![
        Attribute { name: "declared".into(), value: Value::Text("yes".into()) },
        Attribute { name: "other".into(), value: Value::Integer(1) },
    ];
    let fact = Fact {
        installation: Some(-5),
        run: Some(7),
        country: Some("DE".into()),
        region: Some("BE".into()),
        sdk: Some("candor".into()),
        sdk_version: Some("0.1.0".into()),
        columns: AttributeColumns::Declared(Arc::new(HashSet::from_iter(["declared".to_owned()]))),
        ..Fact::new(record)
    };
    store.append(append_of(vec![AppendItem { id: 1, facts: vec![fact] }])).await.unwrap();

    let mut screens = Vec::new();
    for _ in 0..2 {
        let facts = store.session().await.unwrap().table("facts").await.unwrap();
        let field = facts.schema().field_with_unqualified_name("time").unwrap();
        assert_eq!(field.data_type(), &DataType::Timestamp(TimeUnit::Microsecond, None));
        let field = facts.schema().field_with_unqualified_name("text_declared").unwrap();
        assert_eq!(field.data_type(), &DataType::Utf8View);
        let rows = facts.collect().await.unwrap();
        screens.push(pretty_format_batches(&rows).unwrap().to_string());
        store.flush().await.unwrap();
    }
    assert_eq!(store.status().fresh_rows, 0);
    assert_eq!(screens[0], screens[1]);
    for value in [
        "2026-11-22",
        "2026-11-22T00:00:00.000001",
        "Timeout",
        "700",
        "-5",
        "DE",
        "BE",
        "1.4.0",
        "true",
        "yes",
        r#"{"other":1}"#,
    ] {
        assert!(screens[0].contains(value), "{value} in {}", screens[0]);
    }
}

#[tokio::test]
async fn two_projects_may_declare_one_name_with_two_types() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..1)).await;
    append_attribute(&store, "p", 1, Value::Integer(42)).await;
    store.flush().await.unwrap();
    append_attribute(&store, "q", 2, Value::Text("large".into())).await;
    let sql = "SELECT sum(int_size), count(text_size), count(*) FROM facts";
    assert_eq!(numbers(&store.session().await.unwrap(), sql).await, [42, 1, 3]);
    store.flush().await.unwrap();
    append_attribute(&store, "q", 3, Value::Bool(true)).await;
    assert_eq!(numbers(&store.session().await.unwrap(), sql).await, [42, 1, 4]);
    drop(store);
    let store = open(dir.path()).await;
    append_attribute(&store, "p", 4, Value::Integer(8)).await;
    let session = store.session().await.unwrap();
    assert_eq!(numbers(&session, sql).await, [50, 1, 5]);
    // The table on disk has no such column yet.
    assert_eq!(numbers(&session, "SELECT count(*) FROM facts WHERE bool_size").await, [1]);
    assert_eq!(numbers(&session, "SELECT count(*) FROM facts WHERE bool_size IS NULL").await, [4]);
    assert_eq!(numbers(&session, "SELECT count(*) FROM facts WHERE project = 'q' AND NOT bool_size").await, [0]);
}

#[tokio::test]
async fn rows_of_many_days_are_found_by_day() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let items = (0..30).map(|day| {
        let time = Timestamp::from_micros(NOON - day * 86_400_000_000);
        AppendItem { id: day as u64, facts: vec![Fact::new(Record::new(Kind::Count, "n", time))] }
    });
    store.append(append_of(items.collect())).await.unwrap();
    store.flush().await.unwrap();
    let session = store.session().await.unwrap();
    assert_eq!(numbers(&session, "SELECT count(*) FROM facts WHERE day >= DATE '2026-11-20'").await, [3]);
    let plan = session.sql("EXPLAIN SELECT name FROM facts WHERE day = DATE '2026-11-20'").await.unwrap();
    let plan = plan.collect().await.unwrap();
    let text: String = plan
        .iter()
        .flat_map(|batch| batch.column(1).as_string::<i32>().iter().flatten().map(String::from).collect::<Vec<_>>())
        .collect();
    assert_eq!(text.matches(".parquet").count(), 1, "other days' files are not read: {text}");
}
