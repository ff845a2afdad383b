//! Rows with named columns: what a command finds, and what the ones behind it make of that.

use std::cmp::Ordering;

use inventory_store::schema::{self, Value};
use serde_json::{Map, Value as Json};

/// What a command line answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rows {
    /// The names of the columns.
    pub(crate) columns: Vec<String>,
    /// A value for every column each.
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Rows {
    /// No rows yet.
    pub(crate) fn of(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row, a value for every column.
    pub(crate) fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len(), "a value for every column");
        self.rows.push(row.into());
    }

    /// Each row as an object.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Map<String, Json>> + '_ {
        self.rows.iter().map(|row| self.columns.iter().cloned().zip(row.iter().map(json)).collect())
    }

    /// The place of a column. Its unit may be left out: `size` is `size_bytes` where there is no `size`.
    pub(crate) fn place(&self, name: &str) -> Result<usize, NoColumn> {
        place(self.columns.iter().map(String::as_str), name)
    }

    /// One row with the number of rows; or for every value of the column how many have it, the most frequent first.
    pub(crate) fn count(self, column: Option<&str>) -> Result<Self, NoColumn> {
        let Some(column) = column else {
            let mut counted = Self::of(&["count"]);
            counted.push([(self.rows.len() as u64).into()]);
            return Ok(counted);
        };
        let place = self.place(column)?;
        let mut values: Vec<(Value, u64)> = Vec::new();
        let mut sorted: Vec<Value> = self.rows.into_iter().map(|mut row| row.swap_remove(place)).collect();
        sorted.sort_by(compare);
        for value in sorted {
            match values.last_mut() {
                Some((last, count)) if *last == value => *count += 1,
                _ => values.push((value, 1)),
            }
        }
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut counted = Self::of(&[&self.columns[place], "count"]);
        for (value, count) in values {
            counted.push([value, count.into()]);
        }
        Ok(counted)
    }

    /// In order of a column; what is absent comes last in either direction. Rows of one value keep their order.
    pub(crate) fn sort(mut self, column: &str, descending: bool) -> Result<Self, NoColumn> {
        let place = self.place(column)?;
        self.rows.sort_by(|left, right| match (&left[place], &right[place]) {
            (Value::Absent, _) | (_, Value::Absent) => compare(&left[place], &right[place]),
            (left, right) if descending => compare(right, left),
            (left, right) => compare(left, right),
        });
        Ok(self)
    }

    /// The first rows.
    pub(crate) fn limit(mut self, rows: usize) -> Self {
        self.rows.truncate(rows);
        self
    }

    /// These columns in this order.
    pub(crate) fn columns(self, names: &[String]) -> Result<Self, NoColumn> {
        let places = names.iter().map(|name| self.place(name)).collect::<Result<Vec<_>, _>>()?;
        let columns = places.iter().map(|place| self.columns[*place].clone()).collect();
        let chosen = |row: &Vec<Value>| places.iter().map(|place| row[*place].clone()).collect();
        Ok(Self { columns, rows: self.rows.iter().map(chosen).collect() })
    }
}

/// The place of a column among those of a table.
pub(crate) fn place_in(table: &schema::Table, name: &str) -> Result<usize, NoColumn> {
    place(table.columns.iter().map(|column| column.name), name)
}

fn place<'a>(columns: impl Iterator<Item = &'a str> + Clone, name: &str) -> Result<usize, NoColumn> {
    let exact = columns.clone().position(|column| column == name);
    let is_measured = |column: &str| UNITS.iter().any(|unit| column.strip_suffix(unit) == Some(name));
    exact
        .or_else(|| columns.clone().position(is_measured))
        .ok_or_else(|| NoColumn { name: name.to_owned(), columns: columns.collect::<Vec<_>>().join(", ") })
}

/// The ends of the names of columns that have a unit.
const UNITS: [&str; 3] = ["_bytes", "_ms", "_mbits"];

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
        (Value::Absent, Value::Absent) => Ordering::Equal,
        (Value::Absent, _) => Ordering::Greater,
        (_, Value::Absent) => Ordering::Less,
        // A column has values of one kind.
        _ => Ordering::Equal,
    }
}

pub(crate) fn json(value: &Value) -> Json {
    match value {
        Value::Absent => Json::Null,
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Boolean(value) => (*value).into(),
    }
}

/// There is no such column.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no column {name:?}; there are {columns}")]
pub(crate) struct NoColumn {
    name: String,
    columns: String,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let mut rows = Rows::of(&["name", "size_bytes"]);
        rows.push(["a".into(), 10_u64.into()]);
        rows.push(["b".into(), Value::Absent]);
        rows.push(["a".into(), 9_u64.into()]);
        rows
    }

    fn first(rows: &Rows) -> Vec<&Value> {
        rows.rows.iter().map(|row| &row[0]).collect()
    }

    #[test]
    fn rows_are_counted_as_a_whole_or_by_value() {
        assert_eq!(rows().count(None).unwrap().rows, [[Value::Integer(3)]]);
        let counted = rows().count(Some("name")).unwrap();
        assert_eq!(counted.columns, ["name", "count"]);
        assert_eq!(counted.rows, [["a".into(), 2_u64.into()], ["b".into(), 1_u64.into()]]);
    }

    #[test]
    fn numbers_are_sorted_as_numbers_and_what_is_absent_comes_last() {
        let sizes = |rows: Rows| rows.rows.into_iter().map(|mut row| row.remove(1)).collect::<Vec<_>>();
        assert_eq!(sizes(rows().sort("size", false).unwrap()), [9_u64.into(), 10_u64.into(), Value::Absent]);
        assert_eq!(sizes(rows().sort("size_bytes", true).unwrap()), [10_u64.into(), 9_u64.into(), Value::Absent]);
    }

    #[test]
    fn columns_and_rows_can_be_left_out() {
        let kept = rows().limit(2).columns(&["size".into(), "name".into()]).unwrap();
        assert_eq!(kept.columns, ["size_bytes", "name"]);
        assert_eq!(first(&kept), [&10_u64.into(), &Value::Absent]);
    }

    #[test]
    fn a_column_that_is_not_there_is_an_error_that_names_those_that_are() {
        let error = rows().sort("colour", false).unwrap_err().to_string();
        assert_eq!(error, "there is no column \"colour\"; there are name, size_bytes");
    }
}
