//! `installation_days`: which installations were there on a day, of projects that tell them apart.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray},
    compute::{filter_record_batch, is_not_null, kernels::cmp::eq},
    datatypes::{DataType, Field, Int64Type, Schema, SchemaRef},
    error::ArrowError,
};

use super::{Derived, columns, fields};
use crate::tables::{Definition, Kept, Measure};

pub(super) const INSTALLATION_DAYS: Derived = Derived {
    definition: Definition {
        name: "installation_days",
        columns: installation_days_schema,
        measures: &[Measure::Sum("runs")],
        order: &["project", "installation"],
        kept: Kept::Raw,
        is_tallied: false,
        label: None,
    },
    complete: "candor-complete",
    has_attributes: false,
    parts: &["installation_days"],
    part,
};

const DIMENSIONS: [&str; 10] =
    ["project", "day", "installation", "version", "channel", "os", "arch", "ci", "container", "country"];

fn installation_days_schema() -> SchemaRef {
    let is_of = |field: Field| if field.name() == "installation" { field.with_nullable(false) } else { field };
    let runs = Field::new("runs", DataType::Int64, false);
    Arc::new(Schema::new(fields(DIMENSIONS).into_iter().map(is_of).chain([runs]).collect::<Vec<_>>()))
}

fn part(facts: &RecordBatch, _: &str) -> Result<RecordBatch, ArrowError> {
    let mut rows = columns(facts, DIMENSIONS)?;
    rows.push(("runs", runs(facts)?));
    let rows = RecordBatch::try_from_iter_with_nullable(rows.into_iter().map(|(name, values)| (name, values, true)))?;
    filter_record_batch(&rows, &is_not_null(facts.column(facts.schema_ref().index_of("installation")?))?)
}

/// How often an operation ran.
fn runs(facts: &RecordBatch) -> Result<ArrayRef, ArrowError> {
    let kinds = facts.column(facts.schema_ref().index_of("kind")?);
    let is_operation = eq(kinds, &StringArray::new_scalar("operation"))?;
    let counts = facts.column(facts.schema_ref().index_of("count")?).as_primitive::<Int64Type>();
    let of_row = |(count, is_operation): (&i64, Option<bool>)| if is_operation == Some(true) { *count } else { 0 };
    Ok(Arc::new(Int64Array::from_iter_values(counts.values().iter().zip(is_operation.iter()).map(of_row))))
}
