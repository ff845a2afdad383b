//! What the queries of a store share: memory with a bound, and room on disk for what does not fit.

use std::{error::Error, fs, io, path::Path, sync::Arc};

use datafusion::{
    error::DataFusionError,
    execution::{
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::FairSpillPool,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
};

use crate::recovery::create_private;

/// How much all queries of a store, or of a reader, may take together.
///
/// Memory is what sorting, grouping and joining keep; the rows in flight come on top, a few thousand a step and core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryBounds {
    /// Bytes of memory. Default 512 MiB: half of what a collector may take in all.
    pub memory_bytes: usize,
    /// Bytes on disk, where what does not fit into memory goes for as long as the query runs. Default 2 GiB; never more than
    /// a quarter of what is free at the start, because events need room too.
    pub spill_bytes: u64,
}

impl Default for QueryBounds {
    fn default() -> Self {
        Self { memory_bytes: 512 << 20, spill_bytes: 2 << 30 }
    }
}

/// Bytes of what is remembered of files, such as where their groups of rows are: a day of a million events has 0.7 MB of that, and where not all days
/// of a question have room, none of them is remembered until the next.
const REMEMBERED: usize = 96 << 20;

/// What the engine's writer says beyond the bound, by an error that has no other mark.
const NO_MORE_SPILL: &str = "exceeded the allowable limit";

/// Whether a query failed because it needs more memory, or more room on disk, than queries may have.
#[must_use]
pub fn is_out_of_memory(error: &(dyn Error + 'static)) -> bool {
    let is_it = match (error.downcast_ref(), error.downcast_ref::<io::Error>()) {
        (Some(DataFusionError::ResourcesExhausted(_)), _) => true,
        (_, Some(error)) => error.kind() == io::ErrorKind::StorageFull || error.to_string().contains(NO_MORE_SPILL),
        _ => false,
    };
    is_it || error.source().is_some_and(is_out_of_memory)
}

/// An engine that keeps what does not fit in `dir`, which is emptied before: a process that was killed left it behind.
pub(crate) fn engine_in(dir: &Path, bounds: QueryBounds) -> io::Result<Arc<RuntimeEnv>> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => create_private(dir)?,
    }
    engine(DiskManagerMode::Directories(vec![dir.to_owned()]), dir, bounds).map_err(io::Error::other)
}

/// An engine that keeps what does not fit where the system has room for such things.
pub(crate) fn engine_apart(bounds: QueryBounds) -> Result<Arc<RuntimeEnv>, DataFusionError> {
    engine(DiskManagerMode::OsTmpDirectory, &std::env::temp_dir(), bounds)
}

fn engine(mode: DiskManagerMode, place: &Path, bounds: QueryBounds) -> Result<Arc<RuntimeEnv>, DataFusionError> {
    let free = rustix::fs::statvfs(place).map_or(0, |system| system.f_bavail.saturating_mul(system.f_frsize));
    let disk =
        DiskManagerBuilder::default().with_mode(mode).with_max_temp_directory_size(bounds.spill_bytes.min(free / 4));
    // Each query that could spill gets a share; first come, first served would fail whoever comes second.
    let memory = Arc::new(FairSpillPool::new(bounds.memory_bytes));
    RuntimeEnvBuilder::new()
        .with_disk_manager_builder(disk)
        .with_memory_pool(memory)
        .with_metadata_cache_limit(REMEMBERED)
        .build_arc()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use datafusion::{
        physical_plan::{ExecutionPlan, collect},
        prelude::{SessionConfig, SessionContext},
    };

    fn session(bounds: QueryBounds) -> (tempfile::TempDir, SessionContext) {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine_in(&dir.path().join("tmp"), bounds).unwrap();
        (dir, SessionContext::new_with_config_rt(SessionConfig::new().with_target_partitions(2), engine))
    }

    fn spills(plan: &Arc<dyn ExecutionPlan>) -> usize {
        let own = plan.metrics().and_then(|metrics| metrics.spill_count()).unwrap_or(0);
        own + plan.children().into_iter().map(spills).sum::<usize>()
    }

    const GROUPS: &str = "SELECT count(*) AS n FROM \
        (SELECT value * 7919 % 1500007 AS k, sum(value) AS s FROM generate_series(1, 2000000) GROUP BY k) WHERE s > 0";

    #[tokio::test(flavor = "multi_thread")]
    async fn a_query_that_needs_more_memory_than_there_is_goes_on_on_disk() {
        let (dir, session) = session(QueryBounds { memory_bytes: 24 << 20, ..QueryBounds::default() });
        let plan = session.sql(GROUPS).await.unwrap().create_physical_plan().await.unwrap();
        let rows = collect(plan.clone(), session.task_ctx()).await.unwrap();
        let shown = datafusion::arrow::util::pretty::pretty_format_batches(&rows).unwrap().to_string();
        assert!(shown.contains("1500007"), "{shown}");
        assert!(spills(&plan) > 0);
        drop((plan, session));
        let left: Vec<_> = walk(&dir.path().join("tmp"));
        assert!(left.is_empty(), "{left:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_query_that_finds_no_room_on_disk_either_is_told_so() {
        let (_dir, session) = session(QueryBounds { memory_bytes: 24 << 20, spill_bytes: 1 << 20 });
        let error = session.sql(GROUPS).await.unwrap().collect().await.unwrap_err();
        assert!(is_out_of_memory(&error), "{error}");
        let list = "SELECT array_agg(value) AS list FROM generate_series(1, 100000000)";
        let error = session.sql(list).await.unwrap().collect().await.unwrap_err();
        assert!(is_out_of_memory(&error), "{error}");
        let other = session.sql("SELECT nothing").await.unwrap_err();
        assert!(!is_out_of_memory(&other));
    }

    #[test]
    fn what_a_killed_process_left_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let old = dir.path().join("tmp/datafusion-0/old");
        fs::create_dir_all(old.parent().unwrap()).unwrap();
        fs::write(&old, "rows").unwrap();
        engine_in(&dir.path().join("tmp"), QueryBounds::default()).unwrap();
        assert!(!old.exists());
    }

    fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
        let entries: Vec<_> = fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
        entries.into_iter().flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
    }
}
