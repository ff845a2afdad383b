//! Adding up: many rows to one for each combination of dimensions.

use std::{collections::BTreeSet, sync::Arc};

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
    let parts: BTreeSet<_> = facts.iter().flat_map(|batch| derived.parts_of(batch.schema_ref())).collect();
    // One partition: the other core belongs to whoever answers requests.
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let mut summed = Vec::new();
    for part in parts {
        let rows = facts.iter().map(|batch| derived.rows_of(&part, batch)).collect::<Result<Vec<_>, _>>()?;
        for rows in sum(&context, &derived.definition, rows).await? {
            summed.push(derived.labelled(rows, &part)?);
        }
    }
    let mut schema = (derived.definition.columns)();
    for batch in &summed {
        schema = widened(&schema, batch.schema_ref());
    }
    Ok(summed.iter().map(|batch| conform(batch, &schema)).collect::<Result<_, _>>()?)
}

/// The rows added up. Those of a part have the same columns, but for an attribute's, which a batch of before may lack: it has
/// no rows then.
async fn sum(
    context: &SessionContext,
    definition: &Definition,
    rows: Vec<RecordBatch>,
) -> Result<Vec<RecordBatch>, DataFusionError> {
    let rows: Vec<_> = rows.into_iter().filter(|rows| rows.num_rows() > 0).collect();
    let Some(schema) = rows.first().map(RecordBatch::schema) else { return Ok(Vec::new()) };
    let frame = context.read_table(Arc::new(MemTable::try_new(schema.clone(), vec![rows])?))?;
    let (dimensions, measures) = definition.grouping(&schema);
    frame.aggregate(dimensions, measures)?.collect().await
}
