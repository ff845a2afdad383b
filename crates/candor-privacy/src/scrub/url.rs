//! Credentials, queries and fragments of URLs. Host and path stay, for the other recognisers.

use super::text::{Class, Finding, find, placeholder};

/// Where a URL ends, and where its authority does.
static BEHIND: Class = Class::BLANK_OR_QUOTE.and(b">");
static BEHIND_AUTHORITY: Class = Class::BLANK_OR_QUOTE.and(b">/?#");

/// What stands before the `@` of the first URL that has credentials.
pub(super) fn find_credentials(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let start = find(text, at, "://")? + 3;
        let end = end_of(bytes, start, &BEHIND_AUTHORITY);
        match bytes[start..end].iter().rposition(|byte| *byte == b'@') {
            Some(length) if &bytes[start..start + length] != b"<credentials>" => {
                return Some(Finding { start, end: start + length, replacement: "<credentials>" });
            }
            _ => at = end,
        }
    }
}

/// What follows the `?` or `#` of the first URL that has a query or a fragment.
pub(super) fn find_query(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let start = find(text, at, "://")? + 3;
        let end = end_of(bytes, start, &BEHIND);
        if let Some(offset) = bytes[start..end].iter().position(|byte| matches!(byte, b'?' | b'#')) {
            let start = start + offset + 1;
            if start < end && &bytes[start..end] != b"<query>" {
                return Some(Finding { start, end, replacement: "<query>" });
            }
        }
        at = end;
    }
}

/// Where the first of these bytes is that does not belong to a placeholder.
fn end_of(bytes: &[u8], start: usize, behind: &Class) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match placeholder(&bytes[at..]) {
            Some(length) => at += length,
            None if behind.has(*byte) => break,
            None => at += 1,
        }
    }
    at
}
