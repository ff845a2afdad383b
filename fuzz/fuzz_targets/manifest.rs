#![no_main]
//! telemetry.toml: what is read is read again from what the collector stores, and documented.

use candor_manifest::{Format, Manifest, diff, document};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match Manifest::parse(text) {
        Err(problems) => drop(problems.to_string()),
        Ok(manifest) => {
            let json = manifest.to_json();
            let again = Manifest::from_json(&json).expect("what was written");
            assert_eq!(again.to_json(), json);
            assert!(diff(&manifest, &again).changes.is_empty());
            drop(document(&manifest, Format::Markdown));
        }
    }
});
