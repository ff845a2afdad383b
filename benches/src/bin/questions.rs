//! What the reports of one project over ninety days cost, beside DuckDB and ClickHouse's engine over the same files.
//!
//!     cargo build --profile dist -p benches --bin questions
//!     pip install -r benches/engines/requirements.txt
//!     target/dist/questions fill DIR 100000000 [DAYS]
//!     target/dist/questions ask DIR [PYTHON [DAYS]]
//!     target/dist/questions erase DIR
//!     target/dist/questions one DIR REPORT [raw]
//!
//! As shipped: `release` optimises the query engine lightly, and the others' are optimised fully.
//!
//! `fill` loads generated events of twenty projects and compacts the tables; `ask` measures the largest project's reports, each
//! from the sums of days and from the rows themselves, and then the engines, and prints the tables of docs/performance.md. `erase`
//! has everything of two of its installations go.

use std::{collections::BTreeMap, path::Path, time::Instant};

use anstream::println;
use benches::{
    process::peak_resident_mib,
    questions::{
        engines, fill,
        reports::{self, Cost},
    },
};
use candor_report::Query;
use candor_store::{Erasure, Store, StoreOptions, Task};
use candor_testkit::generator::{Plan, World};
use jiff::{ToSpan, civil::date};

/// As the collector has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "questions fill DIR EVENTS [DAYS] | questions ask DIR [PYTHON [DAYS]] | questions erase DIR | questions one DIR REPORT [raw]";
const PROJECT: &str = "tool-01";
/// Of each report; the first one warms up and does not count.
const RUNS: usize = 5;

#[tokio::main]
async fn main() {
    // As `candor serve` does.
    rustix::thread::disable_transparent_huge_pages(true).expect("a kernel that lets a process choose");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let all = Plan::default().days;
    match arguments[..] {
        ["fill", dir, events] => fill_store(Path::new(dir), events.parse().expect("EVENTS is a number"), all).await,
        ["fill", dir, events, days] => {
            let days = days.parse().expect("DAYS is a number");
            fill_store(Path::new(dir), events.parse().expect("EVENTS is a number"), days).await;
        }
        ["ask", dir] => ask(Path::new(dir), "python3", all).await,
        ["ask", dir, python] => ask(Path::new(dir), python, all).await,
        ["ask", dir, python, days] => ask(Path::new(dir), python, days.parse().expect("DAYS is a number")).await,
        ["one", dir, report] => one(Path::new(dir), report, false).await,
        ["one", dir, report, "raw"] => one(Path::new(dir), report, true).await,
        ["erase", dir] => erase(Path::new(dir)).await,
        _ => panic!("{USAGE}"),
    }
}

async fn open(dir: &Path) -> Store {
    Store::open(dir, StoreOptions::default()).await.expect("a store")
}

async fn fill_store(dir: &Path, events: u64, days: u32) {
    let store = open(dir).await;
    let world = World::new(Plan { events, days, ..Plan::default() });
    let started = Instant::now();
    let loaded = fill::fill(&store, &world, |done| anstream::eprintln!("{done} of {events}")).await;
    let seconds = started.elapsed().as_secs_f64();
    println!("loaded {loaded} events in {seconds:.0} s ({:.0} a second)", loaded as f64 / seconds);
    let started = Instant::now();
    let done = store.maintain(Task::Compact { everything: true }, |_| {}).await.expect("compaction");
    println!("compacted in {:.0} s: {done:?}", started.elapsed().as_secs_f64());
    println!("peak memory {:.0} MiB", peak_resident_mib(std::process::id()));
    store.close().await.expect("a store that closes");
    sizes(dir, loaded).await;
}

/// Bytes of each table, and what they are of those of `facts`.
async fn sizes(dir: &Path, events: u64) {
    let mut of_facts = 0;
    println!("\n| table | files | bytes | an event | of facts |\n|---|---|---|---|---|");
    for table in ["facts", "daily", "installation_days", "actives", "crashes"] {
        let files = engines::files(dir, table).await;
        let bytes: u64 = files.iter().map(|(_, bytes)| bytes).sum();
        if table == "facts" {
            of_facts = bytes;
        }
        let (each, share) = (bytes as f64 / events as f64, 100.0 * bytes as f64 / of_facts as f64);
        println!("| `{table}` | {} | {bytes} | {each:.2} | {share:.2} % |", files.len());
    }
}

