//! Addresses of network cards: six pairs, or three groups of four.

use super::text::{Class, Finding, begins_word, ends_word, runs};

static ADDRESS: Class = Class::HEX.and(b":-.");

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, &ADDRESS) {
        for start in start..end {
            if !bytes[start].is_ascii_hexdigit() || !(begins_word(bytes, start) || bytes[start - 1] == b'_') {
                continue;
            }
            let found = [(b':', 2), (b'-', 2), (b'.', 4)]
                .iter()
                .find_map(|(separator, group)| address_at(bytes, start, *separator, *group));
            if let Some(end) = found {
                return Some(Finding { start, end, replacement: "<mac>" });
            }
        }
    }
    None
}

/// Where the address that begins here ends: pairs or groups of hexadecimal digits with this separator between.
#[inline(never)]
fn address_at(bytes: &[u8], start: usize, separator: u8, group: usize) -> Option<usize> {
    let end = start + 12 + 12 / group - 1;
    let is_mac = bytes.get(start..end)?.iter().enumerate().all(|(position, byte)| {
        if position % (group + 1) == group { *byte == separator } else { byte.is_ascii_hexdigit() }
    });
    (is_mac && (ends_word(bytes, end) || bytes[end] == b'_')).then_some(end)
}
