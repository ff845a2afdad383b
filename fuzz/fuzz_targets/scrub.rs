#![no_main]
//! The scrubber: what is scrubbed once is scrubbed.

use candor_privacy::scrub;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let once = scrub(text);
    assert_eq!(scrub(&once), once, "of {text:?}");
});
