use std::{collections::HashSet, sync::Arc};

use candor_wire::{Attribute, Kind, Record, Timestamp, Value};
use datafusion::arrow::{
    array::{Array, AsArray},
    datatypes::{DataType, Int64Type, TimeUnit},
};

use super::*;
use crate::{AttributeColumns, Fact};

fn fact(attributes: &[(&str, Value)], columns: AttributeColumns) -> Fact {
    let mut record = Record::new(Kind::Operation, "fetch", Timestamp::from_micros(-1));
    record.attributes =
        attributes.iter().map(|(name, value)| Attribute { name: (*name).to_owned(), value: value.clone() }).collect();
    Fact { columns, ..Fact::new(record) }
}

fn json(batch: &RecordBatch, row: usize) -> Option<&str> {
    let column = batch.column_by_name("attributes").expect("it is a base column").as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

#[test]
fn declared_attributes_become_typed_columns_and_the_rest_becomes_json() {
    let mut builder = FactsBuilder::new(&base_schema(), 400);
    let declared = AttributeColumns::Declared(Arc::new(HashSet::from_iter(["n".to_owned(), "ratio".to_owned()])));
    builder.push("p", 1, &fact(&[], AttributeColumns::All));
    let attributes = [("n", Value::Integer(7)), ("other", Value::Text("a\"b".into())), ("ratio", Value::Float(0.5))];
    builder.push("p", 2, &fact(&attributes, declared));
    builder.push("p", 3, &fact(&[("n", Value::Text("seven".into()))], AttributeColumns::All));
    let Apart { facts: batch, ids, crashes } = take_apart(&builder.finish().expect("it fits")).expect("it has ids");
    assert!(crashes.is_none());

    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(json(&batch, 0), None);
    assert_eq!(json(&batch, 1), Some(r#"{"other":"a\"b","ratio":0.5}"#));
    let integers = batch.column_by_name("int_n").expect("declared").as_primitive::<Int64Type>();
    assert_eq!(integers.iter().collect::<Vec<_>>(), [None, Some(7), None]);
    let texts = batch.column_by_name("text_n").expect("the other type").as_string::<i32>();
    assert_eq!(texts.iter().collect::<Vec<_>>(), [None, None, Some("seven")]);
}

#[test]
fn of_two_attributes_of_one_name_the_first_holds() {
    let mut builder = FactsBuilder::new(&base_schema(), 400);
    builder.push("p", 1, &fact(&[("n", Value::Integer(1)), ("n", Value::Integer(2))], AttributeColumns::All));
    let batch = builder.finish().expect("it fits");
    assert_eq!(batch.column_by_name("int_n").expect("declared").as_primitive::<Int64Type>().values(), &[1]);
}

#[test]
fn columns_beyond_the_bound_and_names_that_cannot_be_columns_become_json() {
    let mut builder = FactsBuilder::new(&base_schema(), 1);
    let attributes = [("A", Value::Bool(true)), ("b", Value::Bool(true)), ("c", Value::Bool(false))];
    builder.push("p", 1, &fact(&attributes, AttributeColumns::All));
    let batch = builder.finish().expect("it fits");
    assert_eq!(json(&batch, 0), Some(r#"{"A":true,"c":false}"#));
    assert!(batch.column_by_name("bool_b").is_some());
    assert!(batch.column_by_name("bool_c").is_none());
}

#[test]
fn a_column_stays_once_it_was_there() {
    let mut builder = FactsBuilder::new(&base_schema(), 400);
    builder.push("p", 1, &fact(&[("n", Value::Integer(1))], AttributeColumns::All));
    let first = builder.finish().expect("it fits");
    builder.push("p", 2, &fact(&[], AttributeColumns::All));
    let second = builder.finish().expect("it fits");
    assert_eq!(first.schema(), second.schema());
    assert_eq!(second.column_by_name("int_n").expect("declared").null_count(), 1);
}

#[test]
fn a_time_before_1970_lies_in_its_own_day() {
    let mut builder = FactsBuilder::new(&base_schema(), 400);
    builder.push("p", 1, &fact(&[], AttributeColumns::None));
    let batch = builder.finish().expect("it fits");
    let days = batch.column_by_name("day").expect("base").as_primitive::<datafusion::arrow::datatypes::Date32Type>();
    assert_eq!(days.values(), &[-1]);
}

/// Names and types in the table that follows this heading of docs/storage.md.
fn documented(heading: &str) -> Vec<(&'static str, String)> {
    let page = include_str!("../../../../docs/storage.md");
    let table = page.split(heading).nth(1).expect("the page has the table");
    let table = table.split("\n#").next().expect("something follows");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let name = cells.next().unwrap_or_default().trim_end_matches('`');
        (name, cells.next().unwrap_or_default().to_owned())
    })
    .collect()
}

/// Names and types as the page writes them.
fn columns(schema: &Schema) -> Vec<(&str, String)> {
    let column = |field: &'_ Arc<datafusion::arrow::datatypes::Field>| {
        let name = match field.data_type() {
            DataType::Utf8 => "string",
            DataType::Date32 => "date",
            DataType::Timestamp(TimeUnit::Microsecond, None) => "timestamp_ntz",
            DataType::Int16 => "short",
            DataType::Int64 => "long",
            DataType::Boolean => "boolean",
            other => panic!("{other} has no name in the page"),
        };
        if field.is_nullable() { name.to_owned() } else { format!("{name}, never null") }
    };
    schema.fields().iter().map(|field| (field.name().as_str(), column(field))).collect()
}

#[test]
fn the_documented_columns_are_the_columns() {
    assert_eq!(documented("### Columns of `facts`"), columns(&base_schema()));
}

#[test]
fn the_documented_columns_of_crashes_are_those_that_facts_does_not_have() {
    let schema = crashes_schema();
    let (facts, crashes) = (base_schema(), columns(&schema));
    let own: Vec<_> = crashes.iter().filter(|(name, _)| facts.index_of(name).is_err()).cloned().collect();
    assert_eq!(documented("## Table `crashes`"), own);
    for field in facts.fields().iter().filter(|field| schema.index_of(field.name()).is_err()) {
        let page = include_str!("../../../../docs/storage.md").split("## Table `crashes`").nth(1).expect("a section");
        assert!(page.contains(&format!("`{}`", field.name())), "{} is said to be left out", field.name());
    }
}
