//! Files of one day, read again and put in order.

use std::{path::Path, sync::Arc};

use datafusion::{
    arrow::{array::AsArray, datatypes::SchemaRef},
    error::DataFusionError,
    execution::{
        SendableRecordBatchStream,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::FairSpillPool,
        runtime_env::RuntimeEnvBuilder,
    },
    physical_plan::stream::RecordBatchStreamAdapter,
    prelude::{DataFrame, SessionConfig, SessionContext, ident, lit},
};
use futures::{StreamExt, TryStreamExt, stream};

use crate::{
    query::with_schema,
    tables::{DataFile, Definition, Scan, Table, TableError},
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
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
        // What is looked for is in few rows: one installation, one part.
        .set_bool("datafusion.execution.parquet.pushdown_filters", true);
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// The rows of these files, with all columns of the table, in the order in which they stand there.
pub(super) fn rows(context: &SessionContext, table: &Table, files: &[DataFile]) -> Result<DataFrame, TableError> {
    let scan = Scan::of(table, files, table.schema())?;
    Ok(with_schema(context.read_table(Arc::new(scan))?, table.schema())?)
}

/// The rows added up, where the table's do, and sorted: in a table of several parts one part after the other, each by the
/// columns that it has, as adding up by all of them would take several times as long.
pub(super) async fn in_order(
    rows: DataFrame,
    definition: Definition,
    schema: &SchemaRef,
) -> Result<SendableRecordBatchStream, DataFusionError> {
    let mut parts = Vec::new();
    match definition.label {
        None => parts.push(added_up(rows, definition, schema)?),
        Some(label) => {
            for part in names(&rows, label.column).await? {
                let of_part = rows.clone().filter(ident(label.column).eq(lit(part.as_str())))?;
                let known = (label.columns_of)(&part).into_iter().filter(|column| schema.index_of(column).is_ok());
                let columns: Vec<_> = known.map(ident).collect();
                parts.push(added_up(of_part.select(columns)?, definition, schema)?);
            }
        }
    }
    let streams = stream::iter(parts).then(DataFrame::execute_stream).try_flatten();
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema.clone(), streams)))
}

/// The different texts of a column, in order.
async fn names(rows: &DataFrame, column: &str) -> Result<Vec<String>, DataFusionError> {
    let names = rows.clone().select(vec![ident(column)])?.distinct()?.sort(vec![ident(column).sort(true, true)])?;
    let batches = names.collect().await?;
    let texts = batches.iter().flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten());
    Ok(texts.map(str::to_owned).collect())
}

fn added_up(rows: DataFrame, definition: Definition, schema: &SchemaRef) -> Result<DataFrame, DataFusionError> {
    let mut rows = rows;
    if !definition.measures.is_empty() {
        let (dimensions, measures) = definition.grouping(rows.schema().as_arrow());
        rows = rows.aggregate(dimensions, measures)?;
        if schema.index_of("count").is_ok() {
            // What was erased is taken away by a row of its own.
            rows = rows.filter(ident("count").not_eq(lit(0_i64)))?;
        }
    }
    with_schema(rows, schema)?.sort(definition.order.iter().map(|column| ident(*column).sort(true, true)).collect())
}
