//! Sums of rows beside the rows.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{DictionaryArray, StringViewArray},
        datatypes::{DataType, Field, Int32Type, Schema},
    },
    logical_expr::Operator,
    physical_expr::expressions::{binary, col, lit},
};

use super::{condition::Condition, key::Column, *};

fn columns(texts: usize) -> SchemaRef {
    let texts = (0..texts).map(|number| Field::new(format!("text{number}"), DataType::Utf8View, true));
    Arc::new(Schema::new(texts.chain([Field::new(COUNT, DataType::Int64, false)]).collect::<Vec<_>>()))
}

/// Rows of which each column has `different` texts and null, in another order than the others.
fn rows(texts: usize, rows: usize, different: usize, first: usize) -> Vec<Column> {
    let text = |column: usize, row: usize| match (row * (column + 1)) % (different + 1) {
        0 => None,
        number => Some(format!("{}", first + number)),
    };
    let column = |column| -> DictionaryArray<Int32Type> {
        let texts: Vec<_> = (0..rows).map(|row| text(column, row)).collect();
        texts.iter().map(Option::as_deref).collect()
    };
    let counts = Column::Values(Arc::new(Int64Array::from_iter_values((0..rows as i64).map(|row| row % 3 + 1))));
    (0..texts).map(|number| Column::Values(Arc::new(column(number)) as _)).chain([counts]).collect()
}

/// The sum of each combination of texts.
fn sums(batches: &[RecordBatch]) -> BTreeMap<Vec<Option<String>>, i64> {
    let mut sums = BTreeMap::new();
    for batch in batches {
        let (counts, texts) = batch.columns().split_last().unwrap();
        let texts: Vec<&StringViewArray> = texts.iter().map(|texts| texts.as_string_view()).collect();
        for (row, count) in counts.as_primitive::<Int64Type>().values().iter().enumerate() {
            let text = |texts: &&StringViewArray| texts.iter().nth(row).unwrap().map(str::to_owned);
            *sums.entry(texts.iter().map(text).collect()).or_default() += count;
        }
    }
    sums
}

fn tallied(mut tally: Tally, all: &[Vec<Column>]) -> Vec<RecordBatch> {
    let mut batches = Vec::new();
    for columns in all {
        let Column::Values(counts) = columns.last().unwrap() else { unreachable!() };
        tally.add(columns, counts.len(), |sums| batches.push(sums)).unwrap();
    }
    batches.extend(tally.take().unwrap());
    batches
}

fn plain(schema: &SchemaRef, all: &[Vec<Column>]) -> Vec<RecordBatch> {
    let keys = Tally::of(schema).unwrap().keys;
    let batch = |columns: &Vec<Column>| {
        let plain = keys.iter().zip(columns).map(|(key, column)| key.plain(column, 0).unwrap());
        RecordBatch::try_new(schema.clone(), plain.collect()).unwrap()
    };
    all.iter().map(batch).collect()
}

#[test]
fn the_sums_are_those_of_the_rows_however_many_values_there_are() {
    for (texts, different, is_added_up) in [(1, 3, true), (4, 5, true), (4, 90, true), (9, 200, false)] {
        let schema = columns(texts);
        // Each group of rows has texts that the one before did not have.
        let all: Vec<_> = (0..3).map(|group| rows(texts, 900, different, group * 7)).collect();
        let batches = tallied(Tally::of(&schema).unwrap(), &all);
        assert_eq!(sums(&batches), sums(&plain(&schema, &all)), "{texts} {different}");
        let fewer = batches.iter().map(RecordBatch::num_rows).sum::<usize>() < 3 * 900;
        assert_eq!(fewer, is_added_up, "{texts} {different}");
    }
}

#[test]
fn texts_that_are_not_asked_for_are_left_out_and_null_is_not_equal_to_any() {
    let schema = columns(2);
    let all = [rows(2, 900, 5, 0), rows(2, 900, 5, 3)];
    let of = Arc::new(Schema::new(vec![Field::new("text0", DataType::Utf8View, true)]));
    let literal = lit(datafusion::common::ScalarValue::Utf8View(Some("4".to_owned())));
    let condition =
        Condition::for_testing(binary(col("text0", &of).unwrap(), Operator::NotEq, literal, &of).unwrap(), of);
    let tally = Tally::of(&schema).unwrap().only(&BTreeMap::from([("text0".to_owned(), condition)]));
    let mut expected = sums(&plain(&schema, &all));
    expected.retain(|texts, _| texts[0].as_deref().is_some_and(|text| text != "4"));
    assert_eq!(sums(&tallied(tally, &all)), expected);
    assert!(!expected.is_empty());
}

#[test]
fn columns_of_which_each_row_has_another_value_are_not_added_up() {
    for name in OF_EACH_ROW {
        assert!(Tally::of(&Arc::new(Schema::new(vec![Field::new(name, DataType::Int64, true)]))).is_none());
    }
    let floats = Schema::new(vec![Field::new("share", DataType::Float64, true)]);
    assert!(Tally::of(&Arc::new(floats)).is_none());
}

#[test]
fn a_dictionary_of_other_texts_at_the_same_length_is_told_apart() {
    let schema = columns(1);
    let batch = |text: &str| {
        let column: DictionaryArray<Int32Type> = [Some(text)].into_iter().collect();
        vec![Column::Values(Arc::new(column) as _), Column::Values(Arc::new(Int64Array::from(vec![1])) as _)]
    };
    let all = [batch("a"), batch("b"), batch("a")];
    assert_eq!(sums(&tallied(Tally::of(&schema).unwrap(), &all)).len(), 2);
}

#[test]
fn rows_of_one_installation_that_follow_each_other_are_added_up() {
    let fields = [
        Field::new("text0", DataType::Utf8View, true),
        Field::new(IDENTIFIER, DataType::Int64, true),
        Field::new(COUNT, DataType::Int64, false),
    ];
    let schema = Arc::new(Schema::new(fields.to_vec()));
    let installation = |row: i64| match row {
        0..100 => Some(i64::MIN),
        100..200 => None,
        200..1000 => Some(0),
        _ => Some(row / 10),
    };
    let by_installation = |batches: &[RecordBatch]| {
        let mut sums: BTreeMap<_, i64> = BTreeMap::new();
        for batch in batches {
            let [texts, installations, counts] = batch.columns() else { unreachable!() };
            let keys = texts.as_string_view().iter().zip(installations.as_primitive::<Int64Type>());
            for ((text, installation), count) in keys.zip(counts.as_primitive::<Int64Type>().values()) {
                *sums.entry((text.map(str::to_owned), installation)).or_default() += count;
            }
        }
        sums
    };
    // Three with many rows, one of them nobody's, and two hundred of ten rows that all differ. Of 21 texts one by one none is found again.
    for (different, groups) in [(12, 3 * 13 + 2000), (20, 3000)] {
        let [texts, counts]: [Column; 2] = rows(1, 3000, different, 0).try_into().unwrap();
        let installations = Column::Values(Arc::new((0..3000).map(installation).collect::<Int64Array>()) as _);
        let all = [vec![texts, installations, counts]];
        let batches = tallied(Tally::of(&schema).unwrap(), &all);
        assert_eq!(by_installation(&batches), by_installation(&plain(&schema, &all)));
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), groups, "{different}");
    }
}
