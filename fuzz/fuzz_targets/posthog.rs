#![no_main]
//! PostHog's V0 and V1; the first byte chooses the route.

use candor_fuzz::{check_events, received, twice};
use candor_wire::posthog::{Endpoint, Head, decode};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else { return };
    let head = Head::new(Endpoint::ALL[usize::from(*first) % Endpoint::ALL.len()]);
    if let Ok(decoded) = twice(|limits| decode(body, &head, received(), limits)) {
        // Only V1 answers event by event.
        assert!(decoded.uuids.is_empty() || decoded.uuids.len() == decoded.items.len());
        check_events(&decoded.items);
    }
});
