//! Facts whose texts are numbers: a text is hashed once, however many sums it is in.

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, make_array, new_empty_array},
    compute::{concat, take},
    datatypes::{DataType, Field, Int32Type, Schema},
    error::ArrowError,
};

use super::code::code;
use crate::facts::{base_schema, conform, widened};

/// The columns of `facts` that say something of single events, and are in no sum.
pub(super) const NOT_OF_A_SUM: [&str; 4] = ["time", "run", "database", "attributes"];

/// Facts as one batch with every column of today that a sum can have; texts are dictionaries.
#[derive(Debug)]
pub(crate) struct Coded(RecordBatch);

impl Coded {
    /// The facts of these batches, of which older ones may lack what came later.
    pub(crate) fn of(facts: &[RecordBatch]) -> Result<Self, ArrowError> {
        let schema = facts.iter().fold(base_schema(), |wide, batch| widened(&wide, batch.schema_ref()));
        let facts = facts.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (position, field) in schema.fields().iter().enumerate() {
            if NOT_OF_A_SUM.contains(&field.name().as_str()) {
                continue;
            }
            let parts: Vec<_> = facts.iter().map(|batch| batch.column(position).as_ref()).collect();
            let column = match parts.as_slice() {
                [] => new_empty_array(field.data_type()),
                parts if *field.data_type() == DataType::Utf8 => Arc::new(code(parts)?),
                parts => concat(parts)?,
            };
            fields.push(Field::new(field.name(), column.data_type().clone(), true));
            columns.push(column);
        }
        let rows = RecordBatchOptions::new().with_row_count(Some(facts.iter().map(RecordBatch::num_rows).sum()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &rows).map(Self)
    }

    pub(super) fn batch(&self) -> &RecordBatch {
        &self.0
    }
}

/// The texts of a coded column, without which its numbers say nothing.
pub(super) type Texts = Option<ArrayRef>;

/// The rows with numbers in the place of coded texts, and of each column the texts.
pub(super) fn numbers(rows: &RecordBatch) -> Result<(RecordBatch, Vec<Texts>), ArrowError> {
    let apart = |column: &ArrayRef| match column.as_dictionary_opt::<Int32Type>() {
        Some(texts) => (make_array(texts.keys().to_data()), Some(texts.values().clone())),
        None => (column.clone(), None),
    };
    let (columns, texts): (Vec<_>, Vec<_>) = rows.columns().iter().map(apart).unzip();
    let schema = rows.schema();
    let named =
        schema.fields().iter().map(|field| field.name()).zip(columns).map(|(name, column)| (name, column, true));
    Ok((RecordBatch::try_from_iter_with_nullable(named)?, texts))
}

/// The texts in the place of the numbers of a column.
pub(super) fn spelled(numbers: &ArrayRef, texts: &Texts) -> Result<ArrayRef, ArrowError> {
    match texts {
        Some(texts) => take(texts, numbers, None),
        None => Ok(numbers.clone()),
    }
}
