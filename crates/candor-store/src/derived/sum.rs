//! Adding up: many rows to one for each combination of dimensions.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::array::RecordBatch,
    datasource::MemTable,
    error::DataFusionError,
    prelude::{SessionConfig, SessionContext},
};

use super::Derived;
use crate::{
    facts::{conform, widened},
    tables::Definition,
};

/// The rows of `derived` that these facts become, added up.
pub(crate) async fn derive(derived: &Derived, facts: &[RecordBatch]) -> Result<Vec<RecordBatch>, DataFusionError> {
    let mut parts = BTreeMap::<_, Vec<RecordBatch>>::new();
    for batch in facts {
        for part in derived.parts(batch)? {
            parts.entry(part.name).or_default().push(part.rows);
        }
    }
    let mut summed = Vec::new();
    for rows in parts.into_values() {
        summed.extend(sum(&derived.definition, rows).await?);
    }
    let mut schema = (derived.definition.columns)();
    for batch in &summed {
        schema = widened(&schema, batch.schema_ref());
    }
    Ok(summed.iter().map(|batch| conform(batch, &schema)).collect::<Result<_, _>>()?)
}

/// The rows added up; all have the same columns.
async fn sum(definition: &Definition, rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, DataFusionError> {
    let Some(schema) = rows.first().map(RecordBatch::schema) else { return Ok(Vec::new()) };
    // One partition: the other core belongs to whoever answers requests.
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let frame = context.read_table(Arc::new(MemTable::try_new(schema.clone(), vec![rows])?))?;
    let (dimensions, measures) = definition.grouping(&schema);
    frame.aggregate(dimensions, measures)?.collect().await
}
