//! Reports as CSV.

use crate::{Cell, Report};

impl Report {
    /// The rows as CSV (RFC 4180) with a heading line of column names; empty cells are empty, totals and notes left out.
    /// Where it was compared, each number has a column `previous_…` behind the others.
    ///
    /// A text that a spreadsheet would take for a formula is written with a leading `'`.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let flat = self.flat();
        let mut csv = String::new();
        push_line(&mut csv, flat.columns.iter().map(|(name, _)| name.clone()));
        for row in &flat.rows {
            push_line(&mut csv, row.iter().map(csv_field));
        }
        csv
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
        Cell::Share(number) | Cell::Ratio(number) => number.to_string(),
        Cell::DurationMicros(micros) => micros.to_string(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Date(date) => date.to_string(),
        Cell::Time(time) => time.to_string(),
        Cell::Flag(flag) => flag.to_string(),
    }
}
