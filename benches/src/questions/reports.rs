//! What each report costs, from the sums of days and from the rows themselves.

use std::{collections::BTreeMap, time::Instant};

use candor_report::{Query, ReportName};
use candor_store::Store;
use datafusion::arrow::{array::AsArray as _, datatypes::Int64Type};

use crate::{
    process::{forget_peak, peak_resident_mib},
    quantile,
};

/// Tables that hold what can also be had from `facts`: without them a report has to.
const DERIVED: [&str; 3] = ["daily", "installation_days", "actives"];
/// What is not asked of the tables.
const OF_THE_CATALOG: &str = "pipeline";

/// The reports that are measured.
pub fn names() -> impl Iterator<Item = ReportName> {
    ReportName::ALL.iter().copied().filter(|name| name.as_str() != OF_THE_CATALOG)
}

/// How many events of a project there are.
///
/// # Panics
/// When they cannot be counted.
pub async fn total(store: &Store, project: &str) -> u64 {
    let sql = format!("SELECT CAST(sum(count) AS BIGINT) AS total FROM facts WHERE project = '{project}'");
    u64::try_from(number(store, &sql).await).expect("a count")
}

/// The number that a query answers.
///
/// # Panics
/// When it answers none.
pub async fn number(store: &Store, sql: &str) -> i64 {
    let session = store.session().await.expect("a session");
    let rows = session.sql(sql).await.expect("a query").collect().await.expect("an answer");
    rows.first().expect("a row").column(0).as_primitive::<Int64Type>().value(0)
}

/// The milliseconds of a session and of a report in it.
///
/// # Panics
/// When the report cannot be had.
pub async fn once(store: &Store, name: ReportName, query: &Query, raw: bool) -> (f64, f64) {
    let started = Instant::now();
    let session = store.session().await.expect("a session");
    if raw {
        for table in DERIVED {
            session.deregister_table(table).expect("a table of the session");
        }
    }
    let has_session = started.elapsed().as_secs_f64() * 1e3;
    candor_report::run(&session, name, query).await.expect("a report");
    (has_session, started.elapsed().as_secs_f64() * 1e3 - has_session)
}

/// What a report costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// The median of its runs.
    pub ms: f64,
    /// The most memory that the process had in any of them, in MiB.
    pub peak_mib: f64,
}

/// The cost of each report, warm, a new session each time as the collector makes one; `raw` takes the sums
/// away.
///
/// # Panics
/// When a report cannot be had.
pub async fn measure(store: &Store, query: &Query, raw: bool, runs: usize) -> BTreeMap<String, Cost> {
    let mut costs = BTreeMap::new();
    for name in names() {
        let mut times = Vec::new();
        forget_peak();
        for _ in 0..=runs {
            let (session, run) = once(store, name, query, raw).await;
            times.push(session + run);
        }
        let cost = Cost { ms: quantile(&mut times[1..], 0.5), peak_mib: peak_resident_mib(std::process::id()) };
        costs.insert(name.to_string(), cost);
    }
    costs
}
