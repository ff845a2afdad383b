//! Compaction, retention, vacuum, sums and erasure: the same answers before and after, and whatever is killed when.

use std::{path::Path, sync::mpsc, thread, time::Duration};

use candor_store::{Append, AppendItem, Erasure, Fact, Maintained, Reader, Store, StoreOptions, Task, message_id_hash};
use candor_wire::{DurationBucket, Kind, Outcome, Record, Timestamp};
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use crate::{
    child,
    support::{NOON, copy, journal_files, numbers, open},
};

const DAY: i64 = 86_400_000_000;
/// Whoever is erased.
const ERASED: i64 = 3;

/// What happened in a round: on three days, in two projects, by five installations.
pub(crate) fn round(project: &str, round: u32) -> Append {
    let fact = |number: u32| {
        let day = i64::from((round + number) % 3);
        let kind = if number.is_multiple_of(4) { Kind::Count } else { Kind::Operation };
        let mut record = Record::new(kind, format!("n{}", number % 3), Timestamp::from_micros(NOON - day * DAY));
        record.environment.version = Some(format!("1.{}.0", number % 2));
        record.outcome = (!number.is_multiple_of(5)).then_some(Outcome::Ok);
        record.duration = (kind == Kind::Operation).then(|| DurationBucket::of(Duration::from_millis(number.into())));
        record.count = u64::from(number % 3 + 1);
        Fact { installation: (!number.is_multiple_of(6)).then(|| i64::from(number % 5)), ..Fact::new(record) }
    };
    let items = (0..30).map(|number| AppendItem {
        id: message_id_hash(project, &format!("{round}-{number}")),
        facts: vec![fact(number)],
    });
    Append { project: project.into(), received: Timestamp::from_micros(NOON), items: items.collect() }
}

/// Appends rounds to both projects, each flushed.
async fn filled(dir: &Path, rounds: std::ops::Range<u32>) -> Store {
    let store = open(dir).await;
    for number in rounds {
        store.append(round("p", number)).await.unwrap();
        store.append(round("q", number)).await.unwrap();
        store.flush().await.unwrap();
    }
    store
}

async fn maintain(store: &Store, task: Task) -> Maintained {
    store.maintain(task, |_| ()).await.unwrap()
}

/// Facts and what they sum up to in `daily`, which differ in nothing.
pub(crate) async fn in_step(session: &SessionContext) -> [i64; 2] {
    let all = "TRUE";
    let coarse = "CASE WHEN duration_bucket < 64 THEN duration_bucket ELSE duration_bucket / 4 * 4 + 2 END";
    for (grain, dimensions, of_facts, which) in [
        ("events", "name, outcome", "name, outcome", all),
        ("release", "outcome, version", "outcome, version", all),
        ("platform", "outcome, os", "outcome, os", all),
        ("durations", "name, duration_bucket", &format!("name, {coarse}"), "duration_bucket IS NOT NULL"),
    ] {
        let facts = format!(
            "SELECT project, day, kind, {of_facts}, sum(count) FROM facts WHERE {which} GROUP BY project, day, kind, {of_facts}"
        );
        let daily = format!(
            "SELECT project, day, kind, {dimensions}, sum(count) FROM daily WHERE grain = '{grain}'
            GROUP BY project, day, kind, {dimensions} HAVING sum(count) <> 0"
        );
        for (left, right) in [(&facts, &daily), (&daily, &facts)] {
            let differing = format!("SELECT count(*) FROM ({left} EXCEPT {right})");
            assert_eq!(numbers(session, &differing).await, [0], "{differing}");
        }
    }
    for (table, columns, which) in [
        (
            "facts",
            "project, day, kind, name, parent, outcome, duration_bucket, version, container",
            "project <> 'nobody'",
        ),
        (
            "facts",
            "name, os",
            "kind IN ('operation', 'count') AND (os IS DISTINCT FROM 'windows') AND day > '2020-01-01'",
        ),
        ("facts", "kind, installation, attributes", "parent IS NULL OR outcome = 'ok'"),
        ("daily", "day, grain, kind, name, duration_bucket, version", "grain IN ('events', 'durations', 'release')"),
        ("actives", "day, version, first_of_week, weeks, sketch, bits, cell, rank", "project = 'p'"),
    ] {
        let of = |table: &str| format!("SELECT {columns}, sum(count) FROM {table} WHERE {which} GROUP BY {columns}");
        let (rows, sums) = (of(table), of(&format!("tallied.{table}")));
        for (left, right) in [(&rows, &sums), (&sums, &rows)] {
            let differing = format!("SELECT count(*) FROM ({left} EXCEPT {right})");
            assert_eq!(numbers(session, &differing).await, [0], "{differing}");
        }
    }
    let runs = "SELECT coalesce(sum(count), 0) FROM facts WHERE kind = 'operation' AND installation IS NOT NULL
        UNION ALL SELECT -coalesce(sum(runs), 0) FROM installation_days";
    let runs = format!("SELECT sum(n) FROM ({runs}) AS t(n)");
    assert_eq!(numbers(session, &runs).await, [0], "what installations ran");
    numbers(session, "SELECT count(*), coalesce(sum(count), 0) FROM facts").await.try_into().unwrap()
}

