//! A flush that was cut off between the commits of two tables: some have its rows, `facts` has not.

use datafusion::arrow::array::RecordBatch;

use crate::{
    derived::{Coded, DERIVED, derive},
    facts::Apart,
    fresh::Published,
    tables::{Table, TableError, Tables},
};

/// The frames of the journal that such a flush had, as they are replayed.
#[derive(Debug)]
pub(crate) struct CutOff {
    /// The last frame that some table has.
    furthest: u64,
    frames: Vec<(u64, RecordBatch, Option<RecordBatch>)>,
}

impl CutOff {
    /// `None` where the last flush came to its end.
    pub(crate) fn of(tables: &Tables) -> Option<Self> {
        let furthest = tables.furthest();
        (furthest > tables.facts.committed()).then(|| Self { furthest, frames: Vec::new() })
    }

    /// Whether the frame is one of its, or comes behind it.
    pub(crate) fn has(&self, sequence: u64) -> bool {
        sequence <= self.furthest
    }

    /// The next of its frames.
    pub(crate) fn push(&mut self, sequence: u64, frame: &Apart) {
        self.frames.push((sequence, frame.facts.clone(), frame.crashes.clone()));
    }

    /// Takes its frames, which are fresh by now, together for the next flush: they are committed under the sequence of the
    /// last of them, so that tables which have them are left as they are.
    ///
    /// Tables that have some of them get the others here. That comes of a backup, which copies one table after the other while
    /// flushes go on.
    pub(crate) async fn seal(self, published: &Published) -> Result<(), TableError> {
        let tables = {
            let mut state = published.lock();
            state.seal();
            state.tables.clone()
        };
        let committed = tables.facts.committed();
        let is_between = |table: &Table| table.committed() > committed && table.committed() < self.furthest;
        let behind = |table: &Table| {
            let sequence = table.committed();
            self.frames.iter().filter(move |(of, ..)| *of > sequence)
        };
        if is_between(&tables.crashes) {
            let rows: Vec<_> = behind(&tables.crashes).filter_map(|(.., crashes)| crashes.clone()).collect();
            let crashes = tables.crashes.append(&rows, self.furthest).await?;
            published.lock().tables.crashes = crashes;
        }
        for (position, (derived, table)) in DERIVED.iter().zip(&tables.derived).enumerate() {
            if is_between(table) {
                let facts: Vec<_> = behind(table).map(|(_, facts, _)| facts.clone()).collect();
                let rows = derive(derived, &Coded::of(&facts)?).await?;
                let table = table.append(&rows, self.furthest).await?;
                published.lock().tables.derived[position] = table;
            }
        }
        Ok(())
    }
}
