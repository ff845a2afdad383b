//! Credentials, queries and fragments of URLs. Host and path stay, for the other recognisers.

use super::text::{Finding, is_blank_or_quote, placeholder};

/// What stands before the `@` of the first URL that has credentials.
pub(super) fn find_credentials(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let start = at + text[at..].find("://")? + 3;
        let end = end_of(bytes, start, |byte| matches!(byte, b'/' | b'?' | b'#'));
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
        let start = at + text[at..].find("://")? + 3;
        let end = end_of(bytes, start, |_| false);
        if let Some(offset) = bytes[start..end].iter().position(|byte| matches!(byte, b'?' | b'#')) {
            let start = start + offset + 1;
            if start < end && &bytes[start..end] != b"<query>" {
                return Some(Finding { start, end, replacement: "<query>" });
            }
        }
        at = end;
    }
}

/// Where a URL ends, or its authority: at a blank, a quote or a bracket, but for the brackets of placeholders.
fn end_of(bytes: &[u8], start: usize, also: impl Fn(u8) -> bool) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match placeholder(&bytes[at..]) {
            Some(length) => at += length,
            None if is_blank_or_quote(*byte) || *byte == b'>' || also(*byte) => break,
            None => at += 1,
        }
    }
    at
}
