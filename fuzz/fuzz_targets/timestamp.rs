#![no_main]
//! Times and addresses of collectors: what is written is what is read.

use candor_wire::{Timestamp, sentry::Dsn};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(time) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
    }
    drop(text.parse::<Dsn>());
});
