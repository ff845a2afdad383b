//! A version of a table as the engine reads it: Parquet files, each of one day.
//!
//! Delta Lake's own scan replays the log for each query, marks each row with its file and goes over each batch once more,
//! for what these tables never have: deletion vectors, renamed columns, columns that the log spells. So the version
//! says which files there are, and the engine reads them as it reads any others; their footers it remembers.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{AsArray, Date32Array, RecordBatch},
        datatypes::{DataType, Field, Schema, SchemaRef},
    },
    catalog::Session,
    common::{DFSchema, ScalarValue},
    datasource::{
        TableProvider, TableType,
        file_format::{FileFormat, parquet::ParquetFormat},
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder},
        table_schema::TableSchema,
    },
    error::DataFusionError,
    execution::object_store::ObjectStoreUrl,
    logical_expr::{TableProviderFilterPushDown, utils::conjunction},
    physical_plan::{ExecutionPlan, empty::EmptyExec},
    prelude::Expr,
};
use deltalake::{ObjectMeta, Path};

use super::{DataFile, Kept, Table, TableError};
use crate::facts::PARTITION;

/// The files of a version.
#[derive(Debug)]
pub(crate) struct Scan {
    columns: TableSchema,
    files: Vec<PartitionedFile>,
    /// The day of each file.
    days: Date32Array,
    /// Whether the columns of a row are read only once the others say that it is asked for. It pays where few are: of the sums of all
    /// projects, grains and kinds.
    reads_late: bool,
}

impl Scan {
    /// These files of a table, with the columns of `schema`.
    pub(crate) fn of(table: &Table, data_files: &[DataFile], schema: &Schema) -> Result<Self, TableError> {
        let (of_day, stored): (Vec<_>, Vec<_>) =
            schema.fields().iter().cloned().partition(|field| field.name() == PARTITION);
        let dir = table.dir()?;
        let file = |file: &DataFile| {
            let location = Path::from_absolute_path(file.in_table(&dir)).map_err(std::io::Error::other)?;
            // A file of a name is always the same, so that no time is needed to tell one from another.
            let last_modified = Default::default();
            let meta = ObjectMeta { location, last_modified, size: file.bytes, e_tag: None, version: None };
            let mut file_of_day = PartitionedFile::new_from_meta(meta);
            file_of_day.partition_values = vec![ScalarValue::Date32(Some(file.day))];
            Ok::<_, TableError>(file_of_day)
        };
        Ok(Self {
            columns: TableSchema::builder(Arc::new(Schema::new(stored))).with_table_partition_cols(of_day).build(),
            files: data_files.iter().map(file).collect::<Result<_, _>>()?,
            days: Date32Array::from_iter_values(data_files.iter().map(|file| file.day)),
            reads_late: table.definition().kept == Kept::Sums,
        })
    }

    /// The columns of files: all but the day.
    pub(super) fn file_schema(&self) -> &SchemaRef {
        self.columns.file_schema()
    }

    /// Whether what is asked for is looked at before the rest of a row is read.
    pub(super) fn reads_late(&self) -> bool {
        self.reads_late
    }

    /// The files of the days that these filters leave.
    pub(super) fn of_days(
        &self,
        session: &dyn Session,
        filters: &[Expr],
    ) -> Result<Vec<PartitionedFile>, DataFusionError> {
        let of_day = filters.iter().filter(|filter| is_of_day(filter)).cloned();
        let Some(condition) = conjunction(of_day) else { return Ok(self.files.clone()) };
        let schema = Arc::new(Schema::new(vec![Field::new(PARTITION, DataType::Date32, true)]));
        let condition = session.create_physical_expr(condition, &DFSchema::try_from(schema.clone())?)?;
        let days = RecordBatch::try_new(schema, vec![Arc::new(self.days.clone())])?;
        let kept = condition.evaluate(&days)?.into_array(days.num_rows())?;
        let kept = kept.as_boolean().iter().map(|is_kept| is_kept == Some(true));
        Ok(self.files.iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(file, _)| file.clone()).collect())
    }
}

#[async_trait]
impl TableProvider for Scan {
    fn schema(&self) -> SchemaRef {
        self.columns.table_schema().clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        let answer = |filter: &&Expr| match is_of_day(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Inexact,
        };
        Ok(filters.iter().map(answer).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let files = self.of_days(session, filters)?;
        if files.is_empty() {
            let shown = match projection {
                Some(columns) => Arc::new(self.schema().project(columns)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(shown)));
        }
        let mut options = session.table_options().parquet.clone();
        options.global.pushdown_filters |= self.reads_late;
        let format = ParquetFormat::default().with_options(options);
        let source = format.file_source(self.columns.clone());
        let files = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_group(FileGroup::new(files))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        format.create_physical_plan(session, files).await
    }
}

/// Whether a filter looks at nothing but the day.
fn is_of_day(filter: &Expr) -> bool {
    let columns = filter.column_refs();
    !columns.is_empty() && columns.iter().all(|column| column.name == PARTITION)
}

/// The columns with texts as the engine handles them best: looked at where they were decoded, and not copied.
pub(crate) fn viewed(schema: &SchemaRef) -> SchemaRef {
    let view = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        _ => field.clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(view).collect::<Vec<_>>()))
}
