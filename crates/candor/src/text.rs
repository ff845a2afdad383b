//! Looking into texts, and making them.
//!
//! Each of these is one line of the standard library, whose code is put wherever it is used: some hundreds of bytes a time
//! in every tool. Here it is once.

use std::fmt::Display;

/// What stands before the first of these signs, and what behind it.
#[inline(never)]
pub(crate) fn split_once(text: &str, sign: char) -> Option<(&str, &str)> {
    text.split_once(sign)
}

/// The text without the blanks around it.
#[inline(never)]
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim()
}

/// The text without these signs at its end.
#[inline(never)]
pub(crate) fn without_end(text: &str, sign: char) -> &str {
    text.trim_end_matches(sign)
}

/// The text with small letters in the place of the capitals of ASCII.
#[inline(never)]
pub(crate) fn lowercase(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// Of a table of pairs, a pair a line and a blank in it, what belongs to the first one that is wanted. As a table of texts
/// each of them would weigh 40 bytes more, for the loader to say where it is.
pub(crate) fn first<'a>(table: &'a str, is_wanted: &dyn Fn(&str) -> bool) -> Option<&'a str> {
    let mut pairs = table.lines().filter_map(|line| split_once(line, ' '));
    pairs.find(|(key, _)| is_wanted(key)).map(|(_, value)| value)
}

/// The number that the digits make.
#[inline(never)]
pub(crate) fn number(digits: &str) -> Option<u64> {
    digits.parse().ok()
}

/// What a value says of itself.
#[inline(never)]
pub(crate) fn of(value: &dyn Display) -> String {
    value.to_string()
}

/// Two hexadecimal digits a byte.
pub(crate) fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}
