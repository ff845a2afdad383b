#![no_main]
//! Inflating, as the collector does it: never more than the bound comes out, whatever goes in. The first byte chooses the encoding.

#[path = "../../crates/candor-server/src/ingest/inflate/stream.rs"]
mod stream;

use stream::{Encoding, STEP_BYTES, StreamError};

/// Small, so that inputs of some hundred bytes come to it.
const MOST_BYTES: usize = 200_000;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    use Encoding::{Brotli, Deflate, Gzip, Identity, Zstd};
    let Some((first, body)) = input.split_first() else { return };
    let encoding = [Identity, Gzip, Deflate, Brotli, Zstd][usize::from(*first) % 5];
    let mut asked = 0;
    let grow = |bytes: usize| {
        asked += bytes;
        if asked > MOST_BYTES + STEP_BYTES { Err(()) } else { Ok(()) }
    };
    match encoding.inflate(body.to_vec(), MOST_BYTES, grow) {
        Ok(inflated) => assert!(inflated.len() <= MOST_BYTES.max(body.len())),
        Err(StreamError::Refused(())) => panic!("asked for more than the bound and a step"),
        Err(StreamError::TooLarge) => assert!(asked > MOST_BYTES),
        Err(StreamError::Truncated(error) | StreamError::Malformed(error)) => drop(error),
    }
});
