//! IPv4 addresses: four numbers up to 255, told from versions by their number of parts.

use std::net::Ipv4Addr;

use super::text::{Finding, begins_word, runs};

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, |byte| byte.is_ascii_digit() || byte == b'.') {
        let run = text[start..end].trim_end_matches('.');
        let (start, end) = (start + run.len() - run.trim_start_matches('.').len(), start + run.len());
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
    while let Some(offset) = text[at..].find("ip-") {
        let (start, numbers) = (at + offset, at + offset + 3);
        let end = super::text::end_of(bytes, numbers, |byte| byte.is_ascii_digit() || byte == b'-');
        let address = text[numbers..end].trim_end_matches('-');
        if begins_word(bytes, start) && address.replace('-', ".").parse::<Ipv4Addr>().is_ok() {
            return Some(Finding { start, end: numbers + address.len(), replacement: "<ip>" });
        }
        at = numbers;
    }
    None
}
