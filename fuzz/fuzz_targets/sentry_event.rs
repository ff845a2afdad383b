#![no_main]
//! Sentry's events as old clients post them.

use candor_fuzz::{check_events, received, twice};
use candor_wire::sentry::{Endpoint, decode};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(decoded) = twice(|limits| decode(body, Endpoint::Store, received(), limits)) {
        check_events(&decoded.items);
    }
});
