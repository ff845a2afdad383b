//! PEM blocks of private keys, complete or cut off.

use super::text::Finding;

/// From `-----BEGIN … PRIVATE KEY` to the end of the block, or of the text where the block has no end.
pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    const BEGIN: &str = "-----BEGIN ";
    let mut at = from;
    loop {
        let start = at + text[at..].find(BEGIN)?;
        let label = start + BEGIN.len();
        // Labels are short: `ENCRYPTED`, `RSA`, `OPENSSH`, …
        let is_key =
            text[label..].char_indices().take(40).any(|(offset, _)| text[label + offset..].starts_with("PRIVATE KEY"));
        if is_key {
            let end = match text[label..].find("-----END ") {
                Some(offset) => {
                    let end = label + offset + "-----END ".len();
                    text[end..].find("-----").map_or(text.len(), |offset| end + offset + "-----".len())
                }
                None => text.len(),
            };
            return Some(Finding { start, end, replacement: "<key>" });
        }
        at = label;
    }
}
