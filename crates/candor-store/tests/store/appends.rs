use std::{sync::Arc, time::Duration};

use candor_store::{AppendError, Appended, OpenError, Store, StoreOptions};
use candor_wire::Timestamp;

use crate::support::{NOON, append, append_of, counts, item, names, open};

fn accepted(appended: Appended) -> (u64, u64) {
    (appended.accepted, appended.duplicates)
}

#[tokio::test]
async fn what_was_appended_is_seen_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    assert_eq!(counts(&store).await, (0, 0));
    assert_eq!(accepted(append(&store, names(0..3)).await), (3, 0));
    assert_eq!(counts(&store).await, (3, 3));
    assert_eq!(store.status().fresh_rows, 3);
}

#[tokio::test]
async fn a_duplicate_is_counted_once_before_and_after_a_flush() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    assert_eq!(accepted(append(&store, ["a", "b", "a"].map(String::from)).await), (2, 1));
    assert_eq!(accepted(append(&store, ["a".to_owned()]).await), (0, 1));
    store.flush().await.unwrap();
    assert_eq!(accepted(append(&store, ["b", "c"].map(String::from)).await), (1, 1));
    assert_eq!(counts(&store).await, (3, 3));
}

#[tokio::test]
async fn message_ids_of_two_projects_do_not_meet() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, ["a".to_owned()]).await;
    let mut other = append_of(vec![item("q", "a")]);
    other.project = Arc::from("q");
    assert_eq!(accepted(store.append(other).await.unwrap()), (1, 0));
}

#[tokio::test]
async fn an_item_is_a_duplicate_for_seven_days_across_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let received = |days: i64| {
        let mut again = append_of(vec![item("p", "a")]);
        again.received = Timestamp::from_micros(NOON + days * 86_400_000_000);
        again
    };
    let store = open(dir.path()).await;
    store.append(received(0)).await.unwrap();
    store.close().await.unwrap();
    let store = open(dir.path()).await;
    assert_eq!(accepted(store.append(received(7)).await.unwrap()), (0, 1));
    assert_eq!(accepted(store.append(received(8)).await.unwrap()), (1, 0));
    store.close().await.unwrap();
    let store = open(dir.path()).await;
    assert_eq!(accepted(store.append(received(15)).await.unwrap()), (0, 1));
}

#[tokio::test]
async fn two_at_once_with_the_same_message_are_counted_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()).await);
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move { append(&store, names(0..10)).await.accepted }));
    }
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    assert_eq!(sum, 10);
    assert_eq!(counts(&store).await, (10, 10));
}

#[tokio::test]
async fn rows_are_committed_by_number_and_by_age() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = StoreOptions::for_testing();
    options.flush_interval = Duration::from_millis(50);
    for (rows, options) in [(600, StoreOptions::for_testing()), (1, options)] {
        let dir = dir.path().join(rows.to_string());
        let store = Store::open(&dir, options).await.unwrap();
        append(&store, names(0..rows)).await;
        while store.status().since_last_flush.is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(counts(&store).await, (i64::from(rows), i64::from(rows)));
    }
}

#[tokio::test]
async fn more_fresh_rows_than_allowed_are_refused_until_the_table_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = StoreOptions::for_testing();
    (options.flush_rows, options.max_fresh_rows) = (usize::MAX, 100);
    let store = Store::open(dir.path(), options).await.unwrap();
    append(&store, names(0..100)).await;
    let refused = store.append(append_of(vec![item("p", "one more")])).await.unwrap_err();
    assert!(matches!(refused, AppendError::Overloaded { retry_after } if retry_after > Duration::ZERO));
    store.flush().await.unwrap();
    append(&store, ["one more".to_owned()]).await;
    assert_eq!(counts(&store).await, (101, 101));
}

#[tokio::test]
async fn few_rows_that_weigh_much_are_committed_and_bounded_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = StoreOptions::for_testing();
    (options.flush_bytes, options.max_fresh_bytes) = (usize::MAX, 100_000);
    let heavy = |name: &str| append_of(vec![item("p", &name.repeat(60_000))]);
    let store = Store::open(dir.path(), options).await.unwrap();
    store.append(heavy("a")).await.unwrap();
    store.append(heavy("b")).await.unwrap();
    assert!(matches!(store.append(heavy("c")).await, Err(AppendError::Overloaded { .. })));
    drop(store);
    let mut options = StoreOptions::for_testing();
    options.flush_bytes = 100_000;
    let store = Store::open(dir.path(), options).await.unwrap();
    assert_eq!(store.status().fresh_rows, 0, "they were committed while the journal was replayed");
    assert_eq!(counts(&store).await, (2, 2));
}

#[tokio::test]
async fn a_second_store_on_one_directory_is_refused_and_told_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let error = Store::open(dir.path(), StoreOptions::for_testing()).await.unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }));
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(store);
    open(dir.path()).await;
}

#[tokio::test]
async fn frames_larger_than_a_segment_and_many_segments_are_replayed_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = StoreOptions::for_testing();
    options.flush_rows = usize::MAX;
    let store = Store::open(dir.path(), options.clone()).await.unwrap();
    append(&store, names(0..5000)).await;
    for number in 5000..5100 {
        append(&store, names(number..number + 1)).await;
    }
    assert!(crate::support::journal_files(dir.path()).len() > 3);
    drop(store);
    let store = Store::open(dir.path(), options).await.unwrap();
    assert_eq!(counts(&store).await, (5100, 5100));
    assert_eq!(store.status().corrupt_frames, 0);
    store.close().await.unwrap();
}
