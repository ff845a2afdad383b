use std::{path::Path, time::Duration};

use candor_store::{BackupError, Catalog, IdentityPolicy, NewProject, ProjectMode, backup, restore};

use crate::{
    child,
    support::{append, counts, names, numbers, open},
};

async fn create_project(dir: &Path) -> String {
    let new = NewProject { name: "p".into(), mode: ProjectMode::Open, manifest: None, identity: IdentityPolicy::Daily };
    Catalog::open(dir).await.unwrap().create_project(new).await.unwrap().write_key
}

#[tokio::test]
async fn a_backup_has_tables_journal_ids_and_catalog() {
    let dir = tempfile::tempdir().unwrap();
    let [data, kept, back] = ["data", "kept", "back"].map(|name| dir.path().join(name));
    let store = open(&data).await;
    let key = create_project(&data).await;
    append(&store, names(0..100)).await;
    store.flush().await.unwrap();
    append(&store, names(100..130)).await;
    let secrets = data.join("identity");
    std::fs::create_dir(&secrets).unwrap();
    std::fs::write(secrets.join("1"), "daily 20779 00").unwrap();
    let mut told = 0;
    let made = backup(&data, &kept, |bytes| told += bytes).await.unwrap();
    assert_eq!(made.rows, 130);
    assert!(told > 0 && made.files > 5, "{made:?}");
    assert!(!kept.join("identity").exists(), "a copy would outlive the day");
    // What came later is not in it.
    append(&store, names(130..140)).await;
    store.close().await.unwrap();

    let restored = restore(&kept, &back, |_| {}).await.unwrap();
    assert_eq!(restored.rows, 130);
    let store = open(&back).await;
    assert_eq!(counts(&store).await, (130, 130));
    let again = append(&store, names(0..140)).await;
    assert_eq!((again.accepted, again.duplicates), (10, 130), "ids are in it");
    let catalog = Catalog::open(&back).await.unwrap();
    assert!(catalog.project_by_key(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn a_backup_beside_a_collector_at_work_has_all_that_was_acknowledged_before() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut process = child::command("", &[], "child::appender", &data).spawn().unwrap();
    let mut lines = child::lines(&mut process);
    let mut acknowledged = Vec::new();
    for round in 0..4 {
        acknowledged.extend(
            lines
                .by_ref()
                .filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned))
                .take(20 + round * 7),
        );
        std::thread::sleep(Duration::from_millis(3 * round as u64));
        let kept = dir.path().join(format!("kept-{round}"));
        backup(&data, &kept, |_| {}).await.unwrap();
        let store = open(&kept).await;
        assert_eq!(store.status().corrupt_frames, 0, "round {round}");
        let sql = "SELECT count(*), count(DISTINCT name) FROM facts";
        let session = store.session().await.unwrap();
        let counted = numbers(&session, sql).await;
        assert_eq!(counted[0], counted[1], "round {round}: nothing is there twice");
        let before: Vec<String> = acknowledged.iter().map(|batch: &String| format!("('{batch}')")).collect();
        let sql = format!(
            "SELECT count(*) FROM facts JOIN (VALUES {}) AS before (batch) ON left(name, length(batch) + 1) = batch || '-'",
            before.join(", ")
        );
        assert_eq!(numbers(&session, &sql).await, [7 * acknowledged.len() as i64], "round {round}");
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

#[tokio::test]
async fn a_place_that_is_taken_and_a_copy_that_is_not_whole_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let [data, kept, back] = ["data", "kept", "back"].map(|name| dir.path().join(name));
    open(&data).await.close().await.unwrap();
    backup(&data, &kept, |_| {}).await.unwrap();
    assert!(matches!(backup(&data, &kept, |_| {}).await, Err(BackupError::Taken(_))));
    assert!(matches!(restore(&kept, &data, |_| {}).await, Err(BackupError::Taken(_))));
    std::fs::write(kept.join("backup.json"), "{\"format\": 2}").unwrap();
    assert!(matches!(restore(&kept, &back, |_| {}).await, Err(BackupError::Version(_))));
    std::fs::remove_file(kept.join("backup.json")).unwrap();
    assert!(matches!(restore(&kept, &back, |_| {}).await, Err(BackupError::NoBackup(_))));
    assert!(backup(&back, &dir.path().join("none"), |_| {}).await.is_err(), "there is nothing to copy");
    assert!(!back.exists() && !dir.path().join("none").exists());
}
