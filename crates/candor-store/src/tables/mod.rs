//! Tables on disk, in the format of Delta Lake.

mod durable;
mod repair;

use std::{path::Path, sync::Arc};

use datafusion::{
    arrow::{
        array::RecordBatch,
        compute::concat_batches,
        datatypes::{Schema, SchemaRef},
        error::ArrowError,
    },
    parquet::{
        basic::{Compression, ZstdLevel},
        errors::ParquetError,
        file::properties::WriterProperties,
    },
};
use deltalake::{
    DeltaTable, DeltaTableBuilder, DeltaTableError, ObjectStore, StructType, ensure_table_uri,
    kernel::{
        Action, Transaction,
        engine::arrow_conversion::{TryIntoArrow, TryIntoKernel},
        transaction::{CommitBuilder, CommitProperties},
    },
    protocol::{DeltaOperation, SaveMode},
    writer::{DeltaWriter, RecordBatchWriter},
};

use crate::facts::{PARTITION, base_schema, conform, crashes_schema};

/// The application id under which commits say up to which journal sequence they hold the rows.
const APPLICATION: &str = "candor-journal";
/// Rows that are put together before they are handed to the Parquet writer.
const CHUNK_ROWS: usize = 32_768;

/// Why a table could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// Delta Lake said no.
    #[error("a table: {0}")]
    Delta(#[from] DeltaTableError),
    /// The rows do not fit the table.
    #[error("the rows of a table: {0}")]
    Arrow(#[from] ArrowError),
    /// The settings of the files are wrong.
    #[error("the files of a table: {0}")]
    Parquet(#[from] ParquetError),
    /// The system said no.
    #[error("the files of a table: {0}")]
    Io(#[from] std::io::Error),
}

/// What a table is called, and the columns that it has from the first day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) columns: fn() -> SchemaRef,
}

/// One row says: these dimensions, this outcome, this duration, this many times.
pub(crate) const FACTS: Definition = Definition { name: "facts", columns: base_schema };
/// One row a crash or an error, with its report.
pub(crate) const CRASHES: Definition = Definition { name: "crashes", columns: crashes_schema };

/// A version of each table; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) facts: Table,
    pub(crate) crashes: Table,
}

impl Tables {
    /// Every crash of the journal up to this sequence is in its table. A flush commits crashes before facts, so what is
    /// committed of these is committed of those, where there were any.
    pub(crate) fn committed_crashes(&self) -> u64 {
        self.crashes.committed.max(self.facts.committed)
    }
}

/// A version of a table; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    definition: Definition,
    table: DeltaTable,
    schema: SchemaRef,
    /// Every row of the journal up to this sequence is in this version, and none above.
    committed: u64,
}

impl Table {
    /// Opens the table in `dir` for writing, and creates it where there is none.
    pub(crate) async fn open_or_create(dir: &Path, definition: Definition) -> Result<Self, TableError> {
        std::fs::create_dir_all(dir)?;
        repair::remove_torn_commit(dir)?;
        let url = ensure_table_uri(dir.to_string_lossy())?;
        let store: Arc<dyn ObjectStore> = Arc::new(durable::DurableStore::default());
        let mut table = DeltaTableBuilder::from_url(url.clone())?.with_storage_backend(store, url).build()?;
        if table.verify_deltatable_existence().await? {
            table.load().await?;
        } else {
            let schema: StructType = (definition.columns)().as_ref().try_into_kernel()?;
            table = table
                .create()
                .with_columns(schema.fields().cloned())
                .with_partition_columns([PARTITION])
                .with_table_name(definition.name)
                .await?;
        }
        Self::of(definition, table).await
    }

    /// Opens the table in `dir` for reading. `None` where there is none.
    pub(crate) async fn open(dir: &Path, definition: Definition) -> Result<Option<Self>, TableError> {
        if !dir.join("_delta_log").is_dir() {
            return Ok(None);
        }
        let mut table = DeltaTableBuilder::from_url(ensure_table_uri(dir.to_string_lossy())?)?.build()?;
        table.load().await?;
        Ok(Some(Self::of(definition, table).await?))
    }

    async fn of(definition: Definition, table: DeltaTable) -> Result<Self, TableError> {
        let snapshot = table.snapshot()?;
        let schema: Schema = snapshot.schema().as_ref().try_into_arrow()?;
        let committed = snapshot.transaction_version(table.log_store().as_ref(), APPLICATION).await?;
        let committed = committed.and_then(|sequence| u64::try_from(sequence).ok()).unwrap_or(0);
        Ok(Self { definition, schema: Arc::new(schema), committed, table })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(crate) fn committed(&self) -> u64 {
        self.committed
    }

    pub(crate) fn version(&self) -> u64 {
        self.table.version().unwrap_or(0)
    }

    pub(crate) fn delta(&self) -> &DeltaTable {
        &self.table
    }

    /// The files of this version, relative to the table's directory, with their lengths in bytes.
    pub(crate) fn data_files(&self) -> Result<impl Iterator<Item = (String, u64)>, TableError> {
        let files = self.table.snapshot()?.log_data().into_iter();
        Ok(files.map(|file| (file.path().into_owned(), u64::try_from(file.size()).unwrap_or(0))))
    }

    /// The newest version.
    pub(crate) async fn reload(&self) -> Result<Self, TableError> {
        let mut table = self.table.clone();
        table.update_state().await?;
        Self::of(self.definition, table).await
    }

    /// Commits rows, which with those before are all rows up to `sequence`, and returns the version that has them.
    ///
    /// An error does not say that nothing was committed: look at [`Self::reload`] before trying again.
    pub(crate) async fn append(&self, rows: &[RecordBatch], sequence: u64) -> Result<Self, TableError> {
        let rows_schema = rows.last().map_or_else(self.definition.columns, |batch| batch.schema());
        let table = self.widen(&rows_schema).await?;
        let mut writer = RecordBatchWriter::for_table(&table)?.with_writer_properties(
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build(),
        );
        let schema = writer.arrow_schema();
        for chunk in chunks(rows) {
            let conformed = chunk.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
            writer.write(concat_batches(&schema, &conformed)?).await?;
            // Encoding takes long; the runtime's other tasks, such as file writes, get their turn.
            tokio::task::yield_now().await;
        }
        let adds = writer.flush().await?;

        let transaction = Transaction::new(APPLICATION, i64::try_from(sequence).unwrap_or(i64::MAX));
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![PARTITION.to_owned()]),
            predicate: None,
        };
        let state = table.snapshot()?;
        CommitBuilder::from(CommitProperties::default().with_application_transaction(transaction))
            .with_actions(adds.into_iter().map(Action::Add).collect())
            .build(Some(state), table.log_store(), operation)
            .await?;
        let mut table = table;
        table.update_state().await?;
        Self::of(self.definition, table).await
    }

    /// Adds the columns that the table lacks, in a commit of their own: it says nothing about rows, so that it does no
    /// harm if the rows do not follow.
    async fn widen(&self, rows: &Schema) -> Result<DeltaTable, TableError> {
        let known = &self.schema;
        let new: Vec<_> = rows.fields().iter().filter(|field| known.index_of(field.name()).is_err()).cloned().collect();
        if new.is_empty() {
            return Ok(self.table.clone());
        }
        let new: StructType = (&Schema::new(new)).try_into_kernel()?;
        Ok(self.table.clone().add_columns().with_fields(new.fields().cloned().collect::<Vec<_>>()).await?)
    }
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
