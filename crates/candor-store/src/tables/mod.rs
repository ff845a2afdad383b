//! Tables on disk, in the format of Delta Lake.

mod definition;
mod durable;
mod files;
mod repair;
mod scan;
mod tally;
mod without;
mod write;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use datafusion::{
    arrow::{
        datatypes::{Schema, SchemaRef},
        error::ArrowError,
    },
    error::DataFusionError,
    parquet::errors::ParquetError,
};
use deltalake::{
    DeltaTable, DeltaTableBuilder, DeltaTableError, ObjectStore, StructType, ensure_table_uri,
    kernel::engine::arrow_conversion::{TryIntoArrow, TryIntoKernel},
};

pub(crate) use self::definition::{CRASHES, Definition, FACTS, Kept, Label, Measure};
pub(crate) use self::{
    files::DataFile,
    scan::{Scan, viewed},
    tally::Tallied,
    without::Whose,
    write::Replacement,
};
use crate::facts::PARTITION;

/// The application id under which commits say up to which journal sequence they hold the rows.
const APPLICATION: &str = "candor-journal";

/// Columns of which the log says the least and the greatest value a file.
const MEASURED: [&str; 6] = ["project", "time", "grain", "kind", "name", "version"];

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
    /// The query engine said no.
    #[error("the rows of a table: {0}")]
    Query(#[from] DataFusionError),
}

/// A version of each table; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) facts: Table,
    pub(crate) crashes: Table,
    /// Those of [`DERIVED`](crate::derived::DERIVED), in its order.
    pub(crate) derived: Vec<Table>,
}

impl Tables {
    /// The journal sequence up to which a flush has committed some tables. Facts are committed last, so this is above theirs
    /// where the last flush was cut off between two commits, and then the next has to commit the same rows.
    pub(crate) fn furthest(&self) -> u64 {
        let others = self.derived.iter().chain([&self.crashes]);
        others.map(Table::committed).fold(self.facts.committed(), u64::max)
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
    /// Its files, once a query has asked for them.
    scan: Arc<OnceLock<Arc<Scan>>>,
}

impl Table {
    /// Opens the table in `dir` for writing, and creates it where there is none.
    pub(crate) async fn open_or_create(dir: &Path, definition: Definition) -> Result<Self, TableError> {
        std::fs::create_dir_all(dir)?;
        repair::settle_last_commit(dir)?;
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
                .with_configuration(properties(definition).map(|(name, value)| (name, Some(value))))
                .await?;
        }
        Self::of(definition, table).await?.with_properties(&properties(definition)).await
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
        Ok(Self { definition, schema: Arc::new(schema), committed, table, scan: Arc::default() })
    }

    pub(crate) fn definition(&self) -> Definition {
        self.definition
    }

    /// Where its files are.
    fn dir(&self) -> Result<PathBuf, TableError> {
        let no_directory = |()| std::io::Error::other("the table is no directory");
        Ok(self.table.table_url().to_file_path().map_err(no_directory)?)
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

    /// Whether some version of it was committed under this mark.
    pub(crate) async fn is_marked(&self, mark: &str) -> Result<bool, TableError> {
        Ok(self.table.snapshot()?.transaction_version(self.table.log_store().as_ref(), mark).await?.is_some())
    }

    /// This version as the engine reads it.
    pub(crate) fn scan(&self) -> Result<Arc<Scan>, TableError> {
        match self.scan.get() {
            Some(scan) => Ok(scan.clone()),
            None => {
                let scan = Arc::new(Scan::of(self, &self.data_files()?, &viewed(&self.schema))?);
                Ok(self.scan.get_or_init(|| scan).clone())
            }
        }
    }

    /// The newest version.
    pub(crate) async fn reload(&self) -> Result<Self, TableError> {
        let mut table = self.table.clone();
        table.update_state().await?;
        Self::of(self.definition, table).await
    }
}

/// What Delta Lake shall keep of a table besides its rows.
///
/// The log says the least and the greatest value of a column a file. It shall not say them of identifiers: erasing an
/// installation would not reach there. Versions of before are of no use here, and a busy collector makes thousands a day.
fn properties(definition: Definition) -> [(&'static str, String); 3] {
    let columns = (definition.columns)();
    let measured = MEASURED.into_iter().filter(|column| columns.index_of(column).is_ok());
    [
        ("delta.dataSkippingStatsColumns", measured.collect::<Vec<_>>().join(",")),
        ("delta.logRetentionDuration", "interval 1 days".to_owned()),
        ("delta.deletedFileRetentionDuration", "interval 1 days".to_owned()),
    ]
}
