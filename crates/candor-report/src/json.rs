//! Reports as JSON, written and read again.

use jiff::civil::Date;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::Value;

use crate::{Cell, Column, Previous, Report, ReportName, Unit, report};

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
        let name: ReportName = text(&value, "report")?.parse().map_err(|_| Malformed("report"))?;
        let by = value["by"].as_str().map(str::to_owned);
        let columns = report::columns(name, by.is_some());
        let notes = value["notes"].as_array().ok_or(Malformed("notes"))?;
        let notes = notes.iter().map(|note| note.as_str().map(str::to_owned).ok_or(Malformed("notes")));
        let notes = notes.collect::<Result<_, _>>()?;
        let project = text(&value, "project")?.to_owned();
        let (from, to) = (date(&value, "from")?, date(&value, "to")?);
        let (rows, totals) = read_rows(&columns, &value)?;
        let previous = match &value["previous"] {
            Value::Null => None,
            before => {
                let (rows, totals) = read_rows(&columns, before)?;
                Some(Previous { from: date(before, "from")?, to: date(before, "to")?, rows, totals })
            }
        };
        Ok(Self { name, project, from, to, by, columns, rows, totals, notes, previous })
    }
}

fn text<'a>(value: &'a Value, key: &'static str) -> Result<&'a str, ReadReportError> {
    value[key].as_str().ok_or(ReadReportError::Malformed(key))
}

fn date(value: &Value, key: &'static str) -> Result<Date, ReadReportError> {
    text(value, key)?.parse().map_err(|_| ReadReportError::Malformed(key))
}

type Rows = (Vec<Vec<Cell>>, Option<Vec<Cell>>);

fn read_rows(columns: &[Column], value: &Value) -> Result<Rows, ReadReportError> {
    use ReadReportError::Malformed;
    let rows = value["rows"].as_array().ok_or(Malformed("rows"))?;
    let rows = rows.iter().map(|row| read_row(columns, row).ok_or(Malformed("rows"))).collect::<Result<_, _>>()?;
    let totals = match &value["totals"] {
        Value::Null => None,
        totals => Some(read_row(columns, totals).ok_or(Malformed("totals"))?),
    };
    Ok((rows, totals))
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
        Unit::Ratio => value.as_f64().map(Cell::Ratio),
        Unit::DurationMicros => value.as_u64().map(Cell::DurationMicros),
        Unit::Text | Unit::Version => value.as_str().map(|text| Cell::Text(text.to_owned())),
        Unit::Date => value.as_str()?.parse().ok().map(Cell::Date),
        Unit::Time => value.as_str()?.parse().ok().map(Cell::Time),
        Unit::Flag => value.as_bool().map(Cell::Flag),
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

struct Table<'a>(&'a [Column], &'a [Vec<Cell>]);

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.1.len()))?;
        for row in self.1 {
            rows.serialize_element(&Row(self.0, row))?;
        }
        rows.end()
    }
}

/// The period before.
struct Before<'a>(&'a [Column], &'a Previous);

impl Serialize for Before<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(columns, previous) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("from", &previous.from.to_string())?;
        map.serialize_entry("to", &previous.to.to_string())?;
        map.serialize_entry("rows", &Table(columns, &previous.rows))?;
        if let Some(totals) = &previous.totals {
            map.serialize_entry("totals", &Row(columns, totals))?;
        }
        map.end()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("report", self.name.as_str())?;
        map.serialize_entry("project", &self.project)?;
        map.serialize_entry("from", &self.from.to_string())?;
        map.serialize_entry("to", &self.to.to_string())?;
        if let Some(by) = &self.by {
            map.serialize_entry("by", by)?;
        }
        map.serialize_entry("rows", &Table(&self.columns, &self.rows))?;
        if let Some(totals) = &self.totals {
            map.serialize_entry("totals", &Row(&self.columns, totals))?;
        }
        map.serialize_entry("notes", &self.notes)?;
        if let Some(previous) = &self.previous {
            map.serialize_entry("previous", &Before(&self.columns, previous))?;
        }
        map.end()
    }
}
