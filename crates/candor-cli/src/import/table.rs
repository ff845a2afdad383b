//! Rows of tables: CSV, and Parquet by the query engine's own reader.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};

use datafusion::arrow::json::LineDelimitedWriter;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use datafusion::parquet::errors::ParquetError;
use serde_json::{Map, Value};

use super::Bad;
use super::rows::{Position, Row, Rows};
use crate::failure::Failure;

/// More than any row: a quote that is never closed would make one row of the rest of the file.
const MOST_CSV_BYTES: usize = 16 << 20;
/// Rows of a Parquet file that are in memory at once.
const PARQUET_ROWS: usize = 1024;

/// A text with a header.
pub(super) struct Csv<R> {
    rows: csv::Reader<Bounded<R>>,
    header: Vec<String>,
    record: csv::ByteRecord,
    position: Position,
}

impl<R: Read> Csv<R> {
    pub(super) fn open(text: R, position: Position) -> Result<Self, csv::Error> {
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(Bounded { text, left: MOST_CSV_BYTES });
        let header = rows.headers()?.iter().map(str::to_owned).collect();
        Ok(Self { rows, header, record: csv::ByteRecord::new(), position })
    }

    fn content(&self) -> Result<Map<String, Value>, Bad> {
        if self.record.len() != self.header.len() {
            return Err(Bad::WrongNumberOfFields);
        }
        let mut object = Map::new();
        for (name, field) in self.header.iter().zip(&self.record) {
            let text = std::str::from_utf8(field).map_err(|_| Bad::InvalidUtf8)?;
            if !text.is_empty() {
                object.insert(name.clone(), typed(text));
            }
        }
        Ok(object)
    }
}

impl<R: Read> Rows for Csv<R> {
    fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        self.rows.get_mut().left = MOST_CSV_BYTES;
        if !self.rows.read_byte_record(&mut self.record)? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        Ok(Some(Row { line, content: self.content() }))
    }

    fn position(&self) -> (u64, u64) {
        self.position.get()
    }
}

/// A truth value and a number are what they look like where nothing is lost by it: `007` and `1e400` stay texts.
fn typed(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) if number.to_string() == text => Value::Number(number),
            _ => Value::String(text.to_owned()),
        },
    }
}

struct Bounded<R> {
    text: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        self.left = self.left.checked_sub(read).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "a row has more than 16 MiB: is a quote never closed?")
        })?;
        Ok(read)
    }
}

/// A Parquet file, some rows at a time.
pub(super) struct Parquet {
    file: File,
    batches: ParquetRecordBatchReader,
    ready: VecDeque<Map<String, Value>>,
    done: u64,
    length: u64,
}

impl Parquet {
    pub(super) fn open(file: File) -> Result<Self, ParquetError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.try_clone()?)?.with_batch_size(PARQUET_ROWS);
        let length = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        Ok(Self { file, batches: builder.build()?, ready: VecDeque::new(), done: 0, length })
    }
}

impl Rows for Parquet {
    fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        while self.ready.is_empty() {
            let Some(batch) = self.batches.next() else { return Ok(None) };
            self.ready.extend(objects(&batch?)?);
        }
        self.done += 1;
        Ok(self.ready.pop_front().map(|object| Row { line: self.done, content: Ok(object) }))
    }

    fn skip_rows(&mut self, rows: u64) -> Result<(), Failure> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(self.file.try_clone()?)?.with_batch_size(PARQUET_ROWS);
        self.batches = builder.with_offset(usize::try_from(rows)?).build()?;
        self.ready.clear();
        self.done = rows;
        Ok(())
    }

    fn position(&self) -> (u64, u64) {
        (self.done, self.length)
    }
}

/// The rows as objects: times are RFC 3339, lists and structures JSON, and what is null is left out.
fn objects(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, Failure> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    let text = writer.into_inner();
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Ok(lines.map(serde_json::from_slice).collect::<Result<_, _>>()?)
}