async fn seen(store: &Store) -> [i64; 2] {
    in_step(&store.session().await.unwrap()).await
}

async fn seen_beside(dir: &Path) -> [i64; 2] {
    in_step(&Reader::open(dir).await.unwrap().session().await.unwrap()).await
}

fn files(dir: &Path, table: &str) -> usize {
    let table = dir.join("tables").join(table);
    let partitions = std::fs::read_dir(table).unwrap().map(|entry| entry.unwrap().path());
    let days = partitions.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("day="));
    days.map(|day| std::fs::read_dir(day).unwrap().count()).sum()
}

#[tokio::test]
async fn the_sums_say_what_the_facts_say_fresh_flushed_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 0..3).await;
    store.append(round("p", 3)).await.unwrap();
    let all = [210, 7 * 60];
    assert_eq!(seen(&store).await, all);
    assert_eq!(seen_beside(dir.path()).await, all);
    drop(store);
    let store = open(dir.path()).await;
    assert_eq!(seen(&store).await, all);
    store.flush().await.unwrap();
    assert_eq!(seen(&store).await, all);
}

#[tokio::test]
async fn a_flush_that_is_cut_off_between_any_two_tables_is_finished_and_counts_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (live, before) = (dir.path().join("live"), dir.path().join("before"));
    let store = filled(&live, 0..1).await;
    store.append(round("p", 1)).await.unwrap();
    copy(&live, &before);
    store.flush().await.unwrap();
    drop(store);
    let tables = ["crashes", "daily", "actives", "installation_days", "facts"];
    for committed in 0..=tables.len() {
        let crashed = dir.path().join(format!("crashed-{committed}"));
        copy(&before, &crashed);
        for table in &tables[..committed] {
            let table = Path::new("tables").join(table);
            std::fs::remove_dir_all(crashed.join(&table)).unwrap();
            copy(&live.join(&table), &crashed.join(&table));
        }
        assert_eq!(seen_beside(&crashed).await, [90, 180], "{committed} of the commits");
        let store = open(&crashed).await;
        assert_eq!(seen(&store).await, [90, 180], "{committed} of the commits");
        store.append(round("q", 1)).await.unwrap();
        assert_eq!(seen(&store).await, [120, 240], "{committed} of the commits");
        store.close().await.unwrap();
        assert_eq!(seen(&open(&crashed).await).await, [120, 240], "{committed} of the commits");
    }
}

