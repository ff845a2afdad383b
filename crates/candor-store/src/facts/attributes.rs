//! Attributes as typed columns, and the rest as JSON text.

use std::collections::HashMap;

use candor_wire::{Value, json};
use datafusion::arrow::{
    array::ArrayRef,
    datatypes::{Field, Int64Type, Schema},
    error::ArrowError,
};
use foldhash::fast::RandomState;

use super::{
    column::{Column, Numbers, Texts, Truths},
    schema::{AttributeType, is_column_name},
};

/// Which attribute columns a store has, in the order in which they came up. They only ever become more.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttributeIndex {
    positions: [HashMap<String, usize, RandomState>; 3],
    columns: Vec<(AttributeType, String)>,
    most: usize,
}

impl AttributeIndex {
    /// An index of at most `most` columns that holds those of `schema`.
    pub(crate) fn of_schema(schema: &Schema, most: usize) -> Self {
        let mut index = Self { most, ..Self::default() };
        for field in schema.fields() {
            if let Some((kind, name)) = AttributeType::of_column(field.name()) {
                index.insert(kind, name);
            }
        }
        index
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Field> {
        self.columns.iter().map(|(kind, name)| Field::new(format!("{}{name}", kind.prefix()), kind.data_type(), true))
    }

    /// The column of an attribute; a new one where there is room and the name allows it.
    fn column(&mut self, kind: AttributeType, name: &str) -> Option<usize> {
        if let Some(position) = self.positions[kind as usize].get(name) {
            return Some(*position);
        }
        (self.columns.len() < self.most && is_column_name(name)).then(|| self.insert(kind, name))
    }

    fn insert(&mut self, kind: AttributeType, name: &str) -> usize {
        let position = self.columns.len();
        self.columns.push((kind, name.to_owned()));
        self.positions[kind as usize].insert(name.to_owned(), position);
        position
    }
}

/// The attribute columns of one batch. A column that a row says nothing of is filled up when it is next needed.
#[derive(Debug, Default)]
pub(crate) struct AttributeBuilders {
    builders: Vec<AttributeBuilder>,
}

#[derive(Debug)]
enum AttributeBuilder {
    Text(Texts),
    Integer(Numbers<Int64Type>),
    Bool(Truths),
}

impl AttributeBuilders {
    /// Sets the value of row `row` in its column. `false` where it must be JSON instead.
    pub(crate) fn set(&mut self, index: &mut AttributeIndex, row: usize, name: &str, value: &Value) -> bool {
        let kind = match value {
            Value::Text(_) => AttributeType::Text,
            Value::Integer(_) => AttributeType::Integer,
            Value::Bool(_) => AttributeType::Bool,
            Value::Float(_) | Value::Json(_) => return false,
        };
        let Some(position) = index.column(kind, name) else { return false };
        self.widen(index);
        // Where the row has a value already, it stays: of two attributes of one name the first holds.
        match (&mut self.builders[position], value) {
            (AttributeBuilder::Text(builder), Value::Text(value)) => {
                if fill(builder, row) {
                    builder.push(Some(value));
                }
            }
            (AttributeBuilder::Integer(builder), Value::Integer(value)) => {
                if fill(builder, row) {
                    builder.push(Some(*value));
                }
            }
            (AttributeBuilder::Bool(builder), Value::Bool(value)) => {
                if fill(builder, row) {
                    builder.push(Some(*value));
                }
            }
            _ => return false,
        }
        true
    }

    /// The columns of a batch of `rows` rows, in the index's order.
    pub(crate) fn finish(&mut self, index: &AttributeIndex, rows: usize) -> Result<Vec<ArrayRef>, ArrowError> {
        self.widen(index);
        let finish = |builder: &mut AttributeBuilder| {
            let column: &mut dyn Column = match builder {
                AttributeBuilder::Text(column) => column,
                AttributeBuilder::Integer(column) => column,
                AttributeBuilder::Bool(column) => column,
            };
            fill(column, rows);
            column.finish()
        };
        self.builders.iter_mut().map(finish).collect()
    }

    fn widen(&mut self, index: &AttributeIndex) {
        for (kind, _) in &index.columns[self.builders.len()..] {
            self.builders.push(match kind {
                AttributeType::Text => AttributeBuilder::Text(Texts::default()),
                AttributeType::Integer => AttributeBuilder::Integer(Numbers::default()),
                AttributeType::Bool => AttributeBuilder::Bool(Truths::default()),
            });
        }
    }
}

/// Fills up with nulls to `rows` rows; `false` where there are more already.
fn fill(column: &mut dyn Column, rows: usize) -> bool {
    let Some(missing) = rows.checked_sub(column.rows()) else { return false };
    if missing > 0 {
        column.push_nulls(missing);
    }
    true
}

/// Writes a JSON object, member by member.
#[derive(Debug, Default)]
pub(crate) struct JsonObject {
    text: String,
}

impl JsonObject {
    /// Adds a member. Fractions that JSON cannot say (NaN, infinite) become null.
    pub(crate) fn push(&mut self, name: &str, value: &Value) {
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        json::text(&mut self.text, name);
        self.text.push(':');
        match value {
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Integer(value) => self.text.push_str(itoa::Buffer::new().format(*value)),
            Value::Float(value) => json::float(&mut self.text, *value),
            Value::Text(value) => json::text(&mut self.text, value),
            Value::Json(value) => self.text.push_str(value),
        }
    }

    /// The object, if it has a member; ready for the next one.
    pub(crate) fn take(&mut self, use_text: impl FnOnce(Option<&str>)) {
        if self.text.is_empty() {
            return use_text(None);
        }
        self.text.push('}');
        use_text(Some(&self.text));
        self.text.clear();
    }
}
