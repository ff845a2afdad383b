use std::os::unix::fs::FileExt;

use crate::support::{append, counts, journal_files, names, open};

/// Where the frames of a journal file begin, the schema's first.
fn frames(bytes: &[u8]) -> Vec<usize> {
    let magic = |at: &usize| bytes[*at..].starts_with(b"CJF1");
    (32..bytes.len()).step_by(8).filter(magic).collect()
}

async fn store_of_ten_frames(dir: &std::path::Path) {
    let store = open(dir).await;
    for number in 0..10 {
        append(&store, names(number..number + 1)).await;
    }
}

#[tokio::test]
async fn a_tail_torn_anywhere_costs_nothing_that_was_acknowledged_before() {
    for cut_back in [1, 20, 200] {
        let dir = tempfile::tempdir().unwrap();
        store_of_ten_frames(dir.path()).await;
        let file = journal_files(dir.path()).pop().unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let zeros = vec![0; cut_back];
        std::fs::OpenOptions::new()
            .write(true)
            .open(&file)
            .unwrap()
            .write_all_at(&zeros, (end - cut_back) as u64)
            .unwrap();
        let store = open(dir.path()).await;
        assert_eq!(counts(&store).await, (9, 9));
        assert_eq!(store.status().corrupt_frames, 0, "a torn tail is no damage");
        // What was torn can be sent again, and the next start finds one sound journal.
        assert_eq!(append(&store, names(0..10)).await.accepted, 1);
        drop(store);
        let store = open(dir.path()).await;
        assert_eq!((counts(&store).await, store.status().corrupt_frames), ((10, 10), 0));
    }
}

#[tokio::test]
async fn a_flipped_bit_costs_one_frame_and_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    store_of_ten_frames(dir.path()).await;
    let file = journal_files(dir.path()).pop().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let fifth = frames(&bytes)[5];
    bytes[fifth + 100] ^= 0x10;
    std::fs::write(&file, bytes).unwrap();
    let store = open(dir.path()).await;
    assert_eq!(counts(&store).await, (9, 9));
    assert_eq!(store.status().corrupt_frames, 1);
    assert_eq!(append(&store, names(0..10)).await.accepted, 1, "its item can be sent again");
}

#[tokio::test]
async fn a_journal_file_that_is_gone_is_reported_and_the_others_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..3 {
        let store = open(dir.path()).await;
        append(&store, names(number..number + 1)).await;
    }
    let files = journal_files(dir.path());
    assert_eq!(files.len(), 3);
    std::fs::remove_file(&files[1]).unwrap();
    let store = open(dir.path()).await;
    assert_eq!(counts(&store).await, (2, 2));
    assert_eq!(store.status().corrupt_frames, 1);
}

#[tokio::test]
async fn a_journal_file_with_a_damaged_header_is_reported_and_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    store_of_ten_frames(dir.path()).await;
    let file = journal_files(dir.path()).pop().unwrap();
    std::fs::OpenOptions::new().write(true).open(&file).unwrap().write_all_at(b"X", 3).unwrap();
    let store = open(dir.path()).await;
    assert_eq!((counts(&store).await, store.status().corrupt_frames), ((0, 0), 1));
    assert!(file.with_extension("damaged").exists());
    assert_eq!(append(&store, names(0..10)).await.accepted, 10);
}
