//! An answer: rows, and what they mean.

use jiff::civil::Date;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::Value;

use crate::{Cell, Column, Query, ReportName, Unit};

/// The answer to a question about a project.
///
/// As JSON it is `{"report", "project", "from", "to", "rows": [{…}], "totals": {…}, "notes": […]}`, where a row has a
/// key for each column and `totals` is there only where the report has some.
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
    /// What stands in each row, in this order; equal to `name.columns()`.
    pub columns: &'static [Column],
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// The same columns over everything, where that has a meaning; cells without one are empty.
    pub totals: Option<Vec<Cell>>,
    /// What a reader should know before drawing conclusions: sentences in plain text.
    pub notes: Vec<String>,
}

/// Why a JSON text is not a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadReportError {
    /// It is not JSON.
    #[error("the report is not JSON")]
    Json(#[from] serde_json::Error),
    /// A key is missing or holds something else than it should.
    #[error("the report's {0:?} is missing or malformed")]
    Malformed(&'static str),
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
            columns: name.columns(),
            rows: Vec::new(),
            totals: None,
            notes: Vec::new(),
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

    /// The report as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report has text keys and finite numbers only")
    }

    /// Reads a report that [`Report::to_json`] wrote, as the API sends it. Unknown keys are skipped, so that an older
    /// program reads the answer of a newer collector.
    ///
    /// # Errors
    /// When the text is not JSON or not a report that this version knows.
    pub fn from_json(json: &str) -> Result<Self, ReadReportError> {
        use ReadReportError::Malformed;
        let value: Value = serde_json::from_str(json)?;
        let text = |key: &'static str| value[key].as_str().ok_or(Malformed(key));
        let date = |key: &'static str| text(key)?.parse::<Date>().map_err(|_| Malformed(key));
        let name: ReportName = text("report")?.parse().map_err(|_| Malformed("report"))?;
        let columns = name.columns();
        let rows = value["rows"].as_array().ok_or(Malformed("rows"))?;
        let rows = rows.iter().map(|row| read_row(columns, row).ok_or(Malformed("rows"))).collect::<Result<_, _>>()?;
        let totals = match &value["totals"] {
            Value::Null => None,
            totals => Some(read_row(columns, totals).ok_or(Malformed("totals"))?),
        };
        let notes = value["notes"].as_array().ok_or(Malformed("notes"))?;
        let notes = notes.iter().map(|note| note.as_str().map(str::to_owned).ok_or(Malformed("notes")));
        let notes = notes.collect::<Result<_, _>>()?;
        let project = text("project")?.to_owned();
        Ok(Self { name, project, from: date("from")?, to: date("to")?, columns, rows, totals, notes })
    }

    /// The rows as CSV (RFC 4180) with a heading line of column names; empty cells are empty, totals and notes left out.
    ///
    /// A text that a spreadsheet would take for a formula is written with a leading `'`.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        push_line(&mut csv, self.columns.iter().map(|column| column.name.to_owned()));
        for row in &self.rows {
            push_line(&mut csv, row.iter().map(csv_field));
        }
        csv
    }
}

fn read_row(columns: &[Column], row: &Value) -> Option<Vec<Cell>> {
    let row = row.as_object()?;
    columns.iter().map(|column| read_cell(column.unit, row.get(column.name).unwrap_or(&Value::Null))).collect()
}

fn read_cell(unit: Unit, value: &Value) -> Option<Cell> {
    if value.is_null() {
        return Some(Cell::Empty);
    }
    match unit {
        Unit::Count => value.as_i64().map(Cell::Count),
        Unit::Share => value.as_f64().map(Cell::Share),
        Unit::DurationMicros => value.as_u64().map(Cell::DurationMicros),
        Unit::Text | Unit::Version => value.as_str().map(|text| Cell::Text(text.to_owned())),
        Unit::Date => value.as_str()?.parse().ok().map(Cell::Date),
        Unit::Flag => value.as_bool().map(Cell::Flag),
    }
}

fn push_line(csv: &mut String, fields: impl Iterator<Item = String>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            csv.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            csv.push('"');
            csv.push_str(&field.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(&field);
        }
    }
    csv.push_str("\r\n");
}

fn csv_field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Count(count) => count.to_string(),
        Cell::Share(share) => share.to_string(),
        Cell::DurationMicros(micros) => micros.to_string(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Date(date) => date.to_string(),
        Cell::Flag(flag) => flag.to_string(),
    }
}

/// A row as an object: the columns' names are the keys.
struct Row<'a>(&'a [Column], &'a [Cell]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in self.0.iter().zip(self.1) {
            map.serialize_entry(column.name, cell)?;
        }
        map.end()
    }
}

struct Rows<'a>(&'a Report);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for row in &self.0.rows {
            rows.serialize_element(&Row(self.0.columns, row))?;
        }
        rows.end()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("report", self.name.as_str())?;
        map.serialize_entry("project", &self.project)?;
        map.serialize_entry("from", &self.from.to_string())?;
        map.serialize_entry("to", &self.to.to_string())?;
        map.serialize_entry("rows", &Rows(self))?;
        if let Some(totals) = &self.totals {
            map.serialize_entry("totals", &Row(self.columns, totals))?;
        }
        map.serialize_entry("notes", &self.notes)?;
        map.end()
    }
}
