//! Numbers of payment cards, by their check digit.

use super::text::{Class, Finding, begins_word, ends_word, runs};

static GROUPED: Class = Class::DIGIT.and(b" -");

const SHORTEST: usize = 13;
const LONGEST: usize = 19;

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, run_end) in runs(text, from, &GROUPED) {
        for start in run..run_end {
            // Issuers' numbers begin with 2 to 6; times in milliseconds with 1.
            let begins = begins_word(bytes, start) || bytes[start - 1] == b'_';
            if matches!(bytes[start], b'2'..=b'6')
                && begins
                && let Some(end) = card_at(bytes, start, run_end)
            {
                return Some(Finding { start, end, replacement: "<card>" });
            }
        }
    }
    None
}

/// Where the longest card number that begins here ends. Its digits are together, or in groups with one sign between.
fn card_at(bytes: &[u8], start: usize, run_end: usize) -> Option<usize> {
    let mut digits = Vec::with_capacity(LONGEST);
    let mut found = None;
    let mut gap = false;
    for (at, byte) in bytes.iter().enumerate().take(run_end).skip(start) {
        match byte.is_ascii_digit() {
            false if gap => break,
            false => gap = true,
            true if digits.len() == LONGEST => break,
            true => {
                gap = false;
                digits.push(byte - b'0');
                let ends = ends_word(bytes, at + 1) || bytes[at + 1] == b'_';
                if digits.len() >= SHORTEST && ends && passes_luhn(&digits) {
                    found = Some(at + 1);
                }
            }
        }
    }
    found
}

fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(position, digit)| match (position % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) => digit * 2 - if digit > 4 { 9 } else { 0 },
        })
        .sum();
    sum.is_multiple_of(10)
}
