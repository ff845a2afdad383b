//! What can be changed in an inventory.

use crate::schema::{Rows, Table, Value};

/// One of several changes that are made together or not at all.
#[derive(Debug)]
pub enum Change<'a> {
    /// Makes a table, unless it is there.
    Define(&'static Table),
    /// Makes a table have these rows and no others. It is made anew where its columns have changed.
    Replace(&'a Rows),
    /// A statement that SQLite and PostgreSQL both understand; `?1` stands for the first value.
    Execute(String, Vec<Value>),
}

impl Change<'_> {
    /// A statement with its values.
    pub fn execute(sql: impl Into<String>, values: impl Into<Vec<Value>>) -> Self {
        Self::Execute(sql.into(), values.into())
    }
}

/// `"pid" INTEGER NOT NULL, …`, with the database's own words for the kinds.
pub(super) fn definitions(table: &Table, kind_of: impl Fn(&crate::schema::Column) -> String) -> String {
    let definition = |column: &crate::schema::Column| {
        let key = if column.key { " PRIMARY KEY" } else { "" };
        let presence = if column.optional { "" } else { " NOT NULL" };
        format!("\"{}\" {}{key}{presence}", column.name, kind_of(column))
    };
    table.columns.iter().map(definition).collect::<Vec<_>>().join(", ")
}
