#![expect(clippy::unwrap_used, reason = "a test may panic")]

use candor_wire::{Kind, Record, Timestamp};
use datafusion::{
    arrow::{
        array::{Array, AsArray, RecordBatch},
        compute::concat_batches,
        datatypes::Int64Type,
    },
    parquet::arrow::ProjectionMask,
    physical_plan::stream::RecordBatchStreamAdapter,
};
use futures::stream;

use super::{groups::Groups, *};
use crate::{
    Fact,
    facts::{FactsBuilder, base_schema, take_apart},
    tables::{FACTS, Replacement},
};

/// The installation that goes, in one of the groups of `p` and in one of `q`.
const GONE: i64 = 70_000;
const ALL: u32 = 150_000;

/// Rows of two projects in order, of which the later half of the first one's installations are in the second, too.
fn rows() -> RecordBatch {
    let mut builder = FactsBuilder::new(&base_schema(), ALL as usize);
    for number in 0..ALL {
        let (project, of) = if number < 100_000 { ("p", number) } else { ("q", number - 50_000) };
        let record = Record::new(Kind::Count, format!("n{number}"), Timestamp::from_micros(i64::from(number)));
        let installation = (!number.is_multiple_of(7)).then(|| i64::from(of / 10 * 10));
        builder.push(project, number.into(), &Fact { installation, ..Fact::new(record) });
    }
    take_apart(&builder.finish().unwrap()).unwrap().facts
}

#[tokio::test]
async fn groups_without_the_installation_are_copied_and_the_others_lose_its_rows_alone() {
    let dir = tempfile::tempdir().unwrap();
    let table = Table::open_or_create(dir.path(), FACTS).await.unwrap();
    let rows = rows();
    let schema = rows.schema();
    let batches = (0..ALL as usize).step_by(10_000).map(|from| Ok(rows.slice(from, 10_000))).collect::<Vec<_>>();
    let batches = Box::pin(RecordBatchStreamAdapter::new(schema.clone(), stream::iter(batches)));
    let added = table.write(batches, 16 << 20).await.unwrap();
    let first = Replacement { removed: Vec::new(), added, is_change: true, mark: None };
    let table = table.replace(first).await.unwrap();
    let [file] = &table.data_files().unwrap()[..] else { panic!("one file") };

    let whose = Whose { project: "p".into(), installation: GONE };
    let without = table.without(file, &whose).await.unwrap().unwrap();
    let of_it = |row: usize| {
        let installation = rows.column_by_name("installation").unwrap().as_primitive::<Int64Type>();
        row < 100_000 && installation.is_valid(row) && installation.value(row) == GONE
    };
    let kept: Vec<usize> = (0..ALL as usize).filter(|row| !of_it(*row)).collect();
    assert_eq!(without.rows, (ALL as usize - kept.len()) as u64);
    let second = Replacement {
        removed: vec![file.clone()],
        added: without.added.into_iter().collect(),
        is_change: true,
        mark: None,
    };
    let table = table.replace(second).await.unwrap();
    let [after] = &table.data_files().unwrap()[..] else { panic!("one file") };
    assert_eq!((after.rows, after.day), (kept.len() as u64, file.day));

    let [before, after] =
        [file, after].map(|file| Groups::open(File::open(file.in_table(dir.path())).unwrap()).unwrap());
    let mut read = Vec::new();
    for group in 0..after.len() {
        read.push(after.read(group, ProjectionMask::all()).unwrap());
    }
    let read = concat_batches(&read[0].schema(), &read).unwrap();
    let name = |rows: &RecordBatch, row| rows.column_by_name("name").unwrap().as_string::<i32>().value(row).to_owned();
    for (row, kept) in kept.iter().enumerate() {
        assert_eq!(name(&read, row), name(&rows, *kept));
    }
    let sizes = |source: &Groups| {
        let groups = source.metadata.metadata().row_groups().iter();
        groups.map(|group| (group.num_rows(), group.compressed_size())).collect::<Vec<_>>()
    };
    let (before, after) = (sizes(&before), sizes(&after));
    assert_eq!((before.len(), before[0], before[2]), (3, after[0], after[2]), "as they were");
    assert_ne!(before[1], after[1]);
    assert!(table.without(&table.data_files().unwrap()[0], &whose).await.unwrap().is_none());
}

#[tokio::test]
async fn a_file_of_nobody_else_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let table = Table::open_or_create(dir.path(), FACTS).await.unwrap();
    let mut builder = FactsBuilder::new(&base_schema(), 1);
    let record = Record::new(Kind::Count, "n", Timestamp::from_micros(0));
    builder.push("p", 1, &Fact { installation: Some(GONE), ..Fact::new(record) });
    let rows = take_apart(&builder.finish().unwrap()).unwrap().facts;
    let table = table.append(&[rows], 1).await.unwrap();
    let file = &table.data_files().unwrap()[0];
    let others = table.without(file, &Whose { project: "q".into(), installation: GONE }).await.unwrap();
    assert!(others.is_none());
    let without = table.without(file, &Whose { project: "p".into(), installation: GONE }).await.unwrap().unwrap();
    assert_eq!((without.rows, without.added.is_none()), (1, true));
}
