#![no_main]
//! Segment's batches. What Candor's own SDK could have sent is written again, and must be the same when it is read again.

use candor_fuzz::{check_item, received, twice};
use candor_wire::{
    Kind, Limits,
    segment::{Endpoint, decode, encode_batch, encode_item},
};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(decoded) = twice(|limits| decode(body, Endpoint::Batch, received(), limits)) else { return };
    assert!(decoded.items.len() <= Limits::default().max_records);
    for item in decoded.items.iter().flatten() {
        check_item(item);
        if item.record.kind == Kind::Track {
            continue;
        }
        let written = encode_batch([encode_item(item).as_str()], received());
        let read = decode(written.as_bytes(), Endpoint::Batch, received(), &Limits::default()).expect("a batch");
        assert_eq!(read.items, [Ok(item.clone())], "{written}");
    }
});
