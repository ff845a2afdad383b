//! What keeps a data directory small and quick: compaction, retention, vacuum; and what is asked for: erasure, and sums made anew.
//!
//! It has a thread of its own and one core at most, two while it erases. Long work is done beside the flushes, compaction when a
//! core has nothing else to do (`idly.rs`); only a commit, which takes milliseconds, waits for its turn among them. Files of before
//! are kept for an hour, for queries that still read them. Each step is one commit a table, so that whoever is killed in between
//! has either the files of before or those of after.

mod backfill;
mod compact;
mod erase;
mod idly;
mod load;
mod plan;
mod retain;
mod rewrite;
mod thread;
mod vacuum;

use std::{path::PathBuf, sync::Arc};

use datafusion::{error::DataFusionError, prelude::SessionContext};
use serde::Serialize;
use tokio::sync::Mutex;

pub use self::erase::Erasure;
pub(crate) use self::thread::{MaintenanceRequest, run};
use crate::{
    FlushError, StoreOptions, TableError,
    fresh::Published,
    recovery::{Layout, create_private},
    tables::{DataFile, Replacement, Table},
};

/// What there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Task {
    /// Small files become large ones, and rows that add up are added up. With `true` every day, not only those where it pays.
    Compact {
        /// Whether days that are in good order are done again.
        everything: bool,
    },
    /// Days that are older than they are kept for go.
    Retain,
    /// Files go that no version has named for an hour.
    Vacuum,
    /// The sums are made anew from the facts, as far as these are kept.
    Rollup,
    /// All that is known of an installation goes.
    Erase(Erasure),
}

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Steps that are done.
    pub done: u64,
    /// All steps, as far as is known now.
    pub total: u64,
}

/// What a task did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Maintained {
    /// Files that are no longer in a table, or no longer there.
    pub files_removed: u64,
    /// Their bytes.
    pub bytes_removed: u64,
    /// Files that took their place.
    pub files_written: u64,
    /// Their bytes.
    pub bytes_written: u64,
    /// Rows that went for good.
    pub rows_removed: u64,
}

impl Maintained {
    pub(crate) fn removed(&mut self, files: &[DataFile]) {
        self.files_removed += files.len() as u64;
        self.bytes_removed += files.iter().map(|file| file.bytes).sum::<u64>();
    }

    pub(crate) fn added(&mut self, files: &[deltalake::kernel::Add]) {
        self.files_written += files.len() as u64;
        self.bytes_written += files.iter().map(|file| u64::try_from(file.size).unwrap_or(0)).sum::<u64>();
    }
}

/// Why a task was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MaintenanceError {
    /// A table could not be read or written.
    #[error("{0}")]
    Table(#[from] TableError),
    /// The rows in memory could not be committed first.
    #[error("{0}")]
    Flush(#[from] FlushError),
    /// The system said no.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl From<DataFusionError> for MaintenanceError {
    fn from(error: DataFusionError) -> Self {
        Self::Table(TableError::Query(error))
    }
}

/// All that maintenance has.
#[derive(Debug, Clone)]
pub(crate) struct Maintenance {
    pub(crate) published: Arc<Published>,
    /// See [`Flusher::commits`](crate::flush::Flusher::commits).
    pub(crate) commits: Arc<Mutex<()>>,
    pub(crate) layout: Layout,
    pub(crate) options: StoreOptions,
}

/// Of which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Facts,
    Crashes,
    /// The position in [`DERIVED`](crate::derived::DERIVED).
    Derived(usize),
}

impl Maintenance {
    /// Every table with its place.
    fn every(&self) -> Vec<(Which, PathBuf)> {
        let derived = (0..self.layout.derived.len()).map(Which::Derived);
        [Which::Facts, Which::Crashes].into_iter().chain(derived).map(|which| (which, self.dir(which))).collect()
    }

    /// Where the table is.
    fn dir(&self, which: Which) -> PathBuf {
        match which {
            Which::Facts => self.layout.facts.clone(),
            Which::Crashes => self.layout.crashes.clone(),
            Which::Derived(position) => self.layout.derived[position].clone(),
        }
    }

    /// A context for one piece of work.
    fn context(&self) -> Result<SessionContext, MaintenanceError> {
        let spill = &self.layout.spill;
        create_private(spill).map_err(|source| MaintenanceError::Io { path: spill.clone(), source })?;
        Ok(rewrite::context(spill)?)
    }

    /// The version that queries see.
    fn table(&self, which: Which) -> Table {
        let state = self.published.lock();
        match which {
            Which::Facts => state.tables.facts.clone(),
            Which::Crashes => state.tables.crashes.clone(),
            Which::Derived(position) => state.tables.derived[position].clone(),
        }
    }

    /// From here on queries see this version. Only for whoever has the turn to commit.
    fn publish(&self, which: Which, table: Table) {
        let mut state = self.published.lock();
        match which {
            Which::Facts => state.tables.facts = table,
            Which::Crashes => state.tables.crashes = table,
            Which::Derived(position) => state.tables.derived[position] = table,
        }
    }

    /// Commits, when no flush is between two commits, that files take the place of others.
    async fn replace(&self, which: Which, replacement: Replacement) -> Result<(), TableError> {
        let _turn = self.commits.lock().await;
        let table = self.table(which).replace(replacement).await?;
        self.publish(which, table);
        Ok(())
    }
}
