//! IPv4 addresses: four numbers up to 255, told from versions by their number of parts.

use std::net::Ipv4Addr;

use super::text::{Class, Finding, begins_word, end_of, find as next, runs, without};

static DOTTED: Class = Class::DIGIT.and(b".");
static DASHED: Class = Class::DIGIT.and(b"-");

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, &DOTTED) {
        let (start, end) = without(b'.', bytes, start, end);
        // `v1.2.3.4` is a version; `_1.2.3.4` and `1.2.3.4_` are names made of an address.
        let begins = begins_word(bytes, start) || bytes[start - 1] == b'_';
        let ends = bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphabetic());
        if begins && ends && start < end && text[start..end].parse::<Ipv4Addr>().is_ok() {
            return Some(Finding { start, end, replacement: "<ip>" });
        }
    }
    None
}

/// The address in the host names that AWS gives: `ip-10-0-0-1`.
pub(super) fn find_dashed(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(start) = next(text, at, "ip-") {
        let numbers = start + "ip-".len();
        let (from, end) = without(b'-', bytes, numbers, end_of(bytes, numbers, &DASHED));
        if begins_word(bytes, start) && from == numbers && is_dashed_address(&bytes[numbers..end]) {
            return Some(Finding { start, end, replacement: "<ip>" });
        }
        at = numbers;
    }
    None
}

fn is_dashed_address(address: &[u8]) -> bool {
    const LONGEST: usize = "255-255-255-255".len();
    let mut dotted = [0; LONGEST];
    let Some(dotted) = dotted.get_mut(..address.len()) else { return false };
    for (dotted, byte) in dotted.iter_mut().zip(address) {
        *dotted = if *byte == b'-' { b'.' } else { *byte };
    }
    str::from_utf8(dotted).is_ok_and(|dotted| dotted.parse::<Ipv4Addr>().is_ok())
}