#[tokio::test]
async fn compaction_leaves_few_files_and_the_same_rows() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 0..6).await;
    store.append(round("p", 6)).await.unwrap();
    let before = seen(&store).await;
    assert_eq!(files(dir.path(), "facts"), 18);
    let done = maintain(&store, Task::Compact { everything: true }).await;
    assert_eq!(seen(&store).await, before);
    assert_eq!(seen_beside(dir.path()).await, before);
    assert_eq!(done.files_written, 9, "a file a day of each table that has rows");
    assert_eq!(done.files_removed, 54);
    assert_eq!(files(dir.path(), "facts"), 21, "those of before stay for queries that read them");
    let sorted = "SELECT count(*) FROM daily";
    let rows = numbers(&store.session().await.unwrap(), sorted).await;
    store.flush().await.unwrap();
    maintain(&store, Task::Compact { everything: true }).await;
    assert_eq!(seen(&store).await, before);
    assert!(numbers(&store.session().await.unwrap(), sorted).await[0] <= rows[0], "equal sums are one row");
    store.close().await.unwrap();
    assert_eq!(seen(&open(dir.path()).await).await, before);
}

#[tokio::test]
async fn vacuum_leaves_what_is_young_and_what_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 0..2).await;
    maintain(&store, Task::Compact { everything: true }).await;
    assert_eq!(maintain(&store, Task::Vacuum).await, Maintained::default(), "a query may still read them");
    let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1);
    for day in std::fs::read_dir(dir.path().join("tables/facts")).unwrap().map(|entry| entry.unwrap().path()) {
        if day.ends_with("_delta_log") {
            continue;
        }
        for file in std::fs::read_dir(day).unwrap() {
            let file = std::fs::File::open(file.unwrap().path()).unwrap();
            file.set_modified(long_ago).unwrap();
        }
    }
    let before = seen(&store).await;
    assert_eq!(maintain(&store, Task::Vacuum).await.files_removed, 6);
    assert_eq!(files(dir.path(), "facts"), 3);
    assert_eq!(seen(&store).await, before);
}

#[tokio::test]
async fn days_that_are_too_old_go_and_their_sums_stay_longer() {
    let dir = tempfile::tempdir().unwrap();
    let today = i64::from(jiff::Timestamp::now().as_second() as i32 / 86_400) * DAY;
    let mut options = StoreOptions::for_testing();
    (options.keep_events, options.keep_sums) = (10, 100);
    let store = Store::open(dir.path(), options).await.unwrap();
    for (item, age) in [0, 10, 11, 100, 101].into_iter().enumerate() {
        let record = Record::new(Kind::Operation, "fetch", Timestamp::from_micros(today - age * DAY));
        let items =
            vec![AppendItem { id: item as u64, facts: vec![Fact { installation: Some(1), ..Fact::new(record) }] }];
        store.append(Append { project: "p".into(), received: Timestamp::from_micros(today), items }).await.unwrap();
    }
    store.flush().await.unwrap();
    let kept = || async {
        let sql = "SELECT (SELECT count(*) FROM facts) AS facts, (SELECT count(*) FROM installation_days) AS days,
            (SELECT count(*) FROM daily WHERE grain = 'release') AS sums";
        numbers(&store.session().await.unwrap(), sql).await
    };
    assert_eq!(kept().await, [5, 5, 5]);
    assert!(maintain(&store, Task::Retain).await.rows_removed > 0);
    assert_eq!(kept().await, [2, 2, 4]);
    assert_eq!(maintain(&store, Task::Rollup).await.rows_removed, 0);
    assert_eq!(kept().await, [2, 2, 4], "sums whose facts are gone are not made anew");
}

/// How often the erased installation is in any Parquet file of the tables, and in any other file as text.
async fn traces(dir: &Path) -> (i64, usize) {
    let context = SessionContext::new();
    let mut rows = 0;
    for table in ["facts", "crashes", "installation_days"] {
        let mut files = Vec::new();
        for day in std::fs::read_dir(dir.join("tables").join(table)).unwrap().map(|entry| entry.unwrap().path()) {
            if !day.ends_with("_delta_log") {
                files.extend(std::fs::read_dir(day).unwrap().map(|file| file.unwrap().path().display().to_string()));
            }
        }
        for file in files {
            let frame = context.read_parquet(file, ParquetReadOptions::default()).await.unwrap();
            let sql = format!("project = 'p' AND installation = {ERASED}");
            let of = frame.clone().filter(frame.parse_sql_expr(&sql).unwrap()).unwrap().count().await.unwrap();
            rows += i64::try_from(of).unwrap();
        }
    }
    (rows, journal_files(dir).len())
}

