#![no_main]
//! Segment's single events; the first byte chooses the route.

use candor_fuzz::{check_item, received, twice};
use candor_wire::segment::{Endpoint, decode};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else { return };
    // The first two are routes of batches.
    let endpoint = Endpoint::ALL[2 + usize::from(*first) % (Endpoint::ALL.len() - 2)];
    if let Ok(decoded) = twice(|limits| decode(body, endpoint, received(), limits)) {
        assert_eq!(decoded.items.len(), 1);
        decoded.items.iter().flatten().for_each(check_item);
    }
});
