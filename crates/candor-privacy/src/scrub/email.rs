//! E-mail addresses, and user names before the address of a machine.

use super::text::{Class, Finding, end_of, find as next};

static LOCAL: Class = Class::ALPHANUMERIC.or(Class::BEYOND_ASCII).and(b".!#$%&'*+-/=?^_`{|}~");
static DOMAIN: Class = Class::ALPHANUMERIC.or(Class::BEYOND_ASCII).and(b".-");
static LABEL_OF_LETTERS: Class = Class::LETTER.or(Class::BEYOND_ASCII);

/// `name@domain.tld` or `name@10.0.0.1`, but neither `lodash@4.17.21` nor `checkout@v4`.
pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut searched = from;
    loop {
        let at = next(text, searched, "@")?;
        let local =
            bytes[searched..at].iter().rposition(|byte| !LOCAL.has(*byte)).map_or(searched, |p| searched + p + 1);
        let domain_end = end_of(bytes, at + 1, &DOMAIN);
        let domain = trimmed(&text[at + 1..domain_end]);
        if local < at && (is_named(domain) || domain.parse::<std::net::Ipv4Addr>().is_ok()) {
            return Some(Finding { start: local, end: at + 1 + domain.len(), replacement: "<email>" });
        }
        searched = at + 1;
    }
}

/// Whether it is a name of at least two labels, the last of which has letters alone.
fn is_named(domain: &str) -> bool {
    let last = domain.bytes().rposition(|byte| byte == b'.').map(|at| &domain[at + 1..]);
    last.is_some_and(|last| last.len() >= 2 && end_of(last.as_bytes(), 0, &LABEL_OF_LETTERS) == last.len())
}

/// The domain without the punctuation of the text around it.
fn trimmed(domain: &str) -> &str {
    let length = domain.bytes().rposition(|byte| !matches!(byte, b'.' | b'-')).map_or(0, |last| last + 1);
    &domain[..length]
}
