//! The columns of `facts`.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// The journal's own last column: the item that a row came in, so that a replay knows its id.
pub(crate) const ITEM_ID: &str = "item_id";

/// The column that the table is partitioned by.
pub(crate) const PARTITION: &str = "day";

/// The columns that every store has, in their order; docs/storage.md explains them.
pub(crate) fn base_fields() -> Vec<Field> {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let required = |name, data_type| Field::new(name, data_type, false);
    vec![
        required("project", DataType::Utf8),
        required("day", DataType::Date32),
        required("time", DataType::Timestamp(TimeUnit::Microsecond, None)),
        required("kind", DataType::Utf8),
        required("name", DataType::Utf8),
        text("parent"),
        text("outcome"),
        text("error_class"),
        Field::new("duration_bucket", DataType::Int16, true),
        required("count", DataType::Int64),
        Field::new("installation", DataType::Int64, true),
        Field::new("run", DataType::Int64, true),
        Field::new("database", DataType::Int64, true),
        text("version"),
        text("commit"),
        text("built"),
        text("channel"),
        text("os"),
        text("os_version"),
        text("arch"),
        text("runtime"),
        text("ci"),
        Field::new("container", DataType::Boolean, true),
        Field::new("interactive", DataType::Boolean, true),
        text("agent"),
        text("country"),
        text("region"),
        text("sdk"),
        text("sdk_version"),
        text("attributes"),
    ]
}

/// The schema of a store without attribute columns.
pub(crate) fn base_schema() -> SchemaRef {
    Arc::new(Schema::new(base_fields()))
}

/// The type of an attribute column, and its prefix: two projects may declare one name with two types, and no
/// attribute can be taken for one of the base columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AttributeType {
    Text,
    Integer,
    Bool,
}

impl AttributeType {
    pub(crate) const ALL: [Self; 3] = [Self::Text, Self::Integer, Self::Bool];

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Text => "text_",
            Self::Integer => "int_",
            Self::Bool => "bool_",
        }
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Bool => DataType::Boolean,
        }
    }

    /// The type and the attribute's name that a column's name says, unless it is one of the base columns.
    pub(crate) fn of_column(column: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|kind| Some((kind, column.strip_prefix(kind.prefix())?)))
    }
}

/// Whether an attribute of this name may have a column of its own: 1 to 60 lower-case letters, digits and `_`.
///
/// Delta Lake takes columns that differ only in case for one, and Parquet readers trip over punctuation.
#[must_use]
pub fn is_column_name(name: &str) -> bool {
    (1..=60).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_base_column_is_taken_for_an_attribute() {
        for field in base_fields() {
            assert_eq!(AttributeType::of_column(field.name()), None);
        }
        assert_eq!(AttributeType::of_column("int_resources"), Some((AttributeType::Integer, "resources")));
        assert_eq!(AttributeType::of_column("text_bool_x"), Some((AttributeType::Text, "bool_x")));
    }

    #[test]
    fn only_names_that_every_reader_of_the_files_understands_become_columns() {
        for name in ["resources", "component_version", "a1"] {
            assert!(is_column_name(name), "{name}");
        }
        for name in ["", "Resources", "a-b", "a.b", "ä", "a b", "$set", &"x".repeat(61)] {
            assert!(!is_column_name(name), "{name}");
        }
    }
}
