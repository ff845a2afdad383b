//! `actives`: installations counted without an identifier.
//!
//! A tool says once a day that it was used, and whether that is the first time in this week and in this month; a machine
//! that keeps no state says a cell of a sketch instead, for each of the three periods.

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, new_null_array},
    compute::{and, cast, filter_record_batch, is_not_null, kernels::cmp::eq},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};

use super::{Derived, columns, fields};
use crate::tables::{Definition, Kept, Measure};

pub(super) const ACTIVES: Derived = Derived {
    definition: Definition {
        name: "actives",
        columns: actives_schema,
        measures: &[Measure::Max("rank"), Measure::Sum("count")],
        order: &["project", "sketch", "first_of_week", "first_of_month", "weeks", "cell"],
        kept: Kept::Sums,
        is_tallied: true,
        label: None,
    },
    complete: "candor-complete",
    has_attributes: false,
    parts: &["flags", "day", "week", "month"],
    part,
};

/// What is known of whoever was active, in each row.
const SHARED: [&str; 9] = ["project", "day", "version", "channel", "os", "arch", "ci", "container", "country"];

/// The periods of a sketch, and the attributes that say its cell and rank.
const PERIODS: [(&str, &str, &str); 3] = [
    ("day", "int_day_cell", "int_day_rank"),
    ("week", "int_week_cell", "int_week_rank"),
    ("month", "int_month_cell", "int_month_rank"),
];

fn actives_schema() -> SchemaRef {
    let mut columns = fields(SHARED);
    columns.extend([
        Field::new("first_of_week", DataType::Boolean, true),
        Field::new("first_of_month", DataType::Boolean, true),
        Field::new("weeks", DataType::Int16, true),
        Field::new("sketch", DataType::Utf8, true),
        Field::new("bits", DataType::Int16, true),
        Field::new("cell", DataType::Int32, true),
        Field::new("rank", DataType::Int16, true),
        Field::new("count", DataType::Int64, false),
    ]);
    Arc::new(Schema::new(columns))
}

fn part(facts: &RecordBatch, name: &str) -> Result<RecordBatch, ArrowError> {
    let kinds = facts.column(facts.schema_ref().index_of("kind")?);
    let actives = filter_record_batch(facts, &eq(kinds, &StringArray::new_scalar("active"))?)?;
    match PERIODS.into_iter().find(|(period, ..)| *period == name) {
        Some((period, cell, rank)) => sketch(&actives, period, cell, rank),
        None => flags(&actives),
    }
}

/// Of machines that keep state.
fn flags(actives: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let weeks = integers(actives, "int_weeks", &DataType::Int16)?;
    let rows = with_columns(
        actives,
        vec![
            ("first_of_week", booleans(actives, "bool_first_of_week")),
            ("first_of_month", booleans(actives, "bool_first_of_month")),
            ("weeks", weeks.clone()),
        ],
    )?;
    filter_record_batch(&rows, &is_not_null(&weeks)?)
}

/// Of machines that keep none: one period's cells.
fn sketch(actives: &RecordBatch, period: &str, cell: &str, rank: &str) -> Result<RecordBatch, ArrowError> {
    let bits = integers(actives, "int_sketch_bits", &DataType::Int16)?;
    let cells = integers(actives, cell, &DataType::Int32)?;
    let ranks = integers(actives, rank, &DataType::Int16)?;
    let is_whole = and(&and(&is_not_null(&bits)?, &is_not_null(&cells)?)?, &is_not_null(&ranks)?)?;
    let sketch: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(period, actives.num_rows())));
    let rows = with_columns(actives, vec![("sketch", sketch), ("bits", bits), ("cell", cells), ("rank", ranks)])?;
    filter_record_batch(&rows, &is_whole)
}

fn with_columns(actives: &RecordBatch, own: Vec<(&'static str, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    let shared = columns(actives, SHARED.into_iter().chain(["count"]))?;
    let all = shared.into_iter().chain(own).map(|(name, values)| (name, values, true));
    RecordBatch::try_from_iter_with_nullable(all)
}

/// The integers of an attribute; what does not fit is null, and so is everything where nobody has the attribute.
fn integers(actives: &RecordBatch, column: &str, to: &DataType) -> Result<ArrayRef, ArrowError> {
    match actives.column_by_name(column) {
        Some(values) => cast(values, to),
        None => Ok(new_null_array(to, actives.num_rows())),
    }
}

/// The flags of an attribute; a flag that is missing is not set.
fn booleans(actives: &RecordBatch, column: &str) -> ArrayRef {
    let flags = actives.column_by_name(column).and_then(|flags| flags.as_boolean_opt());
    let is_set = |row| flags.is_some_and(|flags| flags.is_valid(row) && flags.value(row));
    Arc::new((0..actives.num_rows()).map(is_set).map(Some).collect::<BooleanArray>())
}
