#![no_main]
//! The collector's file of settings: what is read of it is, written as `--print-config` writes it, read again.

#[path = "../../crates/candor-cli/src/config/file.rs"]
mod file;

use file::{parse, quoted};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let known = ["data", "listen", "rate", "allow_origin", "region"].map(str::to_owned);
    match parse(text, &known) {
        Err(error) => drop(error.to_string()),
        Ok(settings) => {
            let mut written = String::new();
            for (key, values) in &settings {
                assert!(known.contains(key));
                let values: Vec<String> = values.iter().map(|value| quoted(value.to_str().expect("text"))).collect();
                written.push_str(&format!("{key} = [{}]\n", values.join(", ")));
            }
            assert_eq!(parse(&written, &known).expect("what was written"), settings);
        }
    }
    let written = format!("data = {}", quoted(text));
    assert_eq!(parse(&written, &known).expect("a text")["data"], [std::ffi::OsString::from(text)]);
});
