//! `daily`: each day summed up, once at each grain.

use std::{borrow::Cow, sync::Arc};

use candor_wire::{BASE_DIMENSIONS, GRAINS};
use datafusion::arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray},
    compute::{filter_record_batch, is_not_null},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};

use super::{Derived, Part, columns};
use crate::{
    facts::{AttributeType, base_fields},
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
    has_attributes: true,
    parts,
};

/// Columns of `facts` that say something of single events, and that no grain has.
const NOT_OF_A_SUM: [&str; 5] = ["time", "installation", "run", "database", "attributes"];

fn daily_schema() -> SchemaRef {
    let mut fields = base_fields();
    fields.retain(|field| !NOT_OF_A_SUM.contains(&field.name().as_str()));
    fields.insert(2, Field::new(GRAIN, DataType::Utf8, false));
    Arc::new(Schema::new(fields))
}

/// A part for each grain, and for each attribute that a fact has.
fn parts(facts: &RecordBatch) -> Result<Vec<Part>, ArrowError> {
    let mut parts = Vec::new();
    for grain in GRAINS {
        parts.push(Part { name: Cow::Borrowed(grain.name), rows: at_grain(facts, grain.name, grain.dimensions)? });
    }
    let schema = facts.schema();
    for (field, values) in schema.fields().iter().zip(facts.columns()) {
        let name = field.name().as_str();
        if AttributeType::of_column(name).is_some() && values.null_count() < values.len() {
            let having = filter_record_batch(facts, &is_not_null(values)?)?;
            parts.push(Part { name: Cow::Owned(name.to_owned()), rows: at_grain(&having, name, &[name])? });
        }
    }
    Ok(parts)
}

fn at_grain(facts: &RecordBatch, grain: &str, dimensions: &[&str]) -> Result<RecordBatch, ArrowError> {
    let names = BASE_DIMENSIONS.iter().chain(dimensions).copied().chain(["count"]);
    let mut columns = columns(facts, names)?;
    let grains: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(grain, facts.num_rows())));
    columns.push((GRAIN, grains));
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))
}
