//! Words of the tests.

use std::{path::Path, sync::Arc};

use candor_store::{Append, AppendItem, Appended, Fact, Store, StoreOptions, message_id_hash};
use candor_wire::{Kind, Record, Timestamp};
use datafusion::{
    arrow::{array::AsArray, datatypes::Int64Type},
    prelude::SessionContext,
};

/// 2026-11-22T00:00:00Z
pub(crate) const NOON: i64 = 1_795_305_600_000_000;

pub(crate) async fn open(dir: &Path) -> Store {
    Store::open(dir, StoreOptions::for_testing()).await.unwrap()
}

/// One fact called `name` with a count of 1, in an item whose message id is its name.
pub(crate) fn item(project: &str, name: &str) -> AppendItem {
    let record = Record::new(Kind::Count, name, Timestamp::from_micros(NOON));
    AppendItem { id: message_id_hash(project, name), facts: vec![Fact::new(record)] }
}

pub(crate) fn append_of(items: Vec<AppendItem>) -> Append {
    Append { project: Arc::from("p"), received: Timestamp::from_micros(NOON), items }
}

/// Appends items of these names to the project `p`.
pub(crate) async fn append(store: &Store, names: impl IntoIterator<Item = String>) -> Appended {
    store.append(append_of(names.into_iter().map(|name| item("p", &name)).collect())).await.unwrap()
}

pub(crate) fn names(range: std::ops::Range<u32>) -> impl Iterator<Item = String> {
    range.map(|number| format!("n{number}"))
}

/// The numbers that a query of one row answers.
pub(crate) async fn numbers(session: &SessionContext, sql: &str) -> Vec<i64> {
    let batches = session.sql(sql).await.unwrap().collect().await.unwrap();
    let batch = batches.iter().find(|batch| batch.num_rows() > 0).unwrap();
    batch.columns().iter().map(|column| column.as_primitive::<Int64Type>().value(0)).collect()
}

/// How many rows there are, and of how many names.
pub(crate) async fn rows_and_names(session: &SessionContext) -> (i64, i64) {
    let counts = numbers(session, "SELECT count(*), count(DISTINCT name) FROM facts").await;
    (counts[0], counts[1])
}

/// What [`rows_and_names`] says of a store.
pub(crate) async fn counts(store: &Store) -> (i64, i64) {
    rows_and_names(&store.session().await.unwrap()).await
}

/// The journal's files, oldest first.
pub(crate) fn journal_files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir.join("journal")).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A copy of a directory as it is now.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
