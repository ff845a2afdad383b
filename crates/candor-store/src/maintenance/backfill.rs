//! The sums made anew from the facts.

use std::sync::Arc;

use datafusion::{datasource::MemTable, error::DataFusionError};
use futures::StreamExt;

use super::{Maintained, Maintenance, MaintenanceError, Progress, Which, rewrite};
use crate::{
    derived::{Coded, DERIVED, derive},
    facts::widened,
    tables::{DataFile, Replacement, Table},
};

/// Rows of facts that are added up at a time.
const CHUNK_ROWS: usize = 100_000;

impl Maintenance {
    /// Fills derived tables that a store of an older release has not, or has in another shape, before anything is added to them.
    /// Days whose facts are gone keep what they have.
    pub(crate) async fn fill_new_tables(&self) -> Result<(), MaintenanceError> {
        for (position, derived) in DERIVED.iter().enumerate() {
            let which = Which::Derived(position);
            if self.table(which).is_marked(derived.complete).await? {
                continue;
            }
            let days = self.table(Which::Facts).data_files()?;
            if !days.is_empty() {
                tracing::info!(table = derived.definition.name, "a table of sums is made from the facts");
            }
            for of_day in days.chunk_by(|left, right| left.day == right.day) {
                self.make_day(position, of_day, &mut Maintained::default()).await?;
            }
            let table = self.table(which).append_marked(&[], Some((derived.complete.to_owned(), 1))).await?;
            self.publish(which, table);
        }
        Ok(())
    }

    /// Makes the sums of every day anew that has facts. Days whose facts are gone keep theirs.
    pub(super) async fn rollup(
        &self,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Maintained, MaintenanceError> {
        let mut days: Vec<i32> = self.table(Which::Facts).data_files()?.iter().map(|file| file.day).collect();
        days.dedup();
        let total = (days.len() * DERIVED.len()) as u64;
        let mut maintained = Maintained::default();
        let mut done = 0;
        for position in 0..DERIVED.len() {
            for day in &days {
                progress(Progress { done, total });
                done += 1;
                // No flush between what is read and what is written: the tables are in step before and after.
                let _turn = self.commits.lock().await;
                let mut files = self.table(Which::Facts).data_files()?;
                files.retain(|file| file.day == *day);
                self.make_day(position, &files, &mut maintained).await?;
            }
        }
        progress(Progress { done: total, total });
        Ok(maintained)
    }

    /// Puts the sums of one day's facts in the place of what is there. Only for whoever has the turn to commit.
    async fn make_day(
        &self,
        position: usize,
        files: &[DataFile],
        maintained: &mut Maintained,
    ) -> Result<(), MaintenanceError> {
        let Some(day) = files.first().map(|file| file.day) else { return Ok(()) };
        let (which, facts) = (Which::Derived(position), self.table(Which::Facts));
        let context = self.context()?;
        let rows = rewrite::rows(&context, &facts, files)?;
        let mut stream = rows.execute_stream().await?;
        let (mut chunk, mut chunk_rows, mut sums) = (Vec::new(), 0, Vec::new());
        loop {
            let next = stream.next().await.transpose()?;
            let is_last = next.is_none();
            chunk_rows += next.as_ref().map_or(0, |batch| batch.num_rows());
            chunk.extend(next);
            if is_last || chunk_rows >= CHUNK_ROWS {
                let facts = Coded::of(&std::mem::take(&mut chunk)).map_err(DataFusionError::from)?;
                sums.extend(derive(&DERIVED[position], &facts).await?);
                chunk_rows = 0;
            }
            if is_last {
                break;
            }
        }
        let mut removed = self.table(which).data_files()?;
        removed.retain(|file| file.day == day);
        if sums.is_empty() && removed.is_empty() {
            return Ok(());
        }
        let table = self.widened(which, &sums).await?;
        let added = match sums.is_empty() {
            true => Vec::new(),
            false => {
                let sums = conformed(&sums, &table)?;
                let frame = context.read_table(Arc::new(MemTable::try_new(table.schema().clone(), vec![sums])?))?;
                let rows = rewrite::in_order(frame, table.definition(), table.schema()).await?;
                table.write(rows, self.options.file_bytes).await?
            }
        };
        maintained.removed(&removed);
        maintained.added(&added);
        let table = table.replace(Replacement { removed, added, is_change: true, mark: None }).await?;
        self.publish(which, table);
        Ok(())
    }

    /// The table with a column for everything that the rows have one for.
    async fn widened(
        &self,
        which: Which,
        rows: &[datafusion::arrow::array::RecordBatch],
    ) -> Result<Table, MaintenanceError> {
        let table = self.table(which);
        let wide = rows.iter().fold(table.schema().clone(), |wide, batch| widened(&wide, batch.schema_ref()));
        Ok(table.with_columns_of(&wide).await?)
    }
}

fn conformed(
    rows: &[datafusion::arrow::array::RecordBatch],
    table: &Table,
) -> Result<Vec<datafusion::arrow::array::RecordBatch>, DataFusionError> {
    Ok(rows.iter().map(|batch| crate::facts::conform(batch, table.schema())).collect::<Result<_, _>>()?)
}
