use candor_store::{Store, StoreOptions};

use crate::support::{append, copy, counts, journal_files, names, open};

#[tokio::test]
async fn what_was_acknowledged_survives_a_stop_without_a_flush() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..100)).await;
    drop(store);
    let store = open(dir.path()).await;
    assert_eq!(counts(&store).await, (100, 100));
    let again = append(&store, names(50..150)).await;
    assert_eq!((again.accepted, again.duplicates), (50, 50));
    assert_eq!(counts(&store).await, (150, 150));
}

#[tokio::test]
async fn after_a_close_everything_is_in_the_table_and_nothing_is_replayed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..100)).await;
    store.close().await.unwrap();
    let store = open(dir.path()).await;
    assert_eq!(store.status().fresh_rows, 0);
    assert_eq!(counts(&store).await, (100, 100));
    assert_eq!(append(&store, names(0..100)).await.duplicates, 100);
    store.flush().await.unwrap();
    assert!(journal_files(dir.path()).is_empty(), "what the table has is let go");
}

#[tokio::test]
async fn a_crash_between_the_commit_and_the_deletion_of_the_journal_counts_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (live, crashed) = (dir.path().join("live"), dir.path().join("crashed"));
    let store = open(&live).await;
    append(&store, names(0..100)).await;
    let before = dir.path().join("before");
    copy(&live, &before);
    store.flush().await.unwrap();
    append(&store, names(100..110)).await;
    // The table of after the commit with the journal of before it, and without the ids.
    copy(&live, &crashed);
    std::fs::remove_dir_all(crashed.join("ids")).unwrap();
    std::fs::remove_dir_all(crashed.join("journal")).unwrap();
    copy(&before.join("journal"), &crashed.join("journal"));

    let reopened = open(&crashed).await;
    assert_eq!(counts(&reopened).await, (100, 100));
    assert_eq!(append(&reopened, names(0..100)).await.duplicates, 100);
    // The ids outlive the journal that they came from.
    reopened.close().await.unwrap();
    let reopened = open(&crashed).await;
    assert_eq!(append(&reopened, names(0..101)).await.duplicates, 100);
}

#[tokio::test]
async fn a_torn_last_commit_is_undone_and_its_rows_come_from_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..100)).await;
    store.flush().await.unwrap();
    append(&store, names(100..120)).await;
    drop(store);
    let log = dir.path().join("tables/facts/_delta_log");
    std::fs::write(log.join("00000000000000000002.json"), b"{\"commitInfo\":{}}\n{\"add\":{\"pa").unwrap();
    let store = open(dir.path()).await;
    assert_eq!(counts(&store).await, (120, 120));
    store.flush().await.unwrap();
    assert_eq!(counts(&store).await, (120, 120));
}

#[tokio::test]
async fn a_journal_of_more_rows_than_memory_may_hold_is_replayed_in_parts() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = StoreOptions::for_testing();
    options.flush_rows = usize::MAX;
    let store = Store::open(dir.path(), options).await.unwrap();
    for start in (0..3000).step_by(100) {
        append(&store, names(start..start + 100)).await;
    }
    drop(store);
    let store = open(dir.path()).await;
    assert!(store.status().fresh_rows < 1500, "{:?}", store.status());
    assert_eq!(counts(&store).await, (3000, 3000));
}

#[tokio::test]
async fn a_commit_that_was_made_and_reported_as_failed_is_not_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let (live, twin) = (dir.path().join("live"), dir.path().join("twin"));
    let store = open(&live).await;
    append(&store, names(0..10)).await;
    copy(&live, &twin);
    let other = open(&twin).await;
    other.flush().await.unwrap();
    drop(other);
    // The commit is there, and the store was never told.
    copy(&twin.join("tables"), &live.join("tables"));
    store.flush().await.unwrap();
    assert_eq!(counts(&store).await, (10, 10));
    let log = live.join("tables/facts/_delta_log");
    assert!(log.join("00000000000000000001.json").exists());
    assert!(!log.join("00000000000000000002.json").exists());
}
