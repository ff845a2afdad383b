#![no_main]
//! Aptabase: one event, or an array of them.

use candor_fuzz::{check_events, received, twice};
use candor_wire::aptabase::decode;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(decoded) = twice(|limits| decode(body, received(), limits)) {
        check_events(&decoded.items);
    }
});
