use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use crate::{
    child,
    support::{append, counts, names, open},
};

/// The file size limit stands in for the disk: the system refuses to let a file grow, in the same calls and at the same
/// places, and needs no privileges. The shell's units are 512 bytes or 1 KiB.
#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).await);
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
    let mut process = child::command("/bin/sh", &["-c", script], "child::filler", dir.path()).spawn().unwrap();
    let said: Vec<_> = child::lines(&mut process).collect();
    assert!(process.wait().unwrap().success(), "{said:?}");
    let full = said.iter().find_map(|line| line.strip_prefix("full after ")).unwrap();
    let acknowledged: i64 = full.parse().unwrap();
    let store = open(dir.path()).await;
    assert_eq!(counts(&store).await, (acknowledged, acknowledged));
    // With room again it goes on, and what was refused is no duplicate.
    assert_eq!(append(&store, names(0..10)).await.accepted, 10 - acknowledged.min(10) as u64);
}

#[tokio::test]
async fn a_table_that_cannot_be_written_keeps_the_rows_until_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    append(&store, names(0..10)).await;
    // A file where the partition's directory should be stops the writer, whoever runs the test.
    let partition = dir.path().join("tables/facts/day=2026-11-22");
    std::fs::write(&partition, b"").unwrap();
    std::fs::set_permissions(&partition, Permissions::from_mode(0o400)).unwrap();
    store.flush().await.unwrap_err();
    assert!(store.status().last_error.is_some());
    assert_eq!(counts(&store).await, (10, 10));
    append(&store, names(10..20)).await;
    std::fs::remove_file(&partition).unwrap();
    store.flush().await.unwrap();
    assert_eq!(store.status().last_error, None);
    assert_eq!((counts(&store).await, store.status().fresh_rows), ((20, 20), 0));
}
