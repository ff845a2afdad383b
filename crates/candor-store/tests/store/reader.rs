use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use candor_store::{ReadError, Reader, Store, StoreOptions};

use crate::support::{append, names, open, rows_and_names};

#[tokio::test]
async fn a_reader_beside_a_writer_sees_each_acknowledged_row_exactly_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = StoreOptions::for_testing();
    options.flush_rows = 50;
    let store = Store::open(dir.path(), options).await.unwrap();
    let acknowledged = Arc::new(AtomicI64::new(0));
    let writer = tokio::spawn({
        let acknowledged = acknowledged.clone();
        async move {
            for start in (0..4000).step_by(10) {
                append(&store, names(start..start + 10)).await;
                acknowledged.fetch_add(10, Ordering::SeqCst);
            }
            store.close().await.unwrap();
        }
    });
    let reader = Reader::open(dir.path()).await.unwrap();
    let mut looks = 0;
    while !writer.is_finished() {
        let before = acknowledged.load(Ordering::SeqCst);
        let session = reader.session().await.unwrap();
        let (rows, names) = rows_and_names(&session).await;
        let after = acknowledged.load(Ordering::SeqCst) + 10;
        assert_eq!(rows, names, "no row is there twice");
        assert!((before..=after).contains(&rows), "{rows} rows of {before} to {after}");
        looks += 1;
    }
    writer.await.unwrap();
    assert!(looks > 3, "{looks}");
    assert_eq!(rows_and_names(&reader.session().await.unwrap()).await, (4000, 4000));
}

#[tokio::test]
async fn a_reader_needs_no_running_collector_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..5)).await;
    store.flush().await.unwrap();
    append(&store, names(5..8)).await;
    drop(store);
    let reader = Reader::open(dir.path()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(rows_and_names(&reader.session().await.unwrap()).await, (8, 8));
    }
}

#[tokio::test]
async fn what_is_no_data_directory_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    let error = Reader::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, ReadError::NoStore(_)));
    assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none(), "nothing was made");
}
