//! The store: what a collector has open.

use std::{path::{Path, PathBuf}, time::Duration};

use datafusion::prelude::SessionContext;

use crate::{Append, AppendError, Appended, StoreOptions};

/// The journal, the tables and the rows between them; one process owns a data directory.
#[derive(Debug)]
pub struct Store {}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has it open.
    #[error("{} is in use by {holder}: stop it first, or choose another data directory", .dir.display())]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// Who holds it, as far as known.
        holder: String,
    },
}

/// Why a query could not be prepared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The query engine said no.
    #[error("prepare the query: {0}")]
    Query(#[from] datafusion::error::DataFusionError),
}

/// Why rows could not be committed to the table. They stay in the journal and in memory, and it is tried again.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FlushError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// How the store is doing.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct StoreStatus {
    /// Rows that are in the journal and not yet in the table.
    pub fresh_rows: u64,
    /// Rows that wait for the journal.
    pub queued_rows: u64,
    /// Bytes of the journal's files.
    pub journal_bytes: u64,
    /// Bad frames that the journal held when it was replayed: each lost what it said.
    pub corrupt_frames: u64,
    /// The version of the table `facts`.
    pub table_version: u64,
    /// How long ago rows were last committed to the table, if ever since the store was opened.
    pub since_last_flush: Option<Duration>,
    /// Why the last commit to the table failed; `None` once one succeeded.
    pub last_error: Option<String>,
}

impl Store {
    /// Opens the data directory, makes what is missing, and replays the journal. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When another process has it open, or it cannot be read.
    pub async fn open(dir: &Path, options: StoreOptions) -> Result<Self, OpenError> { let _ = (dir, options); todo!() }
    /// Writes items to the journal, and returns once they are on disk: from then on each is counted exactly once.
    /// Items that were appended within the last seven days are counted no second time.
    ///
    /// # Errors
    /// When nothing of it was written; see [`AppendError`].
    pub async fn append(&self, batch: Append) -> Result<Appended, AppendError> { let _ = batch; todo!() }
    /// A context whose table `facts` has every acknowledged row as of now, exactly once.
    ///
    /// # Errors
    /// When the query engine refuses the tables.
    pub async fn session(&self) -> Result<SessionContext, QueryError> { todo!() }
    /// Commits every row appended before to the table.
    ///
    /// # Errors
    /// When the table could not be written; the rows are kept and tried again later.
    pub async fn flush(&self) -> Result<(), FlushError> { todo!() }
    /// Commits every row, and gives the data directory free.
    ///
    /// # Errors
    /// When the table could not be written; the journal keeps the rows for the next start.
    pub async fn close(self) -> Result<(), FlushError> { todo!() }
    /// How it is doing; cheap.
    #[must_use]
    pub fn status(&self) -> StoreStatus { todo!() }
}