async fn ask(dir: &Path, python: &str, days: u32) {
    let store = open(dir).await;
    let from = date(1970, 1, 1) + i64::from(Plan::default().first_day).days();
    let to = from + i64::from(days).days();
    let query = Query::new(PROJECT, from, to).expect("some days");
    let sums = reports::measure(&store, &query, false, RUNS).await;
    let rows = reports::measure(&store, &query, true, RUNS).await;
    let linked = dir.with_extension("facts");
    let facts = engines::files(dir, "facts").await;
    engines::link(&facts, &linked);
    let measured = engines::ask(python, &linked, [PROJECT, &from.to_string(), &to.to_string()], RUNS);
    let total = reports::total(&store, PROJECT).await;
    for engine in &measured {
        assert_eq!(engine.total, total, "{} counted other events", engine.name);
    }
    store.close().await.expect("a store that closes");
    println!("{total} events of {PROJECT}\n");
    table(&sums, &rows, &measured);
}

/// One report several times, for a profiler.
async fn one(dir: &Path, report: &str, raw: bool) {
    let store = open(dir).await;
    let from = date(1970, 1, 1) + i64::from(Plan::default().first_day).days();
    let query = Query::new(PROJECT, from, from + i64::from(Plan::default().days).days()).expect("some days");
    let report = report.parse().expect("a report");
    for _ in 0..RUNS * 2 {
        let (session, run) = reports::once(&store, report, &query, raw).await;
        println!("session {session:.1} ms, report {run:.1} ms");
    }
}

/// Erases the installation with the most runs, and one that was there on as many days as half of them were at most.
async fn erase(dir: &Path) {
    let store = open(dir).await;
    let all = reports::number(&store, "SELECT count(*) FROM facts").await;
    let of_each = format!(
        "(SELECT installation, count(DISTINCT day) AS days, sum(runs) AS runs FROM installation_days
        WHERE project = '{PROJECT}' AND installation IS NOT NULL GROUP BY installation)"
    );
    let half = reports::number(&store, &format!("SELECT count(*) / 2 FROM {of_each}")).await;
    for (order, skipped) in [("runs DESC", 0), ("days", half)] {
        let one = format!("FROM {of_each} ORDER BY {order}, installation LIMIT 1 OFFSET {skipped}");
        let days = reports::number(&store, &format!("SELECT days {one}")).await;
        let installation = reports::number(&store, &format!("SELECT installation {one}")).await;
        let erasure = Erasure { project: PROJECT.to_owned(), installation };
        let started = Instant::now();
        let done = store.maintain(Task::Erase(erasure), |_| {}).await.expect("erasure");
        let seconds = started.elapsed().as_secs_f64();
        println!("erased an installation of {days} days among {all} rows in {seconds:.1} s: {done:?}");
        let left = format!("SELECT count(*) FROM facts WHERE installation = {installation}");
        assert_eq!(reports::number(&store, &left).await, 0, "rows of the installation");
    }
    store.close().await.expect("a store that closes");
}

fn table(sums: &BTreeMap<String, Cost>, rows: &BTreeMap<String, Cost>, engines: &[engines::Measured]) {
    let heads: Vec<String> = engines.iter().map(|engine| format!(" {}, and Candor to it |", engine.name)).collect();
    println!("| report | from sums | peak | from rows | peak |{}", heads.concat());
    println!("|---|---|---|---|---|{}", "---|".repeat(engines.len()));
    for name in reports::names() {
        let name = name.to_string();
        let of_engine = |engine: &engines::Measured| match engine.ms.get(&name) {
            Some(ms) => format!(" {ms:.0} ms, {:.2} |", rows[&name].ms / ms),
            None => " |".to_owned(),
        };
        let others: String = engines.iter().map(of_engine).collect();
        let [sums, rows] = [sums, rows].map(|costs| {
            let Cost { ms, peak_mib } = costs[&name];
            format!("{ms:.0} ms | {peak_mib:.0} MiB")
        });
        println!("| {name} | {sums} | {rows} |{others}");
    }
}
