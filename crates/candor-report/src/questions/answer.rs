//! Reading what the engine returned.

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch},
        compute::{cast, concat_batches},
        datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
    },
    error::DataFusionError,
    prelude::DataFrame,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

use crate::Cell;
use candor_wire::DurationBucket;

/// The rows of one SQL query, by column name.
///
/// Integers of every width are read as 64 bits and texts of every encoding as one: the engine chooses these by itself.
/// A column that is not there, or is of another type, reads as nothing.
pub(super) struct Answer {
    batch: RecordBatch,
    columns: Vec<ArrayRef>,
}

impl Answer {
    /// Runs the query to its end.
    pub(super) async fn collect(frame: DataFrame) -> Result<Self, DataFusionError> {
        let schema = frame.schema().as_arrow().clone().into();
        let batch = concat_batches(&schema, &frame.collect().await?)?;
        let columns = batch.columns().iter().map(plain).collect::<Result<_, _>>()?;
        Ok(Self { batch, columns })
    }

    /// The rows as the engine returned them.
    pub(super) fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The positions of all rows.
    pub(super) fn rows(&self) -> std::ops::Range<usize> {
        0..self.batch.num_rows()
    }

    fn column(&self, row: usize, name: &str) -> Option<&ArrayRef> {
        let column = self.columns.get(self.batch.schema_ref().index_of(name).ok()?)?;
        (row < column.len() && column.is_valid(row)).then_some(column)
    }

    pub(super) fn text(&self, row: usize, name: &str) -> Option<&str> {
        Some(self.column(row, name)?.as_string_opt::<i32>()?.value(row))
    }

    pub(super) fn integer(&self, row: usize, name: &str) -> Option<i64> {
        Some(self.column(row, name)?.as_primitive_opt::<Int64Type>()?.value(row))
    }

    /// A sum, of which there is always one: nothing adds up to 0.
    pub(super) fn sum(&self, row: usize, name: &str) -> i64 {
        self.integer(row, name).unwrap_or(0)
    }

    pub(super) fn float(&self, row: usize, name: &str) -> Option<f64> {
        Some(self.column(row, name)?.as_primitive_opt::<Float64Type>()?.value(row))
    }

    pub(super) fn date(&self, row: usize, name: &str) -> Option<Date> {
        let days = self.column(row, name)?.as_primitive_opt::<Date32Type>()?.value(row);
        date(1970, 1, 1).checked_add(days.days()).ok()
    }

    /// The date in this column as a cell.
    pub(super) fn date_cell(&self, row: usize, name: &str) -> Cell {
        self.date(row, name).map_or(Cell::Empty, Cell::Date)
    }

    /// The duration that the bucket in this column stands for.
    pub(super) fn duration(&self, row: usize, name: &str) -> Cell {
        let index = self.integer(row, name).and_then(|index| u16::try_from(index).ok());
        let bucket = index.and_then(DurationBucket::from_index);
        bucket.map_or(Cell::Empty, |bucket| Cell::DurationMicros(bucket.micros()))
    }

    /// The sum in this column as a cell.
    pub(super) fn count(&self, row: usize, name: &str) -> Cell {
        Cell::Count(self.sum(row, name))
    }

    /// The text in this column as a cell.
    pub(super) fn text_cell(&self, row: usize, name: &str) -> Cell {
        Cell::text(self.text(row, name))
    }

    /// The truth in this column as a cell.
    pub(super) fn flag_cell(&self, row: usize, name: &str) -> Cell {
        let flag = self.column(row, name).and_then(|column| Some(column.as_boolean_opt()?.value(row)));
        flag.map_or(Cell::Empty, Cell::Flag)
    }

    /// The moment in this column, to the second, as a cell.
    pub(super) fn time_cell(&self, row: usize, name: &str) -> Cell {
        let micros = self
            .column(row, name)
            .and_then(|column| Some(column.as_primitive_opt::<TimestampMicrosecondType>()?.value(row)));
        let time = micros.and_then(|micros| jiff::Timestamp::from_second(micros.div_euclid(1_000_000)).ok());
        time.map_or(Cell::Empty, |time| Cell::Time(time.to_zoned(jiff::tz::TimeZone::UTC).datetime()))
    }

    /// The share of runs that succeeded among those that came to an end: a cancelled run says nothing about success.
    pub(super) fn success(&self, row: usize) -> Cell {
        let (ok, error) = (self.sum(row, "ok"), self.sum(row, "error"));
        Cell::share_of(ok, ok.saturating_add(error))
    }
}

fn plain(column: &ArrayRef) -> Result<ArrayRef, DataFusionError> {
    let data_type = match column.data_type() {
        integer if integer.is_integer() => DataType::Int64,
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Dictionary(..) => DataType::Utf8,
        _ => return Ok(column.clone()),
    };
    Ok(cast(column, &data_type)?)
}
