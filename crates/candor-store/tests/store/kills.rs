use std::{collections::HashSet, sync::mpsc, thread, time::Duration};

use datafusion::arrow::array::AsArray;

use crate::{child, support::open};

/// Rounds of kill and reopen over one directory.
const ROUNDS: u64 = 20;

#[tokio::test]
async fn whenever_it_is_killed_what_was_acknowledged_is_there_exactly_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    for round in 0..ROUNDS {
        let mut process = child::command("", &[], "child::appender", dir.path()).spawn().unwrap();
        let lines = child::lines(&mut process);
        let (say, said) = mpsc::channel();
        thread::spawn(move || {
            for line in lines {
                if let Some(batch) = line.strip_prefix("acknowledged ") {
                    let _ = say.send(batch.to_owned());
                }
            }
        });
        // From the middle of its start to many commits later.
        acknowledged.extend(said.iter().take((round * 29 % 150) as usize));
        thread::sleep(Duration::from_millis(round * 7 % 25));
        process.kill().unwrap();
        process.wait().unwrap();
        acknowledged.extend(said);

        let store = open(dir.path()).await;
        assert_eq!(store.status().corrupt_frames, 0, "round {round}");
        let sql = "SELECT name, count(*) AS n FROM facts GROUP BY name";
        let rows = store.session().await.unwrap().sql(sql).await.unwrap().collect().await.unwrap();
        let mut batches: std::collections::HashMap<String, u32> = std::collections::HashMap::new();
        for batch in &rows {
            let counts = batch.column(1).as_primitive::<datafusion::arrow::datatypes::Int64Type>();
            for (name, count) in batch.column(0).as_string_view().iter().flatten().zip(counts.values()) {
                assert_eq!(*count, 1, "round {round}: {name} is there {count} times");
                *batches.entry(name.rsplit_once('-').unwrap().0.to_owned()).or_default() += 1;
            }
        }
        for batch in &acknowledged {
            assert_eq!(batches.get(batch), Some(&7), "round {round}: {batch} was acknowledged");
        }
    }
    assert!(acknowledged.len() > 100, "the rounds were long enough to say something: {}", acknowledged.len());
}
