//! New versions of a table: rows more, other files, other columns.

use std::collections::HashMap;

use datafusion::{
    arrow::{array::RecordBatch, compute::concat_batches, datatypes::Schema},
    execution::SendableRecordBatchStream,
    parquet::{
        basic::{Compression, Encoding, ZstdLevel},
        file::properties::WriterProperties,
        schema::types::ColumnPath,
    },
};
use deltalake::{
    DeltaTable, StructType,
    kernel::{
        Action, Add, Transaction,
        engine::arrow_conversion::TryIntoKernel,
        transaction::{CommitBuilder, CommitProperties},
    },
    protocol::{DeltaOperation, SaveMode},
    writer::{DeltaWriter, RecordBatchWriter},
};
use futures::StreamExt;

use super::{APPLICATION, DataFile, Definition, Kept, Table, TableError};
use crate::facts::{PARTITION, conform};

/// Rows that are put together before they are handed to the Parquet writer.
const CHUNK_ROWS: usize = 32_768;
/// Rows of a row group in a compacted file: what a question about one project or installation reads at least.
const ROW_GROUP_ROWS: usize = 65_536;
/// Likewise, of sums, which have many columns without a value: each costs as much in a small group as in a large one, and
/// pages tell projects apart as well.
const SUMS_GROUP_ROWS: usize = 262_144;

/// Files that take the place of others.
#[derive(Debug)]
pub(crate) struct Replacement {
    pub(crate) removed: Vec<DataFile>,
    pub(crate) added: Vec<Add>,
    /// Whether the table says something else afterwards.
    pub(crate) is_change: bool,
    /// What the new version shall say of itself: the name of something that was done, once.
    pub(crate) mark: Option<String>,
}

impl Table {
    /// Commits rows, which with those before are all rows up to `sequence`, and returns the version that has them.
    ///
    /// An error does not say that nothing was committed: look at [`Self::reload`] before trying again.
    pub(crate) async fn append(&self, rows: &[RecordBatch], sequence: u64) -> Result<Self, TableError> {
        let mark = (APPLICATION.to_owned(), i64::try_from(sequence).unwrap_or(i64::MAX));
        self.append_marked(rows, Some(mark)).await
    }

