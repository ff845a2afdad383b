//! Tables that are made of facts: days summed up, and who was active.
//!
//! Their rows add up: two rows that differ in nothing but their measures say the same as one row with both. So fresh
//! facts are summed up when they are flushed, in the same step and under the same journal sequence as the facts
//! themselves; what several flushes wrote of one day is summed up again when the day is compacted; and a query over
//! them is right at any time, as long as it adds.

mod actives;
mod daily;
mod fresh;
mod installation_days;
mod sum;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use datafusion::arrow::{
    array::{ArrayRef, RecordBatch},
    datatypes::{Schema, SchemaRef},
    error::ArrowError,
};

pub(crate) use self::{fresh::FreshDerived, sum::derive};
use crate::{
    facts::{AttributeType, base_schema, conform, widened},
    tables::Definition,
};

/// A table that is made of facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derived {
    pub(crate) definition: Definition,
    /// Whether it has a column for each attribute that facts have one for.
    has_attributes: bool,
    /// The rows that a batch of facts becomes, not added up yet; it has every column of today.
    parts: fn(&RecordBatch) -> Result<Vec<Part>, ArrowError>,
}

/// Rows of a derived table that have the same columns; those of the table that they lack are null.
#[derive(Debug)]
struct Part {
    name: Cow<'static, str>,
    rows: RecordBatch,
}

/// All of them, in the order in which they are committed.
pub(crate) const DERIVED: [Derived; 3] = [daily::DAILY, actives::ACTIVES, installation_days::INSTALLATION_DAYS];

impl Derived {
    /// The rows that a batch of facts becomes, not added up yet.
    fn parts(&self, facts: &RecordBatch) -> Result<Vec<Part>, ArrowError> {
        // A journal of an older release lacks what came later.
        (self.parts)(&conform(facts, &widened(&base_schema(), facts.schema_ref()))?)
    }

    /// The columns that it has for facts of this schema, and behind them those of attributes.
    pub(crate) fn columns_for(&self, facts: &Schema) -> SchemaRef {
        let own = (self.definition.columns)();
        let attributes = facts.fields().iter().filter(|field| AttributeType::of_column(field.name()).is_some());
        match self.has_attributes {
            true => widened(&own, &Schema::new(attributes.cloned().collect::<Vec<_>>())),
            false => own,
        }
    }
}

/// The columns of these names, in their order.
fn columns<'a>(
    batch: &RecordBatch,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(&'a str, ArrayRef)>, ArrowError> {
    let schema = batch.schema_ref();
    names.into_iter().map(|name| Ok((name, batch.column(schema.index_of(name)?).clone()))).collect()
}
