//! `daily`: each day summed up, once at each grain.

use std::sync::Arc;

use candor_wire::{BASE_DIMENSIONS, GRAINS};
use datafusion::arrow::{
    array::{Array, RecordBatch},
    compute::{filter_record_batch, is_not_null},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};

use super::{Derived, columns};
use crate::{
    facts::base_fields,
    tables::{Definition, Kept, Measure},
};

/// What a row sums up by.
pub(super) const GRAIN: &str = "grain";

pub(super) const DAILY: Derived = Derived {
    definition: Definition {
        name: "daily",
        columns: daily_schema,
        measures: &[Measure::Sum("count")],
        order: &["project", GRAIN, "kind", "name", "parent", "outcome", "error_class"],
        kept: Kept::Sums,
    },
    label: Some(GRAIN),
    has_attributes: true,
    parts: &PARTS,
    part,
};

/// The names of the grains.
const PARTS: [&str; GRAINS.len()] = {
    let mut names = [""; GRAINS.len()];
    let mut position = 0;
    while position < GRAINS.len() {
        names[position] = GRAINS[position].name;
        position += 1;
    }
    names
};

/// Columns of `facts` that say something of single events, and that no grain has.
const NOT_OF_A_SUM: [&str; 5] = ["time", "installation", "run", "database", "attributes"];

fn daily_schema() -> SchemaRef {
    let mut fields = base_fields();
    fields.retain(|field| !NOT_OF_A_SUM.contains(&field.name().as_str()));
    fields.insert(2, Field::new(GRAIN, DataType::Utf8, false));
    Arc::new(Schema::new(fields))
}

/// Every fact at a grain, or those that have an attribute.
fn part(facts: &RecordBatch, name: &str) -> Result<RecordBatch, ArrowError> {
    if let Some(grain) = GRAINS.iter().find(|grain| grain.name == name) {
        return at_grain(facts, grain.dimensions);
    }
    match facts.column_by_name(name) {
        Some(values) if values.null_count() < values.len() => {
            filter_record_batch(&at_grain(facts, &[name])?, &is_not_null(values)?)
        }
        _ => Ok(at_grain(facts, &[])?.slice(0, 0)),
    }
}

fn at_grain(facts: &RecordBatch, dimensions: &[&str]) -> Result<RecordBatch, ArrowError> {
    let columns = columns(facts, BASE_DIMENSIONS.iter().chain(dimensions).copied().chain(["count"]))?;
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))
}
