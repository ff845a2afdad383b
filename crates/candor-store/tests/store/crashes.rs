use std::path::Path;

use candor_store::{AppendItem, Crash, Fact, Reader, Store, message_id_hash};
use candor_wire::{Kind, Record, Timestamp};
use datafusion::prelude::SessionContext;

use crate::support::{NOON, append, append_of, copy, counts, names, numbers, open};

/// A crash with its report, and a fact about it.
fn crash(event_id: &str) -> AppendItem {
    let record = Record::new(Kind::Crash, "panic", Timestamp::from_micros(NOON));
    let report = format!(r#"{{"event_id":"{event_id}"}}"#);
    let crash = Some(Box::new(Crash { event_id: event_id.to_owned(), report }));
    AppendItem { id: message_id_hash("p", event_id), facts: vec![Fact { crash, ..Fact::new(record) }] }
}

async fn crashes(store: &Store, ids: std::ops::Range<u32>) -> u64 {
    let items = ids.map(|id| crash(&format!("e{id}"))).collect();
    store.append(append_of(items)).await.unwrap().accepted
}

/// Rows, different events and readable reports of `crashes`, and facts about crashes.
async fn seen(session: &SessionContext) -> Vec<i64> {
    let mut seen = numbers(
        session,
        "SELECT count(*), count(DISTINCT event_id), count(CASE WHEN report LIKE '%' || event_id || '%' THEN 1 END)
        FROM crashes WHERE kind = 'crash' AND name = 'panic' AND project = 'p'",
    )
    .await;
    seen.extend(numbers(session, "SELECT count(*) FROM facts WHERE kind = 'crash'").await);
    seen
}

async fn seen_in(store: &Store) -> Vec<i64> {
    seen(&store.session().await.unwrap()).await
}

async fn seen_beside(dir: &Path) -> Vec<i64> {
    seen(&Reader::open(dir).await.unwrap().session().await.unwrap()).await
}

#[tokio::test]
async fn a_crash_is_kept_with_its_report_from_the_answer_on_and_counted_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..10)).await;
    assert_eq!(crashes(&store, 0..3).await, 3);
    assert_eq!(crashes(&store, 0..4).await, 1);
    for flushed in [false, true, true] {
        assert_eq!(seen_in(&store).await, [4, 4, 4, 4], "flushed: {flushed}");
        assert_eq!(seen_beside(dir.path()).await, [4, 4, 4, 4], "flushed: {flushed}");
        store.flush().await.unwrap();
    }
    assert_eq!(counts(&store).await, (14, 11));
    drop(store);
    let store = open(dir.path()).await;
    crashes(&store, 4..6).await;
    drop(store);
    let store = open(dir.path()).await;
    assert_eq!(seen_in(&store).await, [6, 6, 6, 6], "two of them out of the journal");
}

#[tokio::test]
async fn killed_between_the_commits_of_the_two_tables_nothing_is_lost_or_there_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (live, before, crashed) = (dir.path().join("live"), dir.path().join("before"), dir.path().join("crashed"));
    let store = open(&live).await;
    crashes(&store, 0..3).await;
    copy(&live, &before);
    store.flush().await.unwrap();
    drop(store);
    // The crashes are committed, the facts are not, and the journal has both.
    copy(&before, &crashed);
    std::fs::remove_dir_all(crashed.join("tables/crashes")).unwrap();
    copy(&live.join("tables/crashes"), &crashed.join("tables/crashes"));
    assert_eq!(seen_beside(&crashed).await, [3, 3, 3, 3]);

    let store = open(&crashed).await;
    assert_eq!(seen_in(&store).await, [3, 3, 3, 3]);
    crashes(&store, 2..5).await;
    assert_eq!(seen_in(&store).await, [5, 5, 5, 5]);
    store.close().await.unwrap();
    let store = open(&crashed).await;
    assert_eq!(seen_in(&store).await, [5, 5, 5, 5]);
}

#[tokio::test]
async fn commits_without_a_crash_leave_the_table_of_crashes_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    crashes(&store, 0..1).await;
    store.flush().await.unwrap();
    let commits = || std::fs::read_dir(dir.path().join("tables/crashes/_delta_log")).unwrap().count();
    let after_the_crash = commits();
    append(&store, names(0..10)).await;
    store.flush().await.unwrap();
    assert_eq!(commits(), after_the_crash);
    drop(store);
    let store = open(dir.path()).await;
    assert_eq!(seen_in(&store).await, [1, 1, 1, 1], "the frames behind its commit are not replayed into it");
}