fn erasure() -> Task {
    Task::Erase(Erasure { project: "p".into(), installation: ERASED })
}

#[tokio::test]
async fn an_erased_installation_is_in_no_file_and_in_no_sum() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 0..4).await;
    maintain(&store, Task::Compact { everything: true }).await;
    store.append(round("p", 4)).await.unwrap();
    let sql = format!("SELECT count(*), sum(count) FROM facts WHERE project = 'p' AND installation = {ERASED}");
    let of_it = numbers(&store.session().await.unwrap(), &sql).await;
    let before = seen(&store).await;
    assert_eq!(of_it[0], 25, "five of each round");
    assert!(traces(dir.path()).await.0 > 20);

    let done = maintain(&store, erasure()).await;
    assert_eq!(done.rows_removed, 25);
    assert_eq!(seen(&store).await, [before[0] - of_it[0], before[1] - of_it[1]]);
    assert_eq!(traces(dir.path()).await, (0, 0));
    let others = "SELECT count(*) FROM installation_days WHERE project = 'q' AND installation = 3";
    assert!(numbers(&store.session().await.unwrap(), others).await[0] > 0, "that of another project stays");
    assert_eq!(maintain(&store, erasure()).await, Maintained::default(), "there is nothing left of it");
    assert_eq!(std::fs::read_dir(dir.path().join("erasures")).unwrap().count(), 0);
    drop(store);
    assert_eq!(seen(&open(dir.path()).await).await, [before[0] - of_it[0], before[1] - of_it[1]]);
}

#[tokio::test]
async fn whenever_maintenance_is_killed_the_sums_say_what_the_facts_say() {
    let dir = tempfile::tempdir().unwrap();
    drop(filled(dir.path(), 0..3).await);
    let mut appended = 3;
    for kill in 0..5_u64 {
        let mut process = child::command("", &[], "child::maintainer", dir.path()).spawn().unwrap();
        let lines = child::lines(&mut process);
        let (say, said) = mpsc::channel();
        thread::spawn(move || {
            lines.filter(|line| line.starts_with("appended")).for_each(|_| {
                let _ = say.send(());
            })
        });
        appended += said.iter().take(1 + (kill % 3) as usize).count();
        thread::sleep(Duration::from_millis(kill * 97 % 300));
        process.kill().unwrap();
        process.wait().unwrap();
        appended += said.iter().count();
        let store = open(dir.path()).await;
        let [rows, _] = seen(&store).await;
        assert_eq!(rows % 30, 0, "kill {kill}: whole rounds");
        assert_eq!(seen_beside(dir.path()).await[0], rows, "kill {kill}");
        assert!(rows >= 30 * appended as i64, "kill {kill}: {rows} of {appended} rounds");
    }
}

#[tokio::test]
async fn whenever_an_erasure_is_killed_the_next_start_ends_it_and_takes_nothing_away_twice() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    let store = filled(&whole, 0..4).await;
    store.close().await.unwrap();
    let mut resumed = 0;
    for kill in 0..7_u64 {
        let cut = dir.path().join(format!("cut-{kill}"));
        copy(&whole, &cut);
        let mut process = child::command("", &[], "child::eraser", &cut).spawn().unwrap();
        let mut lines = child::lines(&mut process);
        lines.find(|line| line.starts_with("erasing")).unwrap();
        thread::sleep(Duration::from_millis(kill * 60));
        process.kill().unwrap();
        process.wait().unwrap();
        let was_begun = std::fs::read_dir(cut.join("erasures")).is_ok_and(|mut entries| entries.next().is_some());
        let store = open(&cut).await;
        // Tasks are done in their order: when this one is, the erasure is.
        maintain(&store, Task::Vacuum).await;
        let [rows, _] = seen(&store).await;
        if was_begun {
            resumed += 1;
            assert_eq!((rows, traces(&cut).await), (220, (0, 0)), "kill {kill}");
        } else {
            assert!([240, 220].contains(&rows), "kill {kill}: {rows}");
        }
    }
    assert!(resumed > 0, "some kill came in the middle");
}
