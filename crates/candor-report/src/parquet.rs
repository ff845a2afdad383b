//! Reports as Parquet.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{
            ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
            TimestampMicrosecondArray,
        },
        datatypes::{DataType, Field, Schema},
        error::ArrowError,
    },
    parquet::{arrow::ArrowWriter, errors::ParquetError},
};
use jiff::{civil::date, tz::TimeZone};

use crate::{Cell, Report, Unit};

/// Why a report could not be written as Parquet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteParquetError {
    /// The columns do not make a table.
    #[error("the report is no table")]
    Arrow(#[from] ArrowError),
    /// The writer failed.
    #[error("the report could not be encoded")]
    Parquet(#[from] ParquetError),
}

impl Report {
    /// The rows as a Parquet file with the columns of [`Report::to_csv`]: integers and microseconds are 64 bits, shares
    /// and ratios doubles, days dates, moments timestamps without a zone. It is not compressed.
    ///
    /// # Errors
    /// When the rows are not as long as the report has columns.
    pub fn to_parquet(&self) -> Result<Vec<u8>, WriteParquetError> {
        let flat = self.flat();
        let columns = flat.columns.iter().enumerate().map(|(index, (name, unit))| {
            let column = array(*unit, flat.rows.iter().map(|row| row.get(index).unwrap_or(&Cell::Empty)));
            (Field::new(name, DataType::clone(column.data_type()), true), column)
        });
        let (fields, columns): (Vec<_>, Vec<_>) = columns.unzip();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
        let mut writer = ArrowWriter::try_new(Vec::new(), schema, None)?;
        writer.write(&batch)?;
        Ok(writer.into_inner()?)
    }
}

fn array<'a>(unit: Unit, cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    match unit {
        Unit::Count => Arc::new(cells.map(Cell::as_count).collect::<Int64Array>()),
        Unit::Share | Unit::Ratio => Arc::new(cells.map(Cell::as_number).collect::<Float64Array>()),
        Unit::DurationMicros => {
            let micros = |cell: &Cell| cell.as_micros().map(|micros| i64::try_from(micros).unwrap_or(i64::MAX));
            Arc::new(cells.map(micros).collect::<Int64Array>())
        }
        Unit::Text | Unit::Version => Arc::new(cells.map(Cell::as_text).collect::<StringArray>()),
        Unit::Date => {
            let days = |cell: &Cell| cell.as_date().map(|day| (day - date(1970, 1, 1)).get_days());
            Arc::new(cells.map(days).collect::<Date32Array>())
        }
        Unit::Time => Arc::new(cells.map(micros_of).collect::<TimestampMicrosecondArray>()),
        Unit::Flag => {
            let flag = |cell: &Cell| if let Cell::Flag(flag) = cell { Some(*flag) } else { None };
            Arc::new(cells.map(flag).collect::<BooleanArray>())
        }
    }
}

fn micros_of(cell: &Cell) -> Option<i64> {
    let Cell::Time(time) = cell else { return None };
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}
