//! An answer: rows, and what they mean.

use jiff::{ToSpan, civil::Date};

use crate::{BREAKDOWN_COLUMN, Cell, Column, Query, ReportName};

/// The answer to a question about a project.
///
/// As JSON it is `{"report", "project", "from", "to", "rows": [{…}], "totals": {…}, "notes": […]}`, where a row has a
/// key for each column and `totals` is there only where the report has some. Where it was broken down, `by` is the field
/// and each row has the key `value`; where it was compared, `previous` is the `from`, `to`, `rows` and `totals` of as
/// many days before.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Which report it is.
    pub name: ReportName,
    /// The project that it is about.
    pub project: String,
    /// The first day that was looked at (UTC).
    pub from: Date,
    /// The day after the last one that was looked at (UTC).
    pub to: Date,
    /// The field that the rows are broken down by.
    pub by: Option<String>,
    /// What stands in each row, in this order: `name.columns()`, and behind its keys [`BREAKDOWN_COLUMN`] where the rows
    /// are broken down.
    pub columns: Vec<Column>,
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// The same columns over everything, where that has a meaning; cells without one are empty.
    pub totals: Option<Vec<Cell>>,
    /// What a reader should know before drawing conclusions: sentences in plain text.
    pub notes: Vec<String>,
    /// The same about as many days before, where that was asked for.
    pub previous: Option<Previous>,
}

/// The answer about the period before: the same columns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Previous {
    /// Its first day (UTC).
    pub from: Date,
    /// The day after its last one (UTC).
    pub to: Date,
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// The same over everything, where that has a meaning.
    pub totals: Option<Vec<Cell>>,
}

impl Previous {
    /// Its last day (UTC).
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.to.yesterday().unwrap_or(self.to)
    }

    pub(crate) fn of(report: Report) -> Self {
        Self { from: report.from, to: report.to, rows: report.rows, totals: report.totals }
    }
}

impl Report {
    /// A report without rows.
    #[must_use]
    pub fn empty(name: ReportName, query: &Query) -> Self {
        Self {
            name,
            project: query.project.clone(),
            from: query.from,
            to: query.to,
            by: query.by.as_ref().map(ToString::to_string),
            columns: columns(name, query.by.is_some()),
            rows: Vec::new(),
            totals: None,
            notes: Vec::new(),
            previous: None,
        }
    }

    /// The position of the column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The cell of a row in the column of this name.
    #[must_use]
    pub fn cell(&self, row: usize, column: &str) -> Option<&Cell> {
        self.rows.get(row)?.get(self.column(column)?)
    }

    /// The total of the column of this name.
    #[must_use]
    pub fn total(&self, column: &str) -> Option<&Cell> {
        self.totals.as_ref()?.get(self.column(column)?)
    }

    /// The last day that was looked at (UTC).
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.to.yesterday().unwrap_or(self.to)
    }

    /// The heading of a column for people: that of a breakdown is the field's name.
    #[must_use]
    pub fn heading(&self, column: &Column) -> &str {
        match &self.by {
            Some(field) if column.name == BREAKDOWN_COLUMN.name => field,
            _ => column.label,
        }
    }

    /// How many of the first columns say what a row is about.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.name.keys() + self.columns.len().saturating_sub(self.name.columns().len())
    }

    /// What stood in the row of the same keys in the period before; a day's counterpart is as many days earlier as the
    /// periods are apart.
    #[must_use]
    pub fn before(&self, row: usize) -> Option<&[Cell]> {
        let previous = self.previous.as_ref()?;
        let row = self.rows.get(row)?;
        let apart = i64::from((self.from - previous.from).get_days()).days();
        let earlier = |cell: &Cell| match cell {
            Cell::Date(day) => day.checked_sub(apart).map_or(Cell::Empty, Cell::Date),
            cell => cell.clone(),
        };
        let keys: Vec<_> = row.iter().take(self.keys()).map(earlier).collect();
        previous.rows.iter().find(|row| row.get(..keys.len()) == Some(&keys)).map(Vec::as_slice)
    }
}

/// The columns of the report `name`, broken down or not. One that has a column of that name needs no further one.
pub(crate) fn columns(name: ReportName, is_broken_down: bool) -> Vec<Column> {
    let mut columns = name.columns().to_vec();
    if is_broken_down && columns.iter().all(|column| column.name != BREAKDOWN_COLUMN.name) {
        columns.insert(name.keys(), BREAKDOWN_COLUMN);
    }
    columns
}
