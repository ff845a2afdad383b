//! The rows of a file, one after the other, in memory for one of them: JSON lines and CSV, plain or gzipped, and Parquet.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use super::Bad;
use super::table::{Csv, Parquet};
use crate::failure::{Failure, While};

/// The largest row that a collector takes.
const MOST_BYTES: usize = 1 << 20;
/// What is read ahead to tell the kind of a file.
const HEAD_BYTES: usize = 64 << 10;

/// A row, or why it is none.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line where it begins, or its number in a Parquet file; from 1 on.
    pub(crate) line: u64,
    /// What it says.
    pub(crate) content: Result<Map<String, Value>, Bad>,
}

/// Rows of a file.
pub(crate) trait Rows {
    /// The next one; `None` at the end.
    fn next_row(&mut self) -> Result<Option<Row>, Failure>;

    /// Leaves out the next so many.
    fn skip_rows(&mut self, rows: u64) -> Result<(), Failure> {
        for _ in 0..rows {
            self.next_row()?;
        }
        Ok(())
    }

    /// How far it is, and how far it goes: bytes of a text, rows of a Parquet file.
    fn position(&self) -> (u64, u64);
}

/// Opens a file of any kind, which is told by its first bytes.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Rows>, Failure> {
    let reading = || format!("read {}", path.display());
    let mut file = File::open(path).or_failed_to(reading)?;
    let length = file.metadata().or_failed_to(reading)?.len();
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).or_failed_to(reading)?;
    file.rewind().or_failed_to(reading)?;
    if magic == b"PAR1" {
        return Ok(Box::new(Parquet::open(file).or_failed_to(reading)?));
    }
    let done = Arc::new(AtomicU64::new(0));
    let counted = Counted { file, done: Arc::clone(&done) };
    #[expect(clippy::disallowed_methods, reason = "what comes out is read row by row, and each row is bounded")]
    let text: Box<dyn Read> =
        if magic.starts_with(&[0x1f, 0x8b]) { Box::new(MultiGzDecoder::new(counted)) } else { Box::new(counted) };
    let mut text = BufReader::with_capacity(HEAD_BYTES, text);
    let head = text.fill_buf().or_failed_to(reading)?;
    let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let first = head.iter().skip(mark).find(|byte| !byte.is_ascii_whitespace()).copied();
    text.consume(mark);
    let position = Position { done, length };
    match first {
        Some(b'[') => Err(Failure::new(format!(
            "{} is one JSON array: write one object a line, as by `jq -c '.[]'`",
            path.display()
        ))),
        Some(b'{') | None => Ok(Box::new(Lines { text, line: 0, position })),
        Some(_) => Ok(Box::new(Csv::open(text, position).or_failed_to(reading)?)),
    }
}

/// How far a text was read.
#[derive(Debug)]
pub(super) struct Position {
    done: Arc<AtomicU64>,
    length: u64,
}

impl Position {
    pub(super) fn get(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.length)
    }
}

struct Counted {
    file: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// One JSON object a line.
struct Lines<R> {
    text: R,
    line: u64,
    position: Position,
}

impl<R: BufRead> Lines<R> {
    /// The next line that is not blank; `None` at the end. Of a line that is too long there is no more than that.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let mut line = Vec::new();
            let read = self.text.by_ref().take(MOST_BYTES as u64 + 1).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if line.len() > MOST_BYTES && !line.ends_with(b"\n") {
                self.text.skip_until(b'\n')?;
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }
}

impl<R: BufRead> Rows for Lines<R> {
    fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        let content = match line.len() {
            length if length > MOST_BYTES => Err(Bad::EventTooLarge),
            _ => object(&line),
        };
        Ok(Some(Row { line: self.line, content }))
    }

    fn skip_rows(&mut self, rows: u64) -> Result<(), Failure> {
        for _ in 0..rows {
            self.next_line()?;
        }
        Ok(())
    }

    fn position(&self) -> (u64, u64) {
        self.position.get()
    }
}

fn object(line: &[u8]) -> Result<Map<String, Value>, Bad> {
    let text = std::str::from_utf8(line).map_err(|_| Bad::InvalidUtf8)?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Bad::NotAnObject),
        Err(_) => Err(Bad::NotJson),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use std::io::Write;

    /// Each row as its line, and its content as JSON or the reason.
    fn rows(bytes: &[u8]) -> Vec<(u64, String)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        all(&mut *open(file.path()).unwrap())
    }

    fn all(rows: &mut dyn Rows) -> Vec<(u64, String)> {
        let next = || {
            let row = rows.next_row().unwrap()?;
            Some((row.line, row.content.map_or_else(|bad| bad.to_string(), |map| Value::Object(map).to_string())))
        };
        std::iter::from_fn(next).collect()
    }

    fn said(rows: &[(u64, String)]) -> Vec<(u64, &str)> {
        rows.iter().map(|(line, text)| (*line, text.as_str())).collect()
    }

    #[test]
    fn lines_of_json_are_read_one_by_one_and_bad_ones_are_named() {
        let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(MOST_BYTES));
        let text = format!("{{\"a\":1}}\n\n{{\"a\":\n[1]\n{long}\u{20}\n{{\"a\":2}}");
        let found = rows(text.as_bytes());
        let expected =
            [(1, r#"{"a":1}"#), (3, "not_json"), (4, "not_an_object"), (5, "event_too_large"), (7, r#"{"a":2}"#)];
        assert_eq!(said(&found), expected);
        assert_eq!(said(&rows(b"{\"a\":1}\n{\"a\":\"\xff\"}\n"))[1], (2, "invalid_utf8"));
        assert!(rows(b"").is_empty());
    }

    #[test]
    fn fields_of_csv_are_typed_and_rows_of_another_length_are_named() {
        let text =
            "\u{feff}id,n,ok,text,empty\na,1,true,\"two\nlines\",\nb,2\nc,1.5,x,\"{\"\"k\"\": 1}\",,\nd,007,,,\n";
        let found = rows(text.as_bytes());
        let expected = [
            (2, r#"{"id":"a","n":1,"ok":true,"text":"two\nlines"}"#),
            (4, "wrong_number_of_fields"),
            (5, "wrong_number_of_fields"),
            (6, r#"{"id":"d","n":"007"}"#),
        ];
        assert_eq!(said(&found), expected);
    }

    #[test]
    fn a_gzipped_text_is_read_like_a_plain_one() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"{\"a\":1}\n{\"a\":2}\n").unwrap();
        assert_eq!(said(&rows(&gzip.finish().unwrap())), [(1, r#"{"a":1}"#), (2, r#"{"a":2}"#)]);
    }

    #[test]
    fn rows_that_were_read_before_are_left_out() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"{\"a\":1}\n\nnot json\n{\"a\":2}\n").unwrap();
        let mut rows = open(file.path()).unwrap();
        rows.skip_rows(2).unwrap();
        assert_eq!(said(&all(&mut *rows)), [(4, r#"{"a":2}"#)]);
        assert_eq!(rows.position().0, rows.position().1);
    }

    #[test]
    fn an_array_is_refused_with_what_to_do() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"[{\"a\":1}]").unwrap();
        let Err(Failure::Failed(line)) = open(file.path()).map(|_| ()) else { panic!("a failure") };
        assert!(line.contains("jq -c"), "{line}");
    }
}
