//! What the tests run in a process of its own, to kill it or to take its disk away: this test binary once more.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use candor_store::{AppendError, Erasure, Store, StoreOptions, Task};

use crate::support::{append_of, item, names};

const DIRECTORY: &str = "CANDOR_STORE_TEST_DIRECTORY";

/// The command that runs the test `name` of this module, which is ignored otherwise, with a data directory.
pub(crate) fn command(program: &str, arguments: &[&str], name: &str, dir: &Path) -> Command {
    let executable = std::env::current_exe().unwrap();
    let mut command = if program.is_empty() { Command::new(executable) } else { Command::new(program) };
    if !program.is_empty() {
        command.args(arguments).arg(std::env::current_exe().unwrap());
    }
    command.args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(DIRECTORY, dir).stdout(Stdio::piped());
    command
}

/// The lines that a child says, as they come.
pub(crate) fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok)
}

fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{words}").unwrap();
    out.flush().unwrap();
}

fn directory() -> Option<std::path::PathBuf> {
    std::env::var_os(DIRECTORY).map(Into::into)
}

/// Appends numbered items in small batches from several tasks, saying each number once it is acknowledged, while rows
/// are committed all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the tests that kill it"]
async fn appender() {
    let Some(dir) = directory() else { return };
    let mut options = StoreOptions::for_testing();
    (options.flush_rows, options.flush_interval) = (200, Duration::from_millis(30));
    let store = std::sync::Arc::new(Store::open(&dir, options).await.unwrap());
    let round = std::process::id();
    let mut tasks = Vec::new();
    for task in 0..4 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            for batch in 0.. {
                let names: Vec<_> = (0..7).map(|number| format!("{round}-{task}-{batch}-{number}")).collect();
                let items = names.iter().map(|name| item("p", name)).collect();
                store.append(append_of(items)).await.unwrap();
                say(&format!("acknowledged {round}-{task}-{batch}"));
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

/// Appends until the disk is full, and says what was acknowledged.
#[tokio::test]
#[ignore = "run by the test that limits its files"]
async fn filler() {
    let Some(dir) = directory() else { return };
    let mut options = StoreOptions::for_testing();
    // Larger than the limit: the second segment of the usual size still fits.
    options.flush_rows = usize::MAX;
    let store = Store::open(&dir, options).await.unwrap();
    let mut acknowledged = 0;
    for start in (0..).step_by(10) {
        match store.append(append_of(names(start..start + 10).map(|name| item("p", &name)).collect())).await {
            Ok(appended) => acknowledged += appended.accepted,
            Err(AppendError::DiskFull) => {
                say(&format!("full after {acknowledged}"));
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Appends, compacts and makes sums anew until it is killed.
#[tokio::test]
#[ignore = "the process that another test kills"]
async fn maintainer() {
    let Some(dir) = directory() else { return };
    let mut options = StoreOptions::for_testing();
    options.flush_rows = 50;
    let store = Store::open(&dir, options).await.unwrap();
    let first = std::process::id() % 100_000 * 10_000;
    for round in 0.. {
        store.append(crate::maintenance::round("p", first + round)).await.unwrap();
        say("appended");
        let task = if round % 2 == 0 { Task::Compact { everything: true } } else { Task::Rollup };
        store.maintain(task, |_| ()).await.unwrap();
    }
}

/// Erases an installation.
#[tokio::test]
#[ignore = "the process that another test kills"]
async fn eraser() {
    let Some(dir) = directory() else { return };
    let store = Store::open(&dir, StoreOptions::for_testing()).await.unwrap();
    say("erasing");
    let erasure = Erasure { project: "p".into(), installation: 3 };
    store.maintain(Task::Erase(erasure), |_| ()).await.unwrap();
}

/// Leaves a data directory behind for `tests/formats`: rows in each table, and rows in the journal only.
#[tokio::test]
#[ignore = "run by hand when a format changes"]
async fn leave_behind() {
    let Some(dir) = directory() else { return };
    let store = Store::open(&dir, StoreOptions::for_testing()).await.unwrap();
    for project in ["p", "q"] {
        store.append(crate::maintenance::round(project, 0)).await.unwrap();
        store.flush().await.unwrap();
    }
    store.append(crate::maintenance::round("p", 1)).await.unwrap();
}
