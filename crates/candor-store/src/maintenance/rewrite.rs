//! Files of one day, read again and put in order.

use std::{path::Path, sync::Arc};

use datafusion::{
    arrow::datatypes::{Schema, SchemaRef},
    common::ScalarValue,
    error::DataFusionError,
    execution::{
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::FairSpillPool,
        runtime_env::RuntimeEnvBuilder,
    },
    prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext, ident, lit},
};
use deltalake::ensure_table_uri;

use crate::{
    facts::PARTITION,
    query::with_schema,
    tables::{DataFile, Definition, Table},
};

/// Memory for sorting; what is beyond goes through files.
const MEMORY: usize = 128 << 20;

/// A context for work in the background: one core, bounded memory, and files for what is beyond it in `spill`.
pub(super) fn context(spill: &Path) -> Result<SessionContext, DataFusionError> {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![spill.to_owned()]));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY)))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// The rows of files of one day, with all columns of the table, in the order in which they stand there.
pub(super) async fn rows(
    context: &SessionContext,
    dir: &Path,
    table: &Table,
    files: &[DataFile],
) -> Result<DataFrame, DataFusionError> {
    let Some(day) = files.first().map(|file| file.day) else {
        return context.read_empty()?.select(Vec::<datafusion::prelude::Expr>::new());
    };
    let fields = table.schema().fields().iter().filter(|field| field.name() != PARTITION).cloned();
    let stored: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let outside = |error| DataFusionError::External(Box::new(error));
    let base = ensure_table_uri(dir.to_string_lossy()).map_err(|error| DataFusionError::External(error.into()))?;
    let path = |file: &DataFile| base.join(&file.path).map(String::from).map_err(outside);
    let paths = files.iter().map(path).collect::<Result<Vec<_>, _>>()?;
    let options = ParquetReadOptions::default().schema(&stored);
    let frame = context.read_parquet(paths, options).await?;
    let frame = frame.with_column(PARTITION, lit(ScalarValue::Date32(Some(day))))?;
    with_schema(frame, table.schema())
}

/// The rows added up, where the table's do, and sorted.
pub(super) fn in_order(
    rows: DataFrame,
    definition: Definition,
    schema: &SchemaRef,
) -> Result<DataFrame, DataFusionError> {
    let mut rows = rows;
    if !definition.measures.is_empty() {
        let (dimensions, measures) = definition.grouping(schema);
        rows = with_schema(rows.aggregate(dimensions, measures)?, schema)?;
        if schema.index_of("count").is_ok() {
            // What was erased is taken away by a row of its own.
            rows = rows.filter(ident("count").not_eq(lit(0_i64)))?;
        }
    }
    rows.sort(definition.order.iter().map(|column| ident(*column).sort(true, true)).collect())
}
