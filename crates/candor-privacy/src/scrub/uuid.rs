//! UUIDs as 8-4-4-4-12 hexadecimal digits.

use super::text::{Class, Finding, begins_word, ends_word, runs};

static DIGITS: Class = Class::HEX.and(b"-");

const LENGTH: usize = 36;

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, &DIGITS) {
        for start in start..end.saturating_sub(LENGTH - 1) {
            let begins = begins_word(bytes, start) || bytes[start - 1] == b'_';
            if begins
                && is_uuid(&bytes[start..start + LENGTH])
                && (ends_word(bytes, start + LENGTH) || bytes[start + LENGTH] == b'_')
            {
                return Some(Finding { start, end: start + LENGTH, replacement: "<uuid>" });
            }
        }
    }
    None
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(position, byte)| matches!(position, 8 | 13 | 18 | 23) == (*byte == b'-'))
}
