//! Tokens that show what they are.

use super::text::{Finding, begins_word, end_of, runs, starts_with};

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A JSON web token: three parts of base64url, the first of which begins an object.
pub(super) fn find_jwt(text: &str, from: usize) -> Option<Finding> {
    for (run, end) in runs(text, from, |byte| is_base64url(byte) || byte == b'.') {
        let Some(start) = text[run..end].find("eyJ").map(|offset| run + offset) else { continue };
        if text[start..end].matches('.').count() >= 2 {
            return Some(Finding { start, end, replacement: "<jwt>" });
        }
    }
    None
}

/// What follows `Bearer` or `Basic`, where it is no ordinary word.
pub(super) fn find_bearer(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, |byte| byte.is_ascii_alphabetic()) {
        let scheme = &bytes[start..end];
        if !scheme.eq_ignore_ascii_case(b"bearer") && !scheme.eq_ignore_ascii_case(b"basic") {
            continue;
        }
        let token = end_of(bytes, end, |byte| byte == b' ');
        let class = |byte: u8| is_base64url(byte) || matches!(byte, b'.' | b'+' | b'/' | b'=' | b'~');
        let token_end = end_of(bytes, token, class);
        let is_word = bytes[token..token_end].iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'.');
        if token > end && token_end > token && (!is_word || token_end - token > 16) {
            return Some(Finding { start: token, end: token_end, replacement: "<secret>" });
        }
    }
    None
}

/// Prefixes by which vendors mark their keys, and the least number of characters that follow.
const PREFIXES: &[(&str, usize)] = &[
    ("akia", 16),
    ("asia", 16),
    ("aroa", 16),
    ("aida", 16),
    ("agpa", 16),
    ("abia", 16),
    ("acca", 16),
    ("aiza", 30),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xapp-", 10),
    ("sk-", 20),
    ("sk_live_", 10),
    ("sk_test_", 10),
    ("rk_live_", 10),
    ("npm_", 30),
    ("pypi-", 30),
    ("dckr_pat_", 20),
    ("hvs.", 20),
    ("ya29.", 20),
];

/// A key whose vendor gave it a prefix.
pub(super) fn find_known_prefix(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, _) in runs(text, from, |byte| byte.is_ascii_alphanumeric()) {
        if !begins_word(bytes, run) && bytes[run - 1] != b'_' {
            continue;
        }
        for (prefix, least) in PREFIXES {
            if starts_with(&bytes[run..], prefix) {
                let end = end_of(bytes, run + prefix.len(), is_base64url);
                let has_digit_or_upper = bytes[run + prefix.len()..end]
                    .iter()
                    .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
                if end - run - prefix.len() >= *least && has_digit_or_upper {
                    return Some(Finding { start: run, end, replacement: "<secret>" });
                }
            }
        }
    }
    None
}
