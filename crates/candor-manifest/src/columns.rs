//! The typed columns that a manifest's fields become in the tables.

use std::collections::BTreeSet;

use candor_wire::active;

use crate::{Manifest, Shape};

/// A declared field as a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct AttributeColumn {
    /// The field's name.
    pub name: String,
    /// How its values are stored.
    pub physical: Physical,
}

/// How values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Physical {
    /// Enum, version, name, command and flag.
    Text,
    /// Bucket (its lower bound), duration (microseconds) and count.
    Integer,
    /// Bool.
    Bool,
}

impl Shape {
    /// How its values are stored.
    #[must_use]
    pub fn physical(&self) -> Physical {
        match self {
            Self::Bool => Physical::Bool,
            Self::Enum(_) | Self::Version | Self::Name(_) | Self::Command | Self::Flag => Physical::Text,
            Self::Bucket(_) | Self::Duration | Self::Count => Physical::Integer,
        }
    }
}

/// The version of a component: the one attribute that the wire itself has.
pub(crate) const COMPONENT_VERSION: &str = "component_version";

impl Manifest {
    /// The columns of all declared fields, of parts too, of `component_version` where there are components, and of what
    /// counts installations where they are counted: each pair of name and type once, sorted.
    #[must_use]
    pub fn attribute_columns(&self) -> Vec<AttributeColumn> {
        let mut columns: BTreeSet<AttributeColumn> = self
            .fields()
            .map(|field| AttributeColumn { name: field.name.clone(), physical: field.shape.physical() })
            .collect();
        if !self.components.is_empty() {
            columns.insert(AttributeColumn { name: COMPONENT_VERSION.to_owned(), physical: Physical::Text });
        }
        if self.active.is_some() {
            columns.extend(active::ATTRIBUTES.map(|name| {
                let physical = if name.starts_with("first_of_") { Physical::Bool } else { Physical::Integer };
                AttributeColumn { name: name.to_owned(), physical }
            }));
        }
        columns.into_iter().collect()
    }
}
