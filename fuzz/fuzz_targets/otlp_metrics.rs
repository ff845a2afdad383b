#![no_main]
//! OpenTelemetry's metrics: JSON where it looks like JSON, else protobuf.

use candor_fuzz::{check_events, received, twice};
use candor_wire::otlp::{Encoding, Signal, decode};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let encoding = Encoding::of(None, body);
    if let Ok(decoded) = twice(|limits| decode(body, Signal::Metrics, encoding, received(), limits)) {
        check_events(&decoded.items);
        for (place, total) in &decoded.totals {
            let item = decoded.items[*place].as_ref().expect("a total has its item");
            assert!(item.record.count == 0 && total.stream.len() == 32 && i64::try_from(total.value).is_ok());
        }
    }
});
