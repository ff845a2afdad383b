//! `daily`: each day summed up, once at each grain.

use std::sync::Arc;

use candor_wire::{BASE_DIMENSIONS, BESIDE_ATTRIBUTE, DURATIONS, DurationBucket, FAILED_KINDS, GRAINS, TIMED_KINDS};
use datafusion::arrow::{
    array::{Array, AsArray, Int16Array, RecordBatch, Scalar, StringArray},
    compute::{
        cast, filter_record_batch, is_not_null,
        kernels::{cmp::eq, zip::zip},
        nullif, or,
    },
    datatypes::{DataType, Field, Int16Type, Schema, SchemaRef},
    error::ArrowError,
};

use super::{Derived, coded::NOT_OF_A_SUM, columns};
use crate::{
    facts::base_fields,
    tables::{Definition, Kept, Label, Measure},
};

/// What a row sums up by.
pub(super) const GRAIN: &str = "grain";

pub(super) const DAILY: Derived = Derived {
    definition: Definition {
        name: "daily",
        columns: daily_schema,
        measures: &[Measure::Sum("count")],
        order: &["project", GRAIN, "kind", "parent", "name", "outcome", "error_class", "duration_bucket"],
        kept: Kept::Sums,
        is_tallied: true,
        label: Some(Label { column: GRAIN, columns_of }),
    },
    complete: "candor-complete-2",
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

fn daily_schema() -> SchemaRef {
    let mut fields = base_fields();
    fields.retain(|field| field.name() != "installation" && !NOT_OF_A_SUM.contains(&field.name().as_str()));
    fields.insert(2, Field::new(GRAIN, DataType::Utf8, false));
    Arc::new(Schema::new(fields))
}

/// The columns of a grain; one that is not known is of an attribute.
fn columns_of(grain: &str) -> Vec<String> {
    let known = GRAINS.iter().find(|known| known.name == grain);
    let own = known.map_or_else(|| [&BESIDE_ATTRIBUTE[..], &[grain]].concat(), |known| known.columns.to_vec());
    let all = BASE_DIMENSIONS.iter().copied().chain(own).chain([GRAIN, "count"]);
    all.map(str::to_owned).collect()
}

/// Every fact at a grain, or those that have an attribute.
fn part(facts: &RecordBatch, name: &str) -> Result<RecordBatch, ArrowError> {
    if name == DURATIONS.name {
        return durations(facts);
    }
    if let Some(grain) = GRAINS.iter().find(|grain| grain.name == name) {
        return at_grain(facts, grain.columns, grain.names_timed);
    }
    let rows = at_grain(facts, &[&BESIDE_ATTRIBUTE[..], &[name]].concat(), false);
    match facts.column_by_name(name) {
        Some(values) if values.null_count() < values.len() => filter_record_batch(&rows?, &is_not_null(values)?),
        Some(_) => Ok(rows?.slice(0, 0)),
        None => Ok(at_grain(facts, &[], true)?.slice(0, 0)),
    }
}

/// How long it took, of what says so.
fn durations(facts: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let rows = at_grain(facts, DURATIONS.columns, true)?;
    let schema = rows.schema();
    let (kind, bucket) = (schema.index_of("kind")?, schema.index_of("duration_bucket")?);
    let is_part = eq(rows.column(kind), &StringArray::new_scalar("part"))?;
    let buckets = rows.column(bucket).as_primitive::<Int16Type>();
    let coarse = |(bucket, is_part): (Option<i16>, Option<bool>)| {
        let bucket = DurationBucket::from_index(u16::try_from(bucket?).ok()?)?;
        i16::try_from(bucket.coarse(is_part == Some(true)).index()).ok()
    };
    let coarse: Int16Array = buckets.iter().zip(is_part.iter()).map(coarse).collect();
    let has_one = is_not_null(&coarse)?;
    let mut columns = rows.columns().to_vec();
    columns[bucket] = Arc::new(coarse);
    filter_record_batch(&RecordBatch::try_new(schema, columns)?, &has_one)
}

/// Every fact with these columns beside those of each grain; which operation or part it was only where that is asked for.
fn at_grain(facts: &RecordBatch, own: &[&str], names_timed: bool) -> Result<RecordBatch, ArrowError> {
    let mut columns = columns(facts, BASE_DIMENSIONS.iter().chain(own).copied().chain(["count"]))?;
    if !names_timed {
        let kinds = facts.column(facts.schema_ref().index_of("kind")?);
        let any = |of: [&str; 2]| {
            let [first, second] = of.map(|kind| eq(kinds, &StringArray::new_scalar(kind)));
            or(&first?, &second?)
        };
        let is_timed = any(TIMED_KINDS)?;
        let has_no_parent = or(&is_timed, &any(FAILED_KINDS)?)?;
        for (name, values) in &mut columns {
            match *name {
                "name" => {
                    let unnamed = Scalar::new(cast(&StringArray::from(vec![""]), values.data_type())?);
                    *values = zip(&is_timed, &unnamed, values)?;
                }
                "parent" => *values = nullif(values, &has_no_parent)?,
                _ => {}
            }
        }
    }
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))
}
