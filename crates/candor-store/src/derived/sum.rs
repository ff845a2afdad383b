//! Adding up: many rows to one for each combination of dimensions.

use std::sync::Arc;

use datafusion::{
    arrow::array::RecordBatch,
    datasource::MemTable,
    error::DataFusionError,
    prelude::{SessionConfig, SessionContext},
};

use super::{
    Coded, Derived,
    coded::{numbers, spelled},
};
use crate::{
    facts::{conform, widened},
    tables::Definition,
};

/// The rows of `derived` that these facts become, added up.
pub(crate) async fn derive(derived: &Derived, facts: &Coded) -> Result<Vec<RecordBatch>, DataFusionError> {
    // One partition: the other core belongs to whoever answers requests.
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let mut summed = Vec::new();
    for part in derived.parts_of(facts.batch().schema_ref()) {
        let rows = (derived.part)(facts.batch(), &part)?;
        for rows in sum(&context, &derived.definition, &rows).await? {
            summed.push(derived.labelled(rows, &part)?);
        }
    }
    let mut schema = (derived.definition.columns)();
    for batch in &summed {
        schema = widened(&schema, batch.schema_ref());
    }
    Ok(summed.iter().map(|batch| conform(batch, &schema)).collect::<Result<_, _>>()?)
}

/// The rows added up, with texts as such.
async fn sum(
    context: &SessionContext,
    definition: &Definition,
    rows: &RecordBatch,
) -> Result<Vec<RecordBatch>, DataFusionError> {
    if rows.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let (rows, texts) = numbers(rows)?;
    let columns = rows.schema();
    let frame = context.read_table(Arc::new(MemTable::try_new(columns.clone(), vec![vec![rows]])?))?;
    let (dimensions, measures) = definition.grouping(&columns);
    let mut summed = Vec::new();
    for batch in frame.aggregate(dimensions, measures)?.collect().await? {
        let schema = batch.schema();
        let spelled = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
            Ok((field.name().clone(), spelled(column, &texts[columns.index_of(field.name())?])?, true))
        });
        let spelled = spelled.collect::<Result<Vec<_>, DataFusionError>>()?;
        summed.push(RecordBatch::try_from_iter_with_nullable(spelled)?);
    }
    Ok(summed)
}
