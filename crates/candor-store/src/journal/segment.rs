//! Writing one segment.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use arrow_ipc::{
    MetadataVersion,
    writer::{IpcWriteOptions, StreamWriter},
};
use datafusion::arrow::{array::RecordBatch, datatypes::SchemaRef, error::ArrowError};
use rustix::fs::FallocateFlags;

use super::layout::{FRAME_HEADER, SEGMENT_HEADER, SegmentHeader, seal_frame};

/// A frame's buffer is given back to the system when it grew beyond this.
const KEPT_BUFFER: usize = 4 << 20;

/// The segment that frames are appended to.
pub(crate) struct Segment {
    path: PathBuf,
    file: File,
    header: SegmentHeader,
    schema: SchemaRef,
    encoder: StreamWriter<Vec<u8>>,
    /// Where the next frame goes.
    position: u64,
    allocated: u64,
    last_sequence: u64,
}

/// Why a frame could not be appended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SegmentError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Encode(#[from] ArrowError),
}

impl Segment {
    /// Creates the file of a segment that begins with `first_sequence`, with room for `size` bytes; synced with its
    /// directory, so that a frame in it is safe once the frame is.
    pub(crate) fn create(dir: &Path, first_sequence: u64, schema: &SchemaRef, size: u64) -> Result<Self, SegmentError> {
        let path = dir.join(file_name(first_sequence));
        let created = Self::create_at(&path, first_sequence, schema, size);
        if created.is_err() {
            // A segment without a frame says nothing; left behind it would take the room that is short already.
            let _ = std::fs::remove_file(&path);
        }
        created
    }

    fn create_at(path: &Path, first_sequence: u64, schema: &SchemaRef, size: u64) -> Result<Self, SegmentError> {
        let mut salt = [0; 8];
        getrandom::fill(&mut salt).map_err(io::Error::other)?;
        let header = SegmentHeader { first_sequence, salt: u64::from_le_bytes(salt) };
        // Whatever has this name holds no frame: the sequence is still free.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        allocate(&file, size)?;
        file.write_all_at(&header.encode(), 0)?;
        let options = IpcWriteOptions::try_new(8, false, MetadataVersion::V5)?;
        let encoder = StreamWriter::try_new_with_options(vec![0; FRAME_HEADER], schema, options)?;
        let mut segment = Self {
            path: path.to_owned(),
            file,
            header,
            schema: schema.clone(),
            encoder,
            position: SEGMENT_HEADER as u64,
            allocated: size,
            last_sequence: first_sequence - 1,
        };
        // The encoder has written the schema's message behind the room for the header.
        segment.write_frame(0, 0)?;
        segment.file.sync_all()?;
        if let Some(dir) = path.parent() {
            File::open(dir)?.sync_all()?;
        }
        Ok(segment)
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(crate) fn allocated(&self) -> u64 {
        self.allocated
    }

    /// Whether nothing but the schema is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.last_sequence < self.header.first_sequence
    }

    /// Encodes a batch into the buffer, and returns how many bytes its frame takes.
    pub(crate) fn encode(&mut self, batch: &RecordBatch) -> Result<u64, SegmentError> {
        let buffer = self.encoder.get_mut();
        if buffer.capacity() > KEPT_BUFFER {
            *buffer = Vec::new();
        }
        buffer.clear();
        buffer.resize(FRAME_HEADER, 0);
        self.encoder.write(batch)?;
        Ok(self.encoder.get_ref().len() as u64 + super::layout::ALIGNMENT as u64)
    }

    /// Whether a frame of so many bytes fits into what is allocated.
    pub(crate) fn has_room(&self, bytes: u64) -> bool {
        self.position + bytes <= self.allocated
    }

    /// Writes the encoded batch, and returns when it is on disk. After an error the segment must be given up.
    pub(crate) fn commit(&mut self, sequence: u64, day: i32) -> Result<(), SegmentError> {
        self.write_frame(sequence, day)?;
        self.file.sync_data()?;
        self.last_sequence = sequence;
        Ok(())
    }

    fn write_frame(&mut self, sequence: u64, day: i32) -> Result<(), SegmentError> {
        let buffer = self.encoder.get_mut();
        seal_frame(buffer, sequence, day, self.header.salt)
            .ok_or_else(|| io::Error::other("a batch of more than 4 GiB"))?;
        self.file.write_all_at(buffer, self.position)?;
        self.position += buffer.len() as u64;
        Ok(())
    }

    /// Gives back what was allocated and not used: nothing more is written to it.
    pub(crate) fn close(self, position: u64) -> Closed {
        if let Err(error) = self.file.set_len(position) {
            tracing::warn!(path = %self.path.display(), %error, "could not shorten a full journal segment");
        }
        Closed { path: self.path, last_sequence: self.last_sequence, bytes: position }
    }

    /// Where the next frame goes.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment").field("path", &self.path).field("position", &self.position).finish_non_exhaustive()
    }
}

/// A segment that nothing more is written to.
#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) path: PathBuf,
    pub(crate) last_sequence: u64,
    pub(crate) bytes: u64,
}

/// `00000000000000000042.journal`: their order is that of their sequences.
pub(crate) fn file_name(first_sequence: u64) -> String {
    format!("{first_sequence:020}.journal")
}

/// Reserves the room, so that a full disk is met here and not in the middle of a frame, and a sync has no allocation
/// to write down: 2.5 times as many of them a second.
fn allocate(file: &File, size: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, size) {
        // Not every file system can; then a full disk is met by a write, which is handled as well.
        Err(rustix::io::Errno::OPNOTSUPP) => file.set_len(size),
        result => Ok(result?),
    }
}
