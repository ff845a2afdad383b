//! What is in the journal and not yet in the tables, and the versions of the tables that go with it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use datafusion::arrow::{array::RecordBatch, compute::concat_batches};

use crate::{
    facts::{Apart, batch_bytes},
    query::{DerivedView, View},
    tables::{Table, Tables},
};

/// Batches of fewer rows are put together, so that a query meets few of them. Those of a high load have as many from the start,
/// and are not copied again.
const MERGED_ROWS: usize = 1024;
/// So many batches become one, and so many of those one again: each row is copied a few times at most.
const MERGED_BATCHES: usize = 16;

/// Rows of one table.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    batches: Vec<RecordBatch>,
    /// How often the rows of each small batch were copied; none of a large one, which stays as it is.
    copied: Vec<Option<u8>>,
    rows: usize,
    /// What the batches weigh.
    bytes: usize,
}

impl Rows {
    pub(crate) fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    fn push(&mut self, batch: RecordBatch) {
        self.rows += batch.num_rows();
        self.bytes += batch_bytes(&batch);
        self.copied.push((batch.num_rows() < MERGED_ROWS).then_some(0));
        self.batches.push(batch);
        while self.merge() {}
    }

    /// Puts the last batches together where there are enough that were copied equally often, like counting.
    fn merge(&mut self) -> bool {
        let Some(start) = self.batches.len().checked_sub(MERGED_BATCHES) else { return false };
        let Some(times) = self.copied[start] else { return false };
        let (schema, last) = (self.batches[start].schema(), &self.batches[start..]);
        let is_alike =
            |(batch, copied): (&RecordBatch, &Option<u8>)| *copied == Some(times) && batch.schema_ref() == &schema;
        if !last.iter().zip(&self.copied[start..]).all(is_alike) {
            return false;
        }
        // They have one schema; if they cannot be put together all the same, they stay apart.
        let Ok(merged) = concat_batches(&schema, last) else { return false };
        self.batches.truncate(start);
        self.copied.truncate(start);
        self.copied.push((merged.num_rows() < MERGED_ROWS).then_some(times + 1));
        self.batches.push(merged);
        true
    }
}

/// Rows of consecutive journal frames, and the ids of their items.
#[derive(Debug, Default)]
pub(crate) struct FreshRows {
    pub(crate) facts: Rows,
    pub(crate) crashes: Rows,
    pub(crate) last_sequence: u64,
    /// When the first of them came.
    pub(crate) since: Option<Instant>,
    /// Ids by the day on which they were received; they go to the id files.
    pub(crate) ids: Vec<(i32, Vec<u64>)>,
}

impl FreshRows {
    /// Adds what the next frame held.
    pub(crate) fn push(&mut self, sequence: u64, day: i32, frame: Apart) {
        self.last_sequence = sequence;
        self.push_ids(day, &frame.ids);
        if frame.facts.num_rows() > 0 {
            self.since.get_or_insert_with(Instant::now);
            self.facts.push(frame.facts);
        }
        if let Some(crashes) = frame.crashes {
            self.crashes.push(crashes);
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

    /// Rows of `facts`; every crash has one.
    pub(crate) fn rows(&self) -> usize {
        self.facts.rows
    }

    pub(crate) fn bytes(&self) -> usize {
        self.facts.bytes + self.crashes.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows() == 0 && self.ids.is_empty()
    }
}

/// A version of the tables, and the rows behind them: together, every acknowledged row exactly once.
#[derive(Debug)]
pub(crate) struct Published {
    state: Mutex<State>,
}

/// See [`Published`].
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) tables: Tables,
    /// Rows that are being committed, or that shall be tried again.
    pub(crate) flushing: FreshRows,
    /// Rows that came since.
    pub(crate) fresh: FreshRows,
    pub(crate) last_flush: Option<Instant>,
    pub(crate) last_error: Option<String>,
}

impl Published {
    pub(crate) fn new(tables: Tables) -> Self {
        let (flushing, fresh) = (FreshRows::default(), FreshRows::default());
        Self { state: Mutex::new(State { tables, flushing, fresh, last_flush: None, last_error: None }) }
    }

    /// Held for moments only, never across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tables, and the rows that they do not have.
    pub(crate) fn view(&self) -> View {
        let state = self.lock();
        let (flushing, fresh, tables) = (&state.flushing, &state.fresh, state.tables.clone());
        // A table has what a flush wanted to commit where that was cut off behind it.
        let lacks = |table: &Table| table.committed() < flushing.last_sequence;
        let both = |of: fn(&FreshRows) -> &Rows, with_flushing: bool| -> Vec<RecordBatch> {
            let flushing = of(flushing).batches.iter().filter(|_| with_flushing);
            flushing.chain(&of(fresh).batches).cloned().collect()
        };
        let derived = |table| DerivedView { fresh_facts: both(|rows| &rows.facts, lacks(&table)), table };
        View {
            derived: tables.derived.into_iter().map(derived).collect(),
            facts: tables.facts,
            fresh_facts: both(|rows| &rows.facts, true),
            fresh_crashes: both(|rows| &rows.crashes, lacks(&tables.crashes)),
            crashes: Some(tables.crashes),
        }
    }
}

impl State {
    /// Takes the fresh rows for the next commit, unless some of the last one are still there.
    pub(crate) fn seal(&mut self) {
        if self.flushing.is_empty() {
            self.flushing = std::mem::take(&mut self.fresh);
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.flushing.bytes() + self.fresh.bytes()
    }

    pub(crate) fn rows(&self) -> usize {
        self.flushing.rows() + self.fresh.rows()
    }

    /// The highest sequence that is not in the table.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.flushing.last_sequence.max(self.fresh.last_sequence)
    }
}