    /// Commits rows, and of an application up to where it has come.
    pub(crate) async fn append_marked(
        &self,
        rows: &[RecordBatch],
        mark: Option<(String, i64)>,
    ) -> Result<Self, TableError> {
        let rows_schema = rows.last().map_or_else(|| self.schema.clone(), |batch| batch.schema());
        let table = self.widen(&rows_schema).await?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
        let mut writer = RecordBatchWriter::for_table(&table)?.with_writer_properties(properties);
        let schema = writer.arrow_schema();
        for chunk in chunks(rows) {
            let conformed = chunk.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
            writer.write(concat_batches(&schema, &conformed)?).await?;
            // Encoding takes long; the runtime's other tasks, such as file writes, get their turn.
            tokio::task::yield_now().await;
        }
        let adds = writer.flush().await?;
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![PARTITION.to_owned()]),
            predicate: None,
        };
        self.commit(table, adds.into_iter().map(Action::Add).collect(), mark, operation).await
    }

    /// Writes rows to files of about `file_bytes` that no version names yet; they have the table's columns and are in order.
    pub(crate) async fn write(
        &self,
        mut rows: SendableRecordBatchStream,
        file_bytes: u64,
    ) -> Result<Vec<Add>, TableError> {
        let mut writer = RecordBatchWriter::for_table(&self.table)?
            .with_writer_properties(compacted(self.definition)?)
            .with_target_file_size(file_bytes);
        let schema = writer.arrow_schema();
        while let Some(batch) = rows.next().await {
            writer.write(conform(&batch?, &schema)?).await?;
            tokio::task::yield_now().await;
        }
        Ok(writer.flush().await?)
    }

    /// Commits that files take the place of others.
    pub(crate) async fn replace(&self, replacement: Replacement) -> Result<Self, TableError> {
        let Replacement { removed, added, is_change, mark } = replacement;
        let removed = removed.into_iter().map(|file| Action::Remove(file.removal(is_change)));
        let added = added.into_iter().map(|add| Action::Add(Add { data_change: is_change, ..add }));
        let operation = match is_change {
            true => DeltaOperation::Delete { predicate: None },
            false => DeltaOperation::Optimize { predicate: None, target_size: 0 },
        };
        let mark = mark.map(|name| (name, 1));
        self.commit(self.table.clone(), removed.chain(added).collect(), mark, operation).await
    }

    async fn commit(
        &self,
        mut table: DeltaTable,
        actions: Vec<Action>,
        mark: Option<(String, i64)>,
        operation: DeltaOperation,
    ) -> Result<Self, TableError> {
        let mut properties = CommitProperties::default();
        if let Some((application, version)) = mark {
            properties = properties.with_application_transaction(Transaction::new(application, version));
        }
        let state = table.snapshot()?;
        CommitBuilder::from(properties).with_actions(actions).build(Some(state), table.log_store(), operation).await?;
        table.update_state().await?;
        Self::of(self.definition, table).await
    }

    /// Adds the columns that the table lacks, in a commit of their own: it says nothing about rows, so that it does no
    /// harm if the rows do not follow.
    pub(crate) async fn with_columns_of(&self, rows: &Schema) -> Result<Self, TableError> {
        Self::of(self.definition, self.widen(rows).await?).await
    }

    async fn widen(&self, rows: &Schema) -> Result<DeltaTable, TableError> {
        let known = &self.schema;
        let new: Vec<_> = rows.fields().iter().filter(|field| known.index_of(field.name()).is_err()).cloned().collect();
        if new.is_empty() {
            return Ok(self.table.clone());
        }
        let new: StructType = (&Schema::new(new)).try_into_kernel()?;
        Ok(self.table.clone().add_columns().with_fields(new.fields().cloned().collect::<Vec<_>>()).await?)
    }

    /// Sees to it that the table has these properties.
    pub(super) async fn with_properties(self, properties: &[(&str, String)]) -> Result<Self, TableError> {
        let known = self.table.snapshot()?.metadata().configuration().clone();
        if properties.iter().all(|(name, value)| known.get(*name) == Some(value)) {
            return Ok(self);
        }
        let properties: HashMap<_, _> =
            properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let table = self.table.clone().set_tbl_properties().with_properties(properties).await?;
        Self::of(self.definition, table).await
    }
}

/// How compacted files are written: they are read often, and sums are kept for years.
pub(super) fn compacted(definition: Definition) -> Result<WriterProperties, TableError> {
    let (level, rows) = match definition.kept {
        Kept::Raw => (6, ROW_GROUP_ROWS),
        Kept::Sums => (15, SUMS_GROUP_ROWS),
    };
    let builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(level)?))
        .set_max_row_group_row_count(Some(rows));
    // Almost every value is another one, close to the one before: of the time, and of the buckets of a sum.
    let ascending = match definition.kept {
        Kept::Raw => "time",
        Kept::Sums => "duration_bucket",
    };
    let ascending = ColumnPath::from(vec![ascending.to_owned()]);
    Ok(builder
        .set_column_dictionary_enabled(ascending.clone(), false)
        .set_column_encoding(ascending, Encoding::DELTA_BINARY_PACKED)
        .build())
}

/// Batches in groups of about [`CHUNK_ROWS`] rows.
fn chunks(rows: &[RecordBatch]) -> impl Iterator<Item = &[RecordBatch]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let mut count = 0;
        let full = rest.iter().position(|batch| {
            count += batch.num_rows();
            count >= CHUNK_ROWS
        });
        let (chunk, behind) = rest.split_at(full.map_or(rest.len(), |position| position + 1));
        rest = behind;
        (!chunk.is_empty()).then_some(chunk)
    })
}
