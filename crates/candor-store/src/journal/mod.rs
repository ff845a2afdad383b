//! The journal: what was acknowledged and is not yet in the tables.
//!
//! It is a row of segment files. Each begins with its schema, and holds frames of rows with ascending sequences; the
//! table's commits say up to which sequence they hold the rows, and a segment is deleted when all of it is there.
//! [`layout`] draws the bytes.

pub(crate) mod layout;
mod replay;
mod scan;
mod segment;

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use datafusion::arrow::array::RecordBatch;

pub use replay::JournalError;
pub(crate) use replay::{SegmentContent, read_segment, segments};
use segment::Segment;
pub(crate) use segment::{Closed, SegmentError};

/// Appends frames. Owned by the one thread that writes.
#[derive(Debug)]
pub(crate) struct Journal {
    dir: PathBuf,
    segment_bytes: u64,
    current: Option<Segment>,
    next_sequence: u64,
    files: Arc<JournalFiles>,
}

/// The segments that nothing more is written to, until they are deleted.
#[derive(Debug, Default)]
pub(crate) struct JournalFiles {
    closed: Mutex<Vec<Closed>>,
    bytes: AtomicU64,
}

impl Journal {
    /// A journal in `dir` that goes on with `next_sequence`, behind the segments in `files`.
    pub(crate) fn new(dir: PathBuf, segment_bytes: u64, next_sequence: u64, files: Arc<JournalFiles>) -> Self {
        Self { dir, segment_bytes, current: None, next_sequence, files }
    }

    /// Writes a batch and returns its sequence when it is on disk. After an error nothing of it is in the journal, and
    /// the next append tries again with a new segment.
    pub(crate) fn append(&mut self, batch: &RecordBatch, day: i32) -> Result<u64, SegmentError> {
        let sequence = self.next_sequence;
        let mut segment = match self.current.take() {
            Some(segment) if segment.schema() == batch.schema_ref() => segment,
            Some(narrower) => {
                self.close(narrower);
                self.create(batch, 0)?
            }
            None => self.create(batch, 0)?,
        };
        let mut bytes = segment.encode(batch)?;
        if !segment.has_room(bytes) {
            self.close(segment);
            segment = self.create(batch, bytes)?;
            bytes = segment.encode(batch)?;
            debug_assert!(segment.has_room(bytes), "a new segment has room for the frame it was made for");
        }
        let position = segment.position();
        match segment.commit(sequence, day) {
            Ok(()) => {
                self.current = Some(segment);
                self.next_sequence += 1;
                Ok(sequence)
            }
            Err(error) => {
                // What was written of the frame is cut off with the segment, so that the same sequence can be used again.
                self.close_at(segment, position);
                Err(error)
            }
        }
    }

    /// The next frame begins a new segment.
    pub(crate) fn rotate(&mut self) {
        if let Some(segment) = self.current.take() {
            self.close(segment);
        }
    }

    /// A segment for frames like `batch`, of which the first needs so many bytes.
    fn create(&self, batch: &RecordBatch, bytes: u64) -> Result<Segment, SegmentError> {
        // The schema's frame takes some hundred bytes a column.
        let overhead = 4096 + 1024 * batch.num_columns() as u64;
        let size = self.segment_bytes.max(bytes + overhead);
        let segment = Segment::create(&self.dir, self.next_sequence, batch.schema_ref(), size)?;
        self.files.bytes.fetch_add(segment.allocated(), Ordering::Relaxed);
        Ok(segment)
    }

    fn close(&self, segment: Segment) {
        let position = segment.position();
        self.close_at(segment, position);
    }

    fn close_at(&self, segment: Segment, position: u64) {
        self.files.bytes.fetch_sub(segment.allocated(), Ordering::Relaxed);
        if segment.is_empty() {
            // Its name is that of the next segment.
            drop(segment);
            return;
        }
        self.files.add(segment.close(position));
    }
}

impl JournalFiles {
    pub(crate) fn add(&self, closed: Closed) {
        self.bytes.fetch_add(closed.bytes, Ordering::Relaxed);
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).push(closed);
    }

    /// Bytes on disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Deletes the segments whose last frame is not above `sequence`. One that cannot be deleted is tried again the
    /// next time; meanwhile it does no harm.
    pub(crate) fn delete_through(&self, sequence: u64) -> io::Result<()> {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut result = Ok(());
        closed.retain(|segment| {
            if segment.last_sequence > sequence {
                return true;
            }
            match std::fs::remove_file(&segment.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    result = Err(error);
                    true
                }
                _ => {
                    self.bytes.fetch_sub(segment.bytes, Ordering::Relaxed);
                    false
                }
            }
        });
        result
    }
}
