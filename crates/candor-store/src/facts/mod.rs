//! The table `facts`: its columns, and how rows become Arrow batches.

mod attributes;
mod builder;
mod schema;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions, new_null_array},
    datatypes::{Schema, SchemaRef, UInt64Type},
    error::ArrowError,
};

pub(crate) use builder::FactsBuilder;
use schema::ITEM_ID;
pub use schema::is_column_name;
pub(crate) use schema::{PARTITION, base_schema};

/// A batch of the journal, taken apart: the rows of `facts` without the journal's own column, and their items' ids in
/// the order of the rows, each as often as it follows on another.
pub(crate) fn take_apart(batch: &RecordBatch) -> Result<(RecordBatch, Vec<u64>), ArrowError> {
    let position = batch.schema_ref().index_of(ITEM_ID)?;
    let ids = batch.column(position).as_primitive_opt::<UInt64Type>();
    let ids = ids.ok_or_else(|| ArrowError::SchemaError(format!("the column {ITEM_ID} is not of 64-bit integers")))?;
    let mut ids = ids.values().to_vec();
    ids.dedup();
    let others: Vec<usize> = (0..batch.num_columns()).filter(|column| *column != position).collect();
    Ok((batch.project(&others)?, ids))
}

/// The columns of `wide`, and behind them those that only `other` has.
pub(crate) fn widened(wide: &SchemaRef, other: &Schema) -> SchemaRef {
    let new: Vec<_> = other.fields().iter().filter(|field| wide.index_of(field.name()).is_err()).cloned().collect();
    if new.is_empty() {
        return wide.clone();
    }
    Arc::new(Schema::new(wide.fields().iter().cloned().chain(new).collect::<Vec<_>>()))
}

/// The batch with exactly the columns of `schema`; those it lacks are null.
pub(crate) fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| -> ArrayRef {
        match batch.column_by_name(field.name()) {
            Some(column) => column.clone(),
            None => new_null_array(field.data_type(), batch.num_rows()),
        }
    };
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), schema.fields().iter().map(column).collect(), &options)
}
