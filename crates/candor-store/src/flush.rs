//! The thread that commits fresh rows to the table, and lets go of the journal behind them.
//!
//! In this order, each step on disk before the next begins:
//!
//! 1. of each table, `facts` last: the rows' Parquet files;
//! 2. and the commit that names them, with the last journal sequence in it;
//! 3. the ids of their items, as a run (`dedup`);
//! 4. the journal segments that hold nothing else are deleted.
//!
//! Killed before 2, a restart finds the rows in the journal; after it, the commit says that they need no replay, each
//! table's for itself; the ids are in the journal until they are in their file. Killed between two tables' commits, it
//! commits the same rows to the others first: rows up to the same sequence, so that those that have them can tell.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, Notify, mpsc, oneshot};

use crate::{
    StoreOptions,
    dedup::Runs,
    derived::{Coded, DERIVED, derive},
    fresh::{FreshRows, Published},
    journal::JournalFiles,
    tables::{Table, TableError, Tables},
};

/// The wait after a first failure; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// A full disk is noticed to be free again within this time.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why rows could not be committed to the table. They stay in the journal and in memory, and it is tried again.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FlushError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The table could not be written.
    #[error("commit fresh rows: {0}")]
    Table(Arc<TableError>),
    /// The rows are in the table, but the journal behind them could not be let go.
    #[error("let go of the journal: {0}")]
    Journal(Arc<std::io::Error>),
}

/// What the thread is asked for.
#[derive(Debug)]
pub(crate) struct FlushRequest {
    pub(crate) answer: oneshot::Sender<Result<(), FlushError>>,
}

/// All that the thread has.
#[derive(Debug)]
pub(crate) struct Flusher {
    pub(crate) published: Arc<Published>,
    /// Held from the first commit of a flush until queries see all of them.
    pub(crate) commits: Arc<Mutex<()>>,
    pub(crate) files: Arc<JournalFiles>,
    pub(crate) ids: Arc<Runs>,
    pub(crate) options: StoreOptions,
    pub(crate) wanted: Arc<Notify>,
    pub(crate) unsaved: Unsaved,
}

/// What is committed, and not yet let go of in the journal.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    ids: Vec<(i32, Vec<u64>)>,
}

impl Flusher {
    /// Works until the sender of the requests is gone.
    pub(crate) async fn run(mut self, mut requests: mpsc::Receiver<FlushRequest>) {
        let mut failures = 0;
        loop {
            let wait = if failures == 0 { self.due_in() } else { backoff(failures) };
            let request = tokio::select! {
                request = requests.recv() => match request {
                    Some(request) => Some(request),
                    None => return,
                },
                () = self.wanted.notified(), if failures == 0 => None,
                () = tokio::time::sleep(wait) => None,
            };
            let is_due = request.is_some() || failures > 0 || self.is_due();
            if !is_due {
                continue;
            }
            let result = self.flush().await;
            match &result {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    tracing::error!(%error, failures, "fresh rows could not be committed; they are kept, and it is tried again");
                    self.published.lock().last_error = Some(error.to_string());
                }
            }
            if let Some(request) = request {
                // Whoever asked may have gone.
                let _ = request.answer.send(result);
            }
        }
    }

    fn is_due(&self) -> bool {
        let state = self.published.lock();
        let oldest = state.flushing.since.or(state.fresh.since);
        state.rows() >= self.options.flush_rows
            || state.bytes() >= self.options.flush_bytes
            || oldest.is_some_and(|since| since.elapsed() >= self.options.flush_interval)
    }

    /// How long until rows come of age; a row that is still to come cannot before the interval is over.
    fn due_in(&self) -> Duration {
        let state = self.published.lock();
        let oldest = state.flushing.since.or(state.fresh.since);
        let age = oldest.map_or(Duration::ZERO, |since| since.elapsed());
        // Not a busy loop, should the interval be zero.
        self.options.flush_interval.saturating_sub(age).max(Duration::from_millis(1))
    }

    /// Commits every row that is fresh now.
    pub(crate) async fn flush(&mut self) -> Result<(), FlushError> {
        let target = self.published.lock().last_sequence();
        loop {
            let commits = self.commits.clone();
            let turn = commits.lock().await;
            let Some(tables) = self.seal() else { break };
            let (facts, crashes, sequence) = {
                let FreshRows { facts, crashes, last_sequence, .. } = &self.published.lock().flushing;
                (facts.batches().to_vec(), crashes.batches().to_vec(), *last_sequence)
            };
            let failed = |error| FlushError::Table(Arc::new(TableError::Query(error)));
            let crashes = commit(tables.crashes, &crashes, sequence).await?;
            let mut sums = Vec::with_capacity(DERIVED.len());
            let coded = Coded::of(&facts).map_err(|error| failed(error.into()))?;
            for (derived, table) in DERIVED.iter().zip(tables.derived) {
                let rows = derive(derived, &coded).await.map_err(failed)?;
                sums.push(commit(table, &rows, sequence).await?);
            }
            drop(coded);
            let facts = commit(tables.facts, &facts, sequence).await?;
            self.publish(Tables { facts, crashes, derived: sums });
            drop(turn);
            if self.published.lock().tables.facts.committed() >= target {
                break;
            }
        }
        self.let_go().map_err(|error| FlushError::Journal(Arc::new(error)))
    }

    /// Takes the fresh rows for the next commit, unless some of the last one are still there. `None` where there is
    /// nothing to commit.
    fn seal(&self) -> Option<Tables> {
        let mut state = self.published.lock();
        state.seal();
        (!state.flushing.is_empty()).then(|| state.tables.clone())
    }

    /// From here on queries see the rows in the table, and no longer beside it.
    fn publish(&mut self, tables: Tables) {
        let mut state = self.published.lock();
        state.tables = tables;
        state.last_flush = Some(Instant::now());
        state.last_error = None;
        let flushed: FreshRows = std::mem::take(&mut state.flushing);
        drop(state);
        self.unsaved.ids.extend(flushed.ids);
    }

    /// Writes down the ids, and deletes the segments that are no longer needed.
    fn let_go(&mut self) -> std::io::Result<()> {
        while let Some((day, ids)) = self.unsaved.ids.first() {
            self.ids.append(*day, ids)?;
            self.ids.expire(*day)?;
            self.unsaved.ids.remove(0);
        }
        let committed = self.published.lock().tables.facts.committed();
        self.files.delete_through(committed)
    }
}

/// Commits rows up to `sequence`, once, whatever an earlier attempt may have come to.
async fn commit(
    table: Table,
    rows: &[datafusion::arrow::array::RecordBatch],
    sequence: u64,
) -> Result<Table, FlushError> {
    if rows.is_empty() {
        return Ok(table);
    }
    let failed = |error| FlushError::Table(Arc::new(error));
    // A commit can be made and its maker told otherwise: what came after it, such as a checkpoint, may have failed.
    let current = table.reload().await.map_err(failed)?;
    if current.committed() >= sequence {
        return Ok(current);
    }
    current.append(rows, sequence).await.map_err(failed)
}

fn backoff(failures: u32) -> Duration {
    FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST_WAIT)
}
