//! The tables `facts` and `crashes`: their columns, and how rows become Arrow batches.

mod attributes;
mod builder;
mod column;
mod crashes;
mod schema;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array},
    datatypes::{Schema, SchemaRef, UInt64Type},
    error::ArrowError,
};

pub(crate) use builder::FactsBuilder;
pub(crate) use crashes::crashes_schema;
use crashes::{EVENT_ID, REPORT};
use schema::ITEM_ID;
pub use schema::is_column_name;
pub(crate) use schema::{AttributeType, PARTITION, base_fields, base_schema};

/// A batch of the journal, taken apart.
#[derive(Debug)]
pub(crate) struct Apart {
    /// The rows of `facts`.
    pub(crate) facts: RecordBatch,
    /// Those of `crashes`, if there are any.
    pub(crate) crashes: Option<RecordBatch>,
    /// The ids of the rows' items in the order of the rows, each as often as it follows on another.
    pub(crate) ids: Vec<u64>,
}

/// Takes a batch of the journal apart.
pub(crate) fn take_apart(batch: &RecordBatch) -> Result<Apart, ArrowError> {
    let position = batch.schema_ref().index_of(ITEM_ID)?;
    let ids = batch.column(position).as_primitive_opt::<UInt64Type>();
    let ids = ids.ok_or_else(|| ArrowError::SchemaError(format!("the column {ITEM_ID} is not of 64-bit integers")))?;
    let mut ids = ids.values().to_vec();
    ids.dedup();
    let schema = batch.schema_ref();
    let is_own = |column: &usize| [ITEM_ID, EVENT_ID, REPORT].contains(&schema.field(*column).name().as_str());
    let others: Vec<usize> = (0..batch.num_columns()).filter(|column| !is_own(column)).collect();
    Ok(Apart { facts: batch.project(&others)?, crashes: crashes::crashes_of(batch)?, ids })
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

/// The bytes of a batch's values: one out of the journal shares a buffer between its columns, which would count for each of
/// them.
#[must_use]
pub fn batch_bytes(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(|column| column_bytes(column)).sum()
}

/// What a general look would say, at a part of its cost for the types that facts have: each frame asks for all its columns.
fn column_bytes(column: &dyn Array) -> usize {
    let nulls = column.nulls().map_or(0, |nulls| nulls.len().div_ceil(8));
    if let Some([first, .., last]) = column.as_string_opt::<i32>().map(StringArray::value_offsets) {
        return nulls + size_of::<i32>() * (column.len() + 1) + (last - first).unsigned_abs() as usize;
    }
    match column.data_type().primitive_width() {
        Some(width) => nulls + column.len() * width,
        None => column.to_data().get_slice_memory_size().unwrap_or(0),
    }
}
