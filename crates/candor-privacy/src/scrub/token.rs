//! Tokens that show what they are.

use super::text::{Class, Finding, Word, begins_word, end_of, find, is, runs, starts_with};

static BASE64URL: Class = Class::BASE64URL;
static JWT: Class = Class::BASE64URL.and(b".");
static LETTER: Class = Class::LETTER;
static BLANK: Class = Class::NONE.and(b" ");
static BEARER: Class = Class::BASE64URL.and(b".+/=~");
static ALPHANUMERIC: Class = Class::ALPHANUMERIC;

/// A JSON web token: three parts of base64url, the first of which begins an object.
pub(super) fn find_jwt(text: &str, from: usize) -> Option<Finding> {
    for (run, end) in runs(text, from, &JWT) {
        let Some(start) = find(&text[..end], run, "eyJ") else { continue };
        if text.as_bytes()[start..end].iter().filter(|byte| **byte == b'.').count() >= 2 {
            return Some(Finding { start, end, replacement: "<jwt>" });
        }
    }
    None
}

/// What follows `Bearer` or `Basic`, where it is no ordinary word.
pub(super) fn find_bearer(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, &LETTER) {
        let scheme = &bytes[start..end];
        if !is(scheme, b"bearer") && !is(scheme, b"basic") {
            continue;
        }
        let token = end_of(bytes, end, &BLANK);
        let token_end = end_of(bytes, token, &BEARER);
        let is_word = bytes[token..token_end].iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'.');
        if token > end && token_end > token && (!is_word || token_end - token > 16) {
            return Some(Finding { start: token, end: token_end, replacement: "<secret>" });
        }
    }
    None
}

const fn prefix(prefix: &str, least: u8) -> (Word, u8) {
    (Word::of(prefix), least)
}

/// Prefixes by which vendors mark their keys, and the least number of characters that follow.
static PREFIXES: [(Word, u8); 28] = [
    prefix("akia", 16),
    prefix("asia", 16),
    prefix("aroa", 16),
    prefix("aida", 16),
    prefix("agpa", 16),
    prefix("abia", 16),
    prefix("acca", 16),
    prefix("aiza", 30),
    prefix("ghp_", 20),
    prefix("gho_", 20),
    prefix("ghu_", 20),
    prefix("ghs_", 20),
    prefix("ghr_", 20),
    prefix("github_pat_", 20),
    prefix("glpat-", 16),
    prefix("xoxb-", 10),
    prefix("xoxp-", 10),
    prefix("xoxa-", 10),
    prefix("xapp-", 10),
    prefix("sk-", 20),
    prefix("sk_live_", 10),
    prefix("sk_test_", 10),
    prefix("rk_live_", 10),
    prefix("npm_", 30),
    prefix("pypi-", 30),
    prefix("dckr_pat_", 20),
    prefix("hvs.", 20),
    prefix("ya29.", 20),
];

/// A key whose vendor gave it a prefix.
pub(super) fn find_known_prefix(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, _) in runs(text, from, &ALPHANUMERIC) {
        if !begins_word(bytes, run) && bytes[run - 1] != b'_' {
            continue;
        }
        for (prefix, least) in &PREFIXES {
            let prefix = prefix.as_bytes();
            if starts_with(&bytes[run..], prefix) {
                let end = end_of(bytes, run + prefix.len(), &BASE64URL);
                let has_digit_or_upper = bytes[run + prefix.len()..end]
                    .iter()
                    .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
                if end - run - prefix.len() >= usize::from(*least) && has_digit_or_upper {
                    return Some(Finding { start: run, end, replacement: "<secret>" });
                }
            }
        }
    }
    None
}
