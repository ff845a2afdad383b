//! Reports as one flat table, for formats that know nothing else.

use crate::{Cell, Report, Unit};

/// A table without totals and notes.
pub(crate) struct Flat {
    /// Names and units.
    pub(crate) columns: Vec<(String, Unit)>,
    /// One cell a column.
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Report {
    /// The rows; where it was compared, with the numbers of the period before behind them.
    pub(crate) fn flat(&self) -> Flat {
        let mut columns: Vec<_> = self.columns.iter().map(|column| (column.name.to_owned(), column.unit)).collect();
        let mut rows = self.rows.clone();
        if self.previous.is_some() {
            let numbers: Vec<_> = (self.keys()..columns.len()).filter(|index| columns[*index].1.is_number()).collect();
            columns.extend(
                numbers
                    .iter()
                    .map(|index| (format!("previous_{}", self.columns[*index].name), self.columns[*index].unit))
                    .collect::<Vec<_>>(),
            );
            for (index, row) in rows.iter_mut().enumerate() {
                let before = self.before(index);
                row.extend(numbers.iter().map(|number| before.map_or(Cell::Empty, |before| before[*number].clone())));
            }
        }
        Flat { columns, rows }
    }
}
