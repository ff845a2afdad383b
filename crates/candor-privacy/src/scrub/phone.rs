//! Telephone numbers: international ones by their plus, others by their groups.

use super::text::{Class, Finding, begins_word, ends_word, runs};

static NUMBER: Class = Class::DIGIT.and(b"+-.() /");

pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, run_end) in runs(text, from, &NUMBER) {
        for start in run..run_end {
            if !matches!(bytes[start], b'0'..=b'9' | b'+' | b'(') || !begins_word(bytes, start) {
                continue;
            }
            if let Some(end) = number_at(bytes, start, run_end) {
                return Some(Finding { start, end, replacement: "<phone>" });
            }
        }
    }
    None
}

/// The most digits that a number has.
const LONGEST: usize = 15;
/// The most characters that are looked at for one number.
const WIDEST: usize = 24;

fn number_at(bytes: &[u8], start: usize, run_end: usize) -> Option<usize> {
    let window = &bytes[start..run_end.min(start + WIDEST)];
    let end = |length: usize| ends_word(bytes, start + length).then_some(start + length);
    if window[0] == b'+' {
        return international(window, end);
    }
    groups_of(window, &[3, 3, 4])
        .or_else(|| groups_of(window, &[4, 7]))
        .or_else(|| groups_of(window, &[4, 8]))
        .and_then(end)
}

/// A plus and 8 to 15 digits with single signs between: the longest that ends as a word does.
fn international(window: &[u8], end: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    let (mut digits, mut signs, mut found) = (0, 0, None);
    for (position, byte) in window.iter().enumerate().skip(1) {
        match byte {
            b'0'..=b'9' if digits < LONGEST => {
                digits += 1;
                signs = 0;
                if digits >= 8 {
                    found = end(position + 1).or(found);
                }
            }
            b'+' | b'0'..=b'9' => break,
            _ if signs == 2 || digits == 0 => break,
            _ => signs += 1,
        }
    }
    found
}

/// Groups of so many digits with a blank, a dash, a dot or a slash between, the first one also in brackets.
/// Two groups are a number only where the first begins with 0.
fn groups_of(window: &[u8], groups: &[usize]) -> Option<usize> {
    let bracket = window[0] == b'(';
    let mut at = usize::from(bracket);
    if groups.len() == 2 && window.get(at) != Some(&b'0') {
        return None;
    }
    for (number, digits) in groups.iter().enumerate() {
        if number == 1 && bracket {
            if window.get(at) != Some(&b')') {
                return None;
            }
            at += 1;
        }
        if number > 0 {
            match window.get(at) {
                Some(b' ' | b'-' | b'.' | b'/') => at += 1,
                _ if number == 1 && bracket => {}
                _ => return None,
            }
        }
        if !window.get(at..at + digits)?.iter().all(u8::is_ascii_digit) {
            return None;
        }
        at += digits;
    }
    Some(at)
}
