//! What is in the journal and not yet in the table, and the version of the table that goes with it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use datafusion::arrow::{array::RecordBatch, compute::concat_batches};

use crate::tables::FactsTable;

/// Batches are put together until they have this many rows, so that a query meets few of them.
const MERGED_ROWS: usize = 4096;

/// Rows of consecutive journal frames, and the ids of their items.
#[derive(Debug, Default)]
pub(crate) struct FreshRows {
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) rows: usize,
    /// What the batches weigh.
    pub(crate) bytes: usize,
    pub(crate) last_sequence: u64,
    /// When the first of them came.
    pub(crate) since: Option<Instant>,
    /// Ids by the day on which they were received; they go to the id files.
    pub(crate) ids: Vec<(i32, Vec<u64>)>,
}

impl FreshRows {
    /// Adds the rows of the next frame.
    pub(crate) fn push(&mut self, sequence: u64, day: i32, batch: RecordBatch, ids: &[u64]) {
        self.last_sequence = sequence;
        self.push_ids(day, ids);
        if batch.num_rows() > 0 {
            self.since.get_or_insert_with(Instant::now);
            self.rows += batch.num_rows();
            self.bytes += weight(&batch);
            self.batches.push(batch);
            self.merge();
        }
    }

    /// Adds ids of items without rows.
    pub(crate) fn push_ids(&mut self, day: i32, ids: &[u64]) {
        match self.ids.last_mut() {
            Some((last, known)) if *last == day => known.extend_from_slice(ids),
            _ if ids.is_empty() => {}
            _ => self.ids.push((day, ids.to_vec())),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0 && self.ids.is_empty()
    }

    /// Puts the last two together while the last is not smaller, like counting in binary: each row is copied a dozen
    /// times at most, and the batches stay few.
    fn merge(&mut self) {
        while let [.., before, last] = self.batches.as_slice() {
            let rows = before.num_rows() + last.num_rows();
            if rows > MERGED_ROWS || last.num_rows() < before.num_rows() || before.schema_ref() != last.schema_ref() {
                return;
            }
            // They have one schema; if they cannot be put together all the same, they stay apart.
            let Ok(merged) = concat_batches(&last.schema(), [before, last]) else { return };
            self.batches.truncate(self.batches.len() - 2);
            self.batches.push(merged);
        }
    }
}

/// A version of the table, and the rows behind it: together, every acknowledged row exactly once.
#[derive(Debug)]
pub(crate) struct Published {
    state: Mutex<State>,
}

/// See [`Published`].
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) table: FactsTable,
    /// Rows that are being committed, or that shall be tried again.
    pub(crate) flushing: FreshRows,
    /// Rows that came since.
    pub(crate) fresh: FreshRows,
    pub(crate) last_flush: Option<Instant>,
    pub(crate) last_error: Option<String>,
}

impl Published {
    pub(crate) fn new(table: FactsTable) -> Self {
        let (flushing, fresh) = (FreshRows::default(), FreshRows::default());
        Self { state: Mutex::new(State { table, flushing, fresh, last_flush: None, last_error: None }) }
    }

    /// Held for moments only, never across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The table, and the rows that it does not have.
    pub(crate) fn view(&self) -> (FactsTable, Vec<RecordBatch>) {
        let state = self.lock();
        let fresh = state.flushing.batches.iter().chain(&state.fresh.batches).cloned().collect();
        (state.table.clone(), fresh)
    }
}

/// The bytes of the values: a batch out of the journal shares one buffer between its columns, which would count for
/// each of them.
fn weight(batch: &RecordBatch) -> usize {
    let column = |column: &datafusion::arrow::array::ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0);
    batch.columns().iter().map(column).sum()
}

impl State {
    pub(crate) fn bytes(&self) -> usize {
        self.flushing.bytes + self.fresh.bytes
    }

    pub(crate) fn rows(&self) -> usize {
        self.flushing.rows + self.fresh.rows
    }

    /// The highest sequence that is not in the table.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.flushing.last_sequence.max(self.fresh.last_sequence)
    }
}
