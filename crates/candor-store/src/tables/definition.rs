//! What a table is: its name, its columns, and how its rows are put in order.

use datafusion::{
    arrow::datatypes::{Schema, SchemaRef},
    functions_aggregate::expr_fn::{max, sum},
    prelude::{Expr, ident},
};

use crate::facts::{base_schema, crashes_schema};

/// What a table is called, the columns that it has from the first day, and how its rows are put in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) columns: fn() -> SchemaRef,
    /// What is added up over rows that are equal otherwise; none where each row stands for itself.
    pub(crate) measures: &'static [Measure],
    /// By what the rows of a compacted file are sorted, first what most questions ask for.
    pub(crate) order: &'static [&'static str],
    pub(crate) kept: Kept,
    /// Whether questions about it mostly ask for sums of `count` by few columns.
    pub(crate) is_tallied: bool,
    /// What says which part a row is of, where rows of several shapes are in one table.
    pub(crate) label: Option<Label>,
}

/// A column that says which part of a table a row is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    pub(crate) column: &'static str,
    /// The columns that are not null in the part of this name, measures and the label among them.
    pub(crate) columns_of: fn(&str) -> Vec<String>,
}

/// A column that is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The sum of its values.
    Sum(&'static str),
    /// The greatest of them.
    Max(&'static str),
}

/// How long the rows of a table are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// As long as single events.
    Raw,
    /// As long as sums, which say nothing of single events.
    Sums,
}

/// One row says: these dimensions, this outcome, this duration, this many times.
pub(crate) const FACTS: Definition = Definition {
    name: "facts",
    columns: base_schema,
    measures: &[],
    order: &["project", "installation", "time"],
    kept: Kept::Raw,
    is_tallied: true,
    label: None,
};

/// One row a crash or an error, with its report.
pub(crate) const CRASHES: Definition = Definition {
    name: "crashes",
    columns: crashes_schema,
    measures: &[],
    order: &["project", "kind", "name", "time"],
    kept: Kept::Raw,
    is_tallied: false,
    label: None,
};

impl Definition {
    /// What rows of these columns are grouped by, and what is added up in each group.
    pub(crate) fn grouping(&self, columns: &Schema) -> (Vec<Expr>, Vec<Expr>) {
        let measures = self.measures.iter().map(|measure| measure.expression());
        let names = columns.fields().iter().map(|field| field.name().as_str());
        let dimensions = names.filter(|name| !self.is_measure(name));
        (
            dimensions.map(ident).collect(),
            measures.filter(|(name, _)| columns.index_of(name).is_ok()).map(|(_, sum)| sum).collect(),
        )
    }
}

impl Definition {
    /// Whether the column is added up, and not what rows are grouped by.
    pub(crate) fn is_measure(&self, column: &str) -> bool {
        self.measures.iter().any(|measure| measure.column() == column)
    }
}

impl Measure {
    fn column(self) -> &'static str {
        match self {
            Self::Sum(column) | Self::Max(column) => column,
        }
    }

    fn expression(self) -> (&'static str, Expr) {
        let of = ident(self.column());
        let expression = match self {
            Self::Sum(_) => sum(of),
            Self::Max(_) => max(of),
        };
        (self.column(), expression.alias(self.column()))
    }
}
