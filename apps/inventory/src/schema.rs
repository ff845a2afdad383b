//! Tables with typed columns, and the rows that a provider collected for them.

/// A table of the inventory. Every fetch replaces it as a whole.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name in the database.
    pub(crate) name: &'static str,
    /// What one row is.
    pub(crate) about: &'static str,
    /// In the order in which rows give their values.
    pub(crate) columns: &'static [Column],
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its name in the database, with its unit where it has one.
    pub(crate) name: &'static str,
    /// What it may hold.
    pub(crate) kind: Kind,
    /// Whether it may be NULL: the machine does not have it, or does not show it to this user.
    pub(crate) optional: bool,
    /// What it says.
    pub(crate) about: &'static str,
}

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A signed 64-bit integer.
    Integer,
    /// UTF-8; bytes of the machine that are none are replaced by U+FFFD.
    Text,
    /// 0 or 1.
    Boolean,
}

impl Kind {
    /// Its name in `providers list`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Boolean => "boolean",
        }
    }
}

/// A column that every row has.
pub(crate) const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, optional: false, about }
}

/// A column that may be NULL.
pub(crate) const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, optional: true, about }
}

/// What a provider found for one table.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Where they belong.
    pub(crate) table: &'static Table,
    /// One value a column each.
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Rows {
    /// No rows yet.
    pub(crate) fn of(table: &'static Table) -> Self {
        Self { table, rows: Vec::new() }
    }

    /// Adds a row: one value a column, in the table's order.
    pub(crate) fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.table.columns.len(), "a value for every column of {}", self.table.name);
        self.rows.push(row.into());
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// NULL.
    Absent,
    /// For [`Kind::Integer`].
    Integer(i64),
    /// For [`Kind::Text`].
    Text(String),
    /// For [`Kind::Boolean`].
    Boolean(bool),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u64> for Value {
    /// SQLite's integers end at 2^63 - 1; nothing that a provider counts reaches it.
    fn from(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}
