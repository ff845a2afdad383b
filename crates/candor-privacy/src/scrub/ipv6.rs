//! IPv6 addresses, told from paths of a program (`std::vector`) and times of day.

use std::net::Ipv6Addr;

use super::text::{Class, Finding, begins_word, end_of, ends_word, runs};

static ADDRESS: Class = Class::HEX.and(b":.");
static ZONE: Class = Class::ALPHANUMERIC;

/// The longest spelling of an address, `ffff:…:255.255.255.255`.
const LONGEST: usize = 45;

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, &ADDRESS) {
        let mut at = start;
        while at < end {
            // An address begins with the run, or after a colon that ends what comes before (`addr:fe80::1`).
            if (begins_word(bytes, at) || (at > 0 && bytes[at - 1] == b'_'))
                && let Some(end) = address_at(text, at, end.min(at + LONGEST))
            {
                return Some(Finding { start: at, end, replacement: "<ip>" });
            }
            at += 1 + bytes[at..end].iter().position(|byte| *byte == b':').unwrap_or(end - at);
        }
    }
    None
}

/// Where the longest address that begins here ends, with its zone.
fn address_at(text: &str, start: usize, limit: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = (start + 2..=limit).rev().filter(|end| ends_word(bytes, *end) || bytes[*end] == b'_');
    for end in ends {
        let address = &text[start..end];
        let has_digit = address.bytes().any(|byte| byte.is_ascii_digit());
        let colons = address.bytes().filter(|byte| *byte == b':').count();
        if colons >= 2 && (has_digit || colons > 2) && address.parse::<Ipv6Addr>().is_ok() {
            return Some(match bytes.get(end) {
                Some(b'%') => end_of(bytes, end + 1, &ZONE),
                _ => end,
            });
        }
    }
    None
}
