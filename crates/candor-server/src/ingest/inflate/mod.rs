//! Undoing a body's Content-Encoding without ever holding more than the bound.

mod stream;

pub(crate) use stream::{Encoding, ZSTD_WINDOW_LOG};

use crate::body::too_large;
use crate::budget::Share;
use crate::error::{ApiError, Code};
use crate::limits::Limits;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use stream::StreamError;

impl Encoding {
    /// What the header says.
    ///
    /// An empty value and `UTF-8` are sent by real clients, which mean nothing by it. What is not labelled may still be
    /// gzip, which is recognised by its first bytes.
    ///
    /// # Errors
    /// `unsupported_encoding` for any other name, and for a list of several.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Result<Self, ApiError> {
        let unsupported = || ApiError::from(Code::UnsupportedEncoding);
        let Some(value) = headers.get(CONTENT_ENCODING) else { return Ok(Self::Identity) };
        if headers.get_all(CONTENT_ENCODING).iter().count() > 1 {
            return Err(unsupported());
        }
        match value.to_str().map_err(|_| unsupported())?.trim().to_ascii_lowercase().as_str() {
            "" | "utf-8" | "utf8" | "identity" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            "br" => Ok(Self::Brotli),
            "zstd" => Ok(Self::Zstd),
            _ => Err(unsupported()),
        }
    }
}

/// The body as its sender wrote it.
///
/// # Errors
/// `body_too_large` as soon as more comes out than a body may have, `overloaded` when all bodies together are too
/// large, `truncated` when the compressed stream ends early, and `malformed_encoding` when it is no such stream.
pub(crate) fn inflate(
    body: Vec<u8>,
    encoding: Encoding,
    share: &mut Share,
    limits: &Limits,
) -> Result<Vec<u8>, ApiError> {
    encoding.inflate(body, limits.body_bytes, |bytes| share.grow(bytes)).map_err(|error| match error {
        StreamError::TooLarge => too_large(limits.body_bytes),
        StreamError::Truncated(error) => ApiError::from(Code::Truncated).because(error),
        StreamError::Malformed(error) => ApiError::from(Code::MalformedEncoding).because(error),
        StreamError::Refused(error) => error,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::stream::STEP_BYTES;
    use super::*;
    use crate::budget::Budget;
    use flate2::Compression;
    use std::io::Write;
    use std::time::Duration;

    const TEXT: &[u8] = br#"{"batch": [{"type": "track", "event": "fetch"}], "sentAt": "2026-11-22T01:54:59Z"}"#;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        encoder.write_all(bytes).unwrap();
        encoder.into_inner()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    fn inflate_within(body: &[u8], encoding: Encoding, body_bytes: usize) -> Result<Vec<u8>, Code> {
        let limits = Limits { body_bytes, ..Limits::default() };
        let mut share = Budget::new(limits.buffered_bytes, Duration::from_secs(1)).share();
        inflate(body.to_vec(), encoding, &mut share, &limits).map_err(|error| error.code())
    }

    fn samples(bytes: &[u8]) -> Vec<(Encoding, Vec<u8>)> {
        vec![
            (Encoding::Identity, bytes.to_vec()),
            (Encoding::Identity, gzip(bytes)),
            (Encoding::Gzip, gzip(bytes)),
            (Encoding::Deflate, zlib(bytes)),
            (Encoding::Deflate, deflate(bytes)),
            (Encoding::Brotli, brotli(bytes)),
            (Encoding::Zstd, zstd(bytes)),
        ]
    }

    #[test]
    fn every_encoding_gives_back_what_was_sent() {
        for (encoding, body) in samples(TEXT) {
            assert_eq!(inflate_within(&body, encoding, 1 << 20).as_deref(), Ok(TEXT), "{encoding:?}");
        }
        let members = [gzip(b"[1,"), gzip(b"2]")].concat();
        assert_eq!(inflate_within(&members, Encoding::Gzip, 100), Ok(b"[1,2]".to_vec()));
    }

    #[test]
    fn a_body_of_exactly_the_bound_is_taken_and_one_byte_more_is_not() {
        let bytes = vec![b' '; STEP_BYTES * 2];
        for (encoding, body) in samples(&bytes).into_iter().skip(1) {
            assert_eq!(
                inflate_within(&body, encoding, bytes.len()).map(|bytes| bytes.len()),
                Ok(bytes.len()),
                "{encoding:?}"
            );
            assert_eq!(inflate_within(&body, encoding, bytes.len() - 1), Err(Code::BodyTooLarge), "{encoding:?}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_bound() {
        let bomb = vec![0; 8 << 20];
        for (encoding, body) in
            [(Encoding::Gzip, gzip(&bomb)), (Encoding::Zstd, zstd(&bomb)), (Encoding::Brotli, brotli(&bomb))]
        {
            let limits = Limits { body_bytes: 1 << 20, ..Limits::default() };
            // The budget would refuse with another code if more than the bound and a step were ever held. One alone gets three
            // quarters of it.
            let mut share = Budget::new((limits.body_bytes + 2 * STEP_BYTES) / 3 * 4, Duration::from_secs(1)).share();
            assert!(body.len() < limits.body_bytes);
            assert_eq!(
                inflate(body, encoding, &mut share, &limits).unwrap_err().code(),
                Code::BodyTooLarge,
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn a_stream_that_ends_early_or_is_none_is_told_apart_from_a_good_one() {
        for (encoding, body) in samples(TEXT).into_iter().skip(1) {
            let error = inflate_within(&body[..body.len() - 9], encoding, 1 << 20).unwrap_err();
            assert!(matches!(error, Code::Truncated | Code::MalformedEncoding), "{encoding:?}: {error}");
        }
        assert_eq!(inflate_within(&gzip(TEXT)[..30], Encoding::Gzip, 1 << 20), Err(Code::Truncated));
        for encoding in [Encoding::Gzip, Encoding::Deflate, Encoding::Brotli, Encoding::Zstd] {
            assert!(inflate_within(TEXT, encoding, 1 << 20).is_err(), "{encoding:?}");
        }
    }

    #[test]
    fn labels_that_mean_nothing_are_ignored_and_unknown_ones_refused() {
        let labelled = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_ENCODING, axum::http::HeaderValue::from_static(value));
            Encoding::of_headers(&headers).map_err(|error| error.code())
        };
        assert_eq!(labelled(""), Ok(Encoding::Identity));
        assert_eq!(labelled("UTF-8"), Ok(Encoding::Identity));
        assert_eq!(labelled("GZip"), Ok(Encoding::Gzip));
        assert_eq!(labelled("gzip, br"), Err(Code::UnsupportedEncoding));
        assert_eq!(labelled("compress"), Err(Code::UnsupportedEncoding));
    }
}
