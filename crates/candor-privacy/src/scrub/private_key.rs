//! PEM blocks of private keys, complete or cut off.

use super::text::{Finding, find as next};

/// From `-----BEGIN … PRIVATE KEY` to the end of the block, or of the text where the block has no end.
pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    const BEGIN: &str = "-----BEGIN ";
    let mut at = from;
    loop {
        let start = next(text, at, BEGIN)?;
        let label = start + BEGIN.len();
        // Labels are short: `ENCRYPTED`, `RSA`, `OPENSSH`, …
        let is_key = (label..text.len()).take(40).any(|at| text.as_bytes()[at..].starts_with(b"PRIVATE KEY"));
        if is_key {
            let end = next(text, label, "-----END ").and_then(|end| next(text, end + "-----END ".len(), "-----"));
            let end = end.map_or(text.len(), |end| end + "-----".len());
            return Some(Finding { start, end, replacement: "<key>" });
        }
        at = label;
    }
}
