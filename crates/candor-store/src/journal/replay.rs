//! Reading a journal: after a restart, or from another process beside the collector.

use std::{
    io,
    path::{Path, PathBuf},
};

use arrow_ipc::reader::StreamDecoder;
use datafusion::arrow::{array::RecordBatch, buffer::Buffer, error::ArrowError};

use super::{
    layout::{HeaderError, SegmentHeader},
    scan::{Found, Scan},
};

/// A frame of rows.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) sequence: u64,
    /// The day on which its items were received, days since 1970-01-01.
    pub(crate) day: i32,
    /// Of the journal's schema.
    pub(crate) batch: RecordBatch,
}

/// What one segment held.
#[derive(Debug, Default)]
pub(crate) struct SegmentContent {
    pub(crate) frames: Vec<Replayed>,
    /// Places where something was written that cannot be read.
    pub(crate) corrupt: u64,
    /// Whether it ends in a write that was cut off.
    pub(crate) torn: bool,
    /// Bytes up to the end of the last good frame, where nothing follows that might be needed.
    pub(crate) used: Option<u64>,
}

/// Why a segment could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The system said no.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A newer release wrote it.
    #[error("{} has format version {version}, which this release does not know: use the release that wrote it", .path.display())]
    Version {
        /// Which file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// The segments in `dir` by their first sequence. None where there is no directory.
pub(crate) fn segments(dir: &Path) -> Result<Vec<(u64, PathBuf)>, JournalError> {
    let io = |source| JournalError::Io { path: dir.to_owned(), source };
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let mut segments = Vec::new();
    for entry in entries {
        let path = entry.map_err(io)?.path();
        if path.extension().is_some_and(|extension| extension == "journal")
            && let Some(first) = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok())
        {
            segments.push((first, path));
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Reads the frames of a segment that are above `above` (all of them for 0) and below `below`, the first sequence of the segment that
/// follows: what is not below was given up when its write failed.
pub(crate) fn read_segment(path: &Path, above: u64, below: u64) -> Result<SegmentContent, JournalError> {
    let bytes = std::fs::read(path).map_err(|source| JournalError::Io { path: path.to_owned(), source })?;
    let mut content = SegmentContent::default();
    let header = match SegmentHeader::decode(&bytes) {
        Ok(header) => header,
        Err(HeaderError::Blank) => return Ok(content),
        Err(HeaderError::Damaged) => return Ok(SegmentContent { corrupt: 1, ..content }),
        Err(HeaderError::Version(version)) => return Err(JournalError::Version { path: path.to_owned(), version }),
    };
    let buffer = Buffer::from_vec(bytes);
    let mut decoder = StreamDecoder::new();
    let mut used = super::layout::SEGMENT_HEADER;
    for found in Scan::new(&buffer, header) {
        match found {
            Found::Frame(frame, payload) => {
                used = payload + frame.size() - super::layout::FRAME_HEADER;
                let wanted = frame.sequence == 0 || (frame.sequence > above && frame.sequence < below);
                if !wanted {
                    continue;
                }
                let mut message = buffer.slice_with_length(payload, frame.length);
                match decode(&mut decoder, &mut message, frame.sequence) {
                    Ok(Some(batch)) => {
                        content.frames.push(Replayed { sequence: frame.sequence, day: frame.day, batch });
                    }
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(path = %path.display(), sequence = frame.sequence, %error, "a journal frame is no Arrow message");
                        content.corrupt += 1;
                    }
                }
            }
            Found::Corrupt { offset, length } => {
                tracing::error!(path = %path.display(), offset, length, "the journal is damaged: frames are lost");
                content.corrupt += 1;
            }
            Found::Torn { offset } => {
                tracing::warn!(path = %path.display(), offset, "the journal ends in a write that was cut off");
                content.torn = true;
            }
        }
    }
    content.used = Some(used as u64);
    Ok(content)
}

fn decode(decoder: &mut StreamDecoder, message: &mut Buffer, sequence: u64) -> Result<Option<RecordBatch>, ArrowError> {
    let batch = decoder.decode(message)?;
    match (sequence, &batch) {
        (0, None) | (1.., Some(_)) => Ok(batch),
        _ => Err(ArrowError::IpcError("not the message that belongs here".to_owned())),
    }
}
