//! The streams themselves: nothing here knows of HTTP, so that the fuzzer reads them too.

use std::io::{ErrorKind, Read};

/// Zstandard frames may ask for a window of up to 128 MiB; RFC 8878 recommends that decoders support 8 MiB and says
/// that encoders should not need more.
pub(crate) const ZSTD_WINDOW_LOG: u32 = 23;
/// Brotli's input buffer.
const BROTLI_BUFFER_BYTES: usize = 4096;
/// How much is inflated between two looks at the bounds.
pub(crate) const STEP_BYTES: usize = 64 * 1024;

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Why a body was not inflated.
#[derive(Debug)]
pub(crate) enum StreamError<E> {
    /// More came out than the bound.
    TooLarge,
    /// It ends early.
    Truncated(std::io::Error),
    /// It is no such stream.
    Malformed(std::io::Error),
    /// There was no place for more.
    Refused(E),
}

impl Encoding {
    /// The encoding of this body: gzip is also sent without a label, and no JSON begins with its magic bytes.
    fn of_body(self, body: &[u8]) -> Self {
        if self == Self::Identity && body.starts_with(&[0x1f, 0x8b]) { Self::Gzip } else { self }
    }

    /// What comes out of a body, at most `most_bytes` of it. Before each step `grow` is asked for its bytes; one step more
    /// than the bound is the most that it is ever asked for.
    #[expect(clippy::disallowed_methods, reason = "the one place, and bounded")]
    pub(crate) fn inflate<E>(
        self,
        body: Vec<u8>,
        most_bytes: usize,
        grow: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Vec<u8>, StreamError<E>> {
        match self.of_body(&body) {
            Self::Identity => Ok(body),
            Self::Gzip => bounded(flate2::read::MultiGzDecoder::new(&body[..]), most_bytes, grow),
            Self::Deflate if is_zlib(&body) => bounded(flate2::read::ZlibDecoder::new(&body[..]), most_bytes, grow),
            Self::Deflate => bounded(flate2::read::DeflateDecoder::new(&body[..]), most_bytes, grow),
            Self::Brotli => bounded(brotli::Decompressor::new(&body[..], BROTLI_BUFFER_BYTES), most_bytes, grow),
            Self::Zstd => {
                let mut decoder =
                    zstd::stream::read::Decoder::with_buffer(&body[..]).map_err(StreamError::Malformed)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(StreamError::Malformed)?;
                bounded(decoder, most_bytes, grow)
            }
        }
    }
}

/// HTTP's `deflate` means the zlib format; some clients send the bare stream. The zlib header is a checksum of itself.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}

fn bounded<E>(
    mut decoder: impl Read,
    most_bytes: usize,
    mut grow: impl FnMut(usize) -> Result<(), E>,
) -> Result<Vec<u8>, StreamError<E>> {
    let mut inflated = Vec::new();
    loop {
        let step = STEP_BYTES.min(most_bytes - inflated.len() + 1);
        grow(step).map_err(StreamError::Refused)?;
        let read =
            decoder.by_ref().take(step as u64).read_to_end(&mut inflated).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => StreamError::Truncated(error),
                _ => StreamError::Malformed(error),
            })?;
        if inflated.len() > most_bytes {
            return Err(StreamError::TooLarge);
        }
        if read < step {
            return Ok(inflated);
        }
    }
}
