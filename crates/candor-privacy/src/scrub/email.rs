//! E-mail addresses, and user names before the address of a machine.

use super::text::Finding;

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b".!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b'-')
}

/// `name@domain.tld` or `name@10.0.0.1`, but neither `lodash@4.17.21` nor `checkout@v4`.
pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut searched = from;
    loop {
        let at = searched + text[searched..].find('@')?;
        let local =
            bytes[searched..at].iter().rposition(|byte| !is_local(*byte)).map_or(searched, |p| searched + p + 1);
        let domain_end = super::text::end_of(bytes, at + 1, is_domain);
        let domain = text[at + 1..domain_end].trim_end_matches(['.', '-']);
        if local < at && (is_named(domain) || domain.parse::<std::net::Ipv4Addr>().is_ok()) {
            return Some(Finding { start: local, end: at + 1 + domain.len(), replacement: "<email>" });
        }
        searched = at + 1;
    }
}

/// Whether it is a name of at least two labels, the last of which has letters alone.
fn is_named(domain: &str) -> bool {
    let last = domain.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| last.chars().count() >= 2 && last.chars().all(char::is_alphabetic))
}
