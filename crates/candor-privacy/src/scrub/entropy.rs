//! What looks random: keys and hashes without a mark of their own.

use super::text::{Class, Finding, runs};

static PLAIN: Class = Class::ALPHANUMERIC.and(b"_");
static SIGNED: Class = Class::ALPHANUMERIC.and(b"+/=_-");

/// The least length of a secret; what is shorter can be guessed or is a word.
const WINDOW: usize = 20;

/// How often letters turn into digits (or back), or small letters into capitals, within a window of a random text.
/// Base 62 does so 8.5 times on average, hexadecimal 9 times; words and versions once or twice.
const TURNS: usize = 5;

/// A random run of letters and digits.
pub(super) fn find_plain(text: &str, from: usize) -> Option<Finding> {
    first(text, from, &PLAIN, false)
}

/// A random run with the signs of base 64.
pub(super) fn find_signed(text: &str, from: usize) -> Option<Finding> {
    first(text, from, &SIGNED, true)
}

fn first(text: &str, from: usize, class: &'static Class, with_signs: bool) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, class) {
        let run = &bytes[start..end];
        // The symbols of compiled programs end in a hash and are what crashes are grouped by.
        if run.starts_with(b"_ZN") || run.starts_with(b"_R") {
            continue;
        }
        if looks_random(run, with_signs) {
            return Some(Finding { start, end, replacement: "<secret>" });
        }
    }
    None
}

/// Whether some window of the run has a digit, a letter and enough turns; with signs, capitals as well.
fn looks_random(run: &[u8], with_signs: bool) -> bool {
    let (mut turns, mut digits, mut capitals) = (0, 0, 0);
    for at in 0..run.len() {
        turns += usize::from(at > 0 && is_turn(run[at - 1], run[at]));
        digits += usize::from(run[at].is_ascii_digit());
        capitals += usize::from(run[at].is_ascii_uppercase());
        if at >= WINDOW {
            let gone = at - WINDOW;
            turns -= usize::from(is_turn(run[gone], run[gone + 1]));
            digits -= usize::from(run[gone].is_ascii_digit());
            capitals -= usize::from(run[gone].is_ascii_uppercase());
        }
        if at + 1 >= WINDOW && turns >= TURNS && digits > 0 && (capitals > 0 || !with_signs) {
            return true;
        }
    }
    false
}

fn is_turn(a: u8, b: u8) -> bool {
    a.is_ascii_alphanumeric()
        && b.is_ascii_alphanumeric()
        && (a.is_ascii_digit() != b.is_ascii_digit() || a.is_ascii_lowercase() && b.is_ascii_uppercase())
}
