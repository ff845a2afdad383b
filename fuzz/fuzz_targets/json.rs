#![no_main]
//! The SDK's own look into JSON, which reads lines that other processes wrote: it says what `serde_json` says.

use candor_wire::json;
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let known = serde_json::from_str::<Value>(text);
    if known.is_ok() {
        assert!(json::is_value(text));
    }
    match &known {
        Ok(Value::String(known)) => assert_eq!(json::read_text(text.trim_ascii()).as_ref(), Some(known)),
        Ok(Value::Array(known)) => {
            assert_eq!(json::items(text.trim_ascii()).map(|items| items.len()), Some(known.len()))
        }
        Ok(Value::Object(known)) => {
            for name in known.keys().filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
                let _ = json::member(text.trim_ascii(), name);
            }
        }
        _ => {
            drop((json::read_text(text), json::items(text), json::member(text, "a")));
        }
    }
});
