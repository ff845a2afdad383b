//! Tables with typed columns, and rows for them.

/// A table of the inventory. Those of providers are replaced as a whole by every fetch.
#[derive(Debug)]
pub struct Table {
    /// Its name in the database.
    pub name: &'static str,
    /// What one row is called, such as `mount`.
    pub kind: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// In the order in which rows give their values.
    pub columns: &'static [Column],
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the database, with its unit where it has one.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it may be NULL: the machine does not have it, or does not show it to this user.
    pub optional: bool,
    /// Whether it names the row: no two rows have the same.
    pub key: bool,
    /// What it says.
    pub about: &'static str,
}

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A signed 64-bit integer.
    Integer,
    /// UTF-8; bytes of the machine that are none are replaced by U+FFFD.
    Text,
    /// Yes or no; in SQLite 1 or 0.
    Boolean,
}

impl Kind {
    /// Its name in `providers list`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Boolean => "boolean",
        }
    }
}

/// A column that every row has.
pub const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, optional: false, key: false, about }
}

/// A column that names the row.
pub const fn key(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, optional: false, key: true, about }
}

/// A column that may be NULL.
pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, optional: true, key: false, about }
}

/// Rows of one table.
#[derive(Debug)]
pub struct Rows {
    /// Where they belong.
    pub table: &'static Table,
    /// One value a column each.
    pub rows: Vec<Vec<Value>>,
}

impl Rows {
    /// No rows yet.
    pub fn of(table: &'static Table) -> Self {
        Self { table, rows: Vec::new() }
    }

    /// Adds a row: one value a column, in the table's order.
    pub fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.table.columns.len(), "a value for every column of {}", self.table.name);
        self.rows.push(row.into());
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Absent,
    /// For [`Kind::Integer`].
    Integer(i64),
    /// For [`Kind::Text`].
    Text(String),
    /// For [`Kind::Boolean`].
    Boolean(bool),
}

impl Value {
    /// The number of a [`Value::Integer`].
    #[must_use]
    pub fn into_integer(self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The text of a [`Value::Text`].
    #[must_use]
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
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
    /// The databases' integers end at 2^63 - 1; nothing that a provider counts reaches it.
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
