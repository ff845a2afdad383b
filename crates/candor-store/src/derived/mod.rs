//! Tables that are made of facts: days summed up, and who was active.
//!
//! Their rows add up: two rows that differ in nothing but their measures say the same as one row with both. So fresh
//! facts are summed up when they are flushed, in the same step and under the same journal sequence as the facts
//! themselves; what several flushes wrote of one day is summed up again when the day is compacted; and a query over
//! them is right at any time, as long as it adds.

mod actives;
mod code;
mod coded;
mod daily;
mod fresh;
mod installation_days;
mod sum;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, RecordBatch, StringArray},
    datatypes::{Field, Schema, SchemaRef},
    error::ArrowError,
};

pub(crate) use self::{coded::Coded, fresh::FreshDerived, sum::derive};
use crate::{
    facts::{AttributeType, base_schema, widened},
    tables::Definition,
};

/// A table that is made of facts.
///
/// Its rows come in parts, which have different columns; those of the table that a part lacks are null. They are made one after
/// the other, because all of them together would be several times the facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derived {
    pub(crate) definition: Definition,
    /// What the table says of itself once it has every fact, in the shape of today.
    pub(crate) complete: &'static str,
    /// Whether each attribute that facts have a column for is a part, with a column of that name.
    has_attributes: bool,
    parts: &'static [&'static str],
    /// The rows of a part that a batch of facts becomes, not added up and without the label; the batch has every column of
    /// today, with texts as such or coded.
    part: fn(&RecordBatch, &str) -> Result<RecordBatch, ArrowError>,
}

/// All of them, in the order in which they are committed.
pub(crate) const DERIVED: [Derived; 3] = [daily::DAILY, actives::ACTIVES, installation_days::INSTALLATION_DAYS];
/// Where the sums of days are in [`DERIVED`].
pub(crate) const DAILY: usize = 0;
/// Where the installations are.
pub(crate) const INSTALLATION_DAYS: usize = 2;

impl Derived {
    /// The parts that facts of these columns have.
    fn parts_of(&self, facts: &Schema) -> impl Iterator<Item = String> {
        let names = facts.fields().iter().map(|field| field.name().as_str());
        let attributes = names.filter(|name| self.has_attributes && is_summed(name));
        self.parts.iter().copied().chain(attributes).map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    /// The rows with the label of their part.
    fn labelled(&self, rows: RecordBatch, part: &str) -> Result<RecordBatch, ArrowError> {
        let Some(label) = self.definition.label else { return Ok(rows) };
        let labels: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(part, rows.num_rows())));
        let schema = rows.schema();
        let own = schema.fields().iter().map(|field| field.name().as_str()).zip(rows.columns().iter().cloned());
        let all = own.chain([(label.column, labels)]).map(|(name, values)| (name, values, true));
        RecordBatch::try_from_iter_with_nullable(all)
    }

    /// The columns that it has for facts of this schema, and behind them those of attributes.
    pub(crate) fn columns_for(&self, facts: &Schema) -> SchemaRef {
        let own = (self.definition.columns)();
        let attributes = facts.fields().iter().filter(|field| is_summed(field.name()));
        match self.has_attributes {
            true => widened(&own, &Schema::new(attributes.cloned().collect::<Vec<_>>())),
            false => own,
        }
    }
}

/// Whether the column is of an attribute that sums are broken down by: numbers are almost as many as there are events.
fn is_summed(column: &str) -> bool {
    matches!(AttributeType::of_column(column), Some((AttributeType::Text | AttributeType::Bool, _)))
}

/// The columns of `facts` of these names, in their order, as they are defined there.
fn fields<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Field> {
    let base = base_schema();
    names.into_iter().filter_map(|name| base.field_with_name(name).ok().cloned()).collect()
}

/// The columns of these names, in their order.
fn columns<'a>(
    batch: &RecordBatch,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(&'a str, ArrayRef)>, ArrowError> {
    let schema = batch.schema_ref();
    names.into_iter().map(|name| Ok((name, batch.column(schema.index_of(name)?).clone()))).collect()
}
