//! Reading the form of an upload on a thread of its own, from the network to the disk.
//!
//! The body comes through a channel of a few chunks, so that whoever sends faster than the disk writes has to wait.

use crate::error::{ApiError, Code};
use crate::ingest::inflate::Encoding;
use bytes::Bytes;
use candor_store::{IncomingMinidump, Minidumps};
use candor_wire::sentry::minidump::{ContentId, Fields, MinidumpHead, Multipart, MultipartError, Piece, UPLOAD_FIELD};
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use tokio::sync::mpsc::Receiver;

/// What is read at once.
const STEP_BYTES: usize = 64 * 1024;
/// Of a dump that is not kept, what is looked at. Its lists stand at its beginning.
const HEAD_BYTES: usize = 256 * 1024;
/// The text of a field.
const FIELD_BYTES: usize = 1 << 20;
/// All of a form but its dump.
pub(super) const BESIDE_BYTES: usize = 1 << 20;

/// What a form has.
pub(super) struct Form {
    pub(super) fields: Fields,
    pub(super) head: MinidumpHead,
    /// Stands for the dump's bytes.
    pub(super) content_id: String,
    pub(super) dump_bytes: usize,
    /// The dump, where it is to be kept.
    pub(super) incoming: Option<IncomingMinidump>,
}

/// Why there is none.
pub(super) enum Unread {
    /// The client is to be told.
    Refused(ApiError),
    /// The dump could not be written.
    Unwritten(io::Error),
}

impl From<MultipartError> for Unread {
    fn from(error: MultipartError) -> Self {
        let code = if error == MultipartError::Truncated { Code::Truncated } else { Code::NotAForm };
        Self::Refused(ApiError::from(code).detail(error.to_string()))
    }
}

/// Where the part goes that is being read.
enum Target {
    Nowhere,
    Dump,
    Field(String),
}

/// A form that is being read.
struct Reading {
    form: Multipart,
    fields: Fields,
    target: Target,
    head: Vec<u8>,
    content: ContentId,
    dump_bytes: usize,
    incoming: Option<IncomingMinidump>,
}

/// Reads a form with a dump of at most `most_bytes`, which goes to a file of `keep`, or nowhere.
pub(super) fn read(
    body: Receiver<Bytes>,
    encoding: Encoding,
    form: Multipart,
    most_bytes: usize,
    keep: Option<&Minidumps>,
) -> Result<Form, Unread> {
    let incoming = keep.map(Minidumps::begin).transpose().map_err(Unread::Unwritten)?;
    let mut body = inflated(BufReader::with_capacity(STEP_BYTES, Chunks { body, rest: Bytes::new() }), encoding)?;
    let mut reading = Reading {
        form,
        fields: Fields::default(),
        target: Target::Nowhere,
        head: Vec::new(),
        content: ContentId::default(),
        dump_bytes: 0,
        incoming,
    };
    let (mut step, mut seen_bytes) = (vec![0; STEP_BYTES], 0);
    loop {
        let read = body.read(&mut step).map_err(|error| {
            let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
            let code = if is_cut { Code::Truncated } else { Code::MalformedEncoding };
            Unread::Refused(ApiError::from(code).because(error))
        })?;
        seen_bytes += read;
        if seen_bytes > most_bytes + BESIDE_BYTES || reading.dump_bytes > most_bytes {
            return Err(Unread::Refused(crate::body::too_large(most_bytes)));
        }
        if read == 0 {
            return reading.finish();
        }
        reading.take(&step[..read])?;
    }
}

impl Reading {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Unread> {
        let Self { form, fields, target, head, content, dump_bytes, incoming } = self;
        form.feed(bytes, &mut |piece| {
            match (piece, &mut *target) {
                (Piece::Part(part), target) => {
                    *target = match part.name {
                        name if name == UPLOAD_FIELD && *dump_bytes == 0 => Target::Dump,
                        name => Target::Field(name),
                    }
                }
                (Piece::Bytes(bytes), Target::Dump) => {
                    *dump_bytes += bytes.len();
                    content.update(bytes);
                    match incoming {
                        Some(incoming) => incoming.write_all(bytes).map_err(Unread::Unwritten)?,
                        None => head.extend_from_slice(&bytes[..bytes.len().min(HEAD_BYTES - head.len())]),
                    }
                }
                (Piece::Bytes(bytes), Target::Field(name)) => {
                    if let Some(text) = fields.of_name(name)
                        && text.len() + bytes.len() <= FIELD_BYTES
                    {
                        text.push_str(&String::from_utf8_lossy(bytes));
                    }
                }
                (Piece::Bytes(_), Target::Nowhere) => {}
            }
            Ok(())
        })
    }

    fn finish(self) -> Result<Form, Unread> {
        let Self { form, fields, head, content, dump_bytes, incoming, .. } = self;
        form.finish()?;
        let head = match &incoming {
            Some(incoming) => MinidumpHead::read(&mut incoming.reader().map_err(Unread::Unwritten)?),
            None => MinidumpHead::read(&mut Cursor::new(head)),
        };
        let detail = format!("it belongs into the field {UPLOAD_FIELD}, and begins with MDMP");
        let head = head.ok_or_else(|| Unread::Refused(ApiError::from(Code::NotAMinidump).detail(detail)))?;
        Ok(Form { fields, head, content_id: content.finish(), dump_bytes, incoming })
    }
}

/// The body as its sender wrote it. A form begins with a boundary, so that gzip is recognised without a label.
#[expect(clippy::disallowed_methods, reason = "what comes out is bounded by whoever reads it")]
fn inflated(mut body: BufReader<Chunks>, encoding: Encoding) -> Result<Box<dyn Read>, Unread> {
    let malformed = |error| Unread::Refused(ApiError::from(Code::MalformedEncoding).because(error));
    let first = body.fill_buf().map_err(malformed)?;
    let is_gzip = encoding == Encoding::Identity && first.starts_with(&[0x1f, 0x8b]);
    Ok(match if is_gzip { Encoding::Gzip } else { encoding } {
        Encoding::Identity => Box::new(body),
        Encoding::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(body)),
        Encoding::Deflate => Box::new(flate2::bufread::ZlibDecoder::new(body)),
        Encoding::Brotli => Box::new(brotli::Decompressor::new(body, STEP_BYTES)),
        Encoding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(malformed)?;
            decoder.window_log_max(crate::ingest::inflate::ZSTD_WINDOW_LOG).map_err(malformed)?;
            Box::new(decoder)
        }
    })
}

/// What comes through the channel, which closes when the body ends.
struct Chunks {
    body: Receiver<Bytes>,
    rest: Bytes,
}

impl Read for Chunks {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.body.blocking_recv() {
                Some(chunk) => self.rest = chunk,
                None => return Ok(0),
            }
        }
        let bytes = self.rest.split_to(self.rest.len().min(into.len()));
        into[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}
