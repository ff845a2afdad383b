//! Data directories as earlier releases left them, each with rows in the table and rows that are only in the journal.

use std::path::Path;

use candor_store::{Append, AppendItem, Fact, message_id_hash};
use candor_wire::{Kind, Record, Timestamp};
use tempfile::TempDir;

use crate::support::{NOON, append_of, copy, journal_files, numbers, open};

/// A copy of `tests/formats/NUMBER`.
fn left_behind(number: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/{number}")), dir.path());
    dir
}

/// An operation with everything that came after the first format.
fn newer() -> Append {
    let mut record = Record::new(Kind::Operation, "fetch", Timestamp::from_micros(NOON));
    record.environment.interactive = Some(true);
    let fact = Fact { database: Some(7), ..Fact::new(record) };
    append_of(vec![AppendItem { id: message_id_hash("p", "newer"), facts: vec![fact] }])
}

const OLD: &str =
    "SELECT count(*), sum(int_resources), count(text_provider), count(interactive), count(database) FROM facts";

#[tokio::test]
async fn the_first_format_is_read_before_anything_new_is_written() {
    let dir = left_behind(1);
    let reader = candor_store::Reader::open(dir.path()).await.unwrap();
    let session = reader.session().await.unwrap();
    assert_eq!(numbers(&session, OLD).await, [5, 4, 5, 0, 0], "by a newer command, before a newer collector");
    assert_eq!(numbers(&session, "SELECT count(*) FROM crashes").await, [0]);
    let store = open(dir.path()).await;
    let session = store.session().await.unwrap();
    assert_eq!(numbers(&session, OLD).await, [5, 4, 5, 0, 0]);
    assert_eq!(crate::maintenance::in_step(&session).await[0], 5, "sums are made of what was there");
    let beside = reader.session().await.unwrap();
    assert_eq!(numbers(&beside, OLD).await, [5, 4, 5, 0, 0]);
}

#[tokio::test]
async fn the_first_format_takes_new_columns_and_keeps_its_rows_and_its_memory() {
    let dir = left_behind(1);
    let store = open(dir.path()).await;
    let known = |name: &str| AppendItem { id: message_id_hash("p", name), facts: Vec::new() };
    let again = append_of(vec![known("fetch-2"), known("policy run-1")]);
    assert_eq!(store.append(again).await.unwrap().duplicates, 2, "of the id file, and of the journal");
    for flushed in [false, true] {
        if flushed {
            store.flush().await.unwrap();
        } else {
            store.append(newer()).await.unwrap();
        }
        let session = store.session().await.unwrap();
        assert_eq!(numbers(&session, OLD).await, [6, 4, 5, 1, 1], "flushed: {flushed}");
        let of_new = "SELECT count(*), sum(database) FROM facts WHERE interactive";
        assert_eq!(numbers(&session, of_new).await, [1, 7], "flushed: {flushed}");
    }
    store.close().await.unwrap();
    let store = open(dir.path()).await;
    assert_eq!(numbers(&store.session().await.unwrap(), OLD).await, [6, 4, 5, 1, 1]);
    store.flush().await.unwrap();
    assert!(journal_files(dir.path()).is_empty(), "nothing of the old journal is left");
}

#[tokio::test]
async fn the_second_format_gets_sums_of_the_shape_of_today() {
    let dir = left_behind(2);
    let reader = candor_store::Reader::open(dir.path()).await.unwrap();
    let session = reader.session().await.unwrap();
    assert_eq!(numbers(&session, "SELECT count(*), sum(count) FROM facts").await, [90, 180]);
    let has_old_sums = session.table_exist("daily").unwrap();
    assert!(!has_old_sums, "sums of another shape are not asked");
    let store = open(dir.path()).await;
    let again = store.append(crate::maintenance::round("q", 0)).await.unwrap();
    assert_eq!((again.accepted, again.duplicates), (0, 30), "its ids are remembered");
    store.append(crate::maintenance::round("q", 1)).await.unwrap();
    store.maintain(candor_store::Task::Compact { everything: true }, |_| ()).await.unwrap();
    store.close().await.unwrap();
    let session = open(dir.path()).await.session().await.unwrap();
    assert_eq!(crate::maintenance::in_step(&session).await, [120, 240]);
}
