//! Values given to names that call themselves secret: `password=…`, `"api_key": "…"`, `--token …`.

use super::text::{Finding, end_of, runs};

const SECRET_NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "private-key",
    "credential",
    "authorization",
    "cookie",
    "session_id",
];

/// The value that the first secret name has, without its quotes.
pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        if !is_secret_name(&bytes[start..end]) {
            continue;
        }
        let Some((start, end)) = value_after(bytes, end, bytes[start..].starts_with(b"--")) else { continue };
        if start < end && &bytes[start..end] != b"<secret>" {
            return Some(Finding { start, end, replacement: "<secret>" });
        }
    }
    None
}

/// Whether a name has one of the words in it.
pub(super) fn is_secret_name(name: &[u8]) -> bool {
    SECRET_NAMES.iter().any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'\\')
}

/// The range of the value after a name; a flag's value may follow a mere blank.
fn value_after(bytes: &[u8], name_end: usize, is_flag: bool) -> Option<(usize, usize)> {
    let is_blank = |byte| byte == b' ';
    let quoted = end_of(bytes, name_end, is_quote);
    let sign = end_of(bytes, quoted, is_blank);
    let after = match bytes.get(sign)? {
        b'=' => end_of(bytes, sign, |byte| matches!(byte, b'=' | b'>' | b' ')),
        // `token::Kind` is a path in a program.
        b':' if bytes.get(sign + 1) != Some(&b':') => end_of(bytes, sign + 1, |byte| matches!(byte, b'=' | b' ')),
        _ if is_flag && sign > name_end => sign,
        _ => return None,
    };
    let start = end_of(bytes, after, is_quote);
    let closing = bytes[after..start].last();
    let end = match closing {
        // A quoted value may have blanks, and quotes after backslashes.
        Some(quote) if start - after == 1 && *quote != b'\\' => {
            let mut escaped = false;
            let end = bytes[start..].iter().position(|byte| {
                let closes = byte == quote && !escaped;
                escaped = *byte == b'\\' && !escaped;
                closes
            });
            end.map_or(bytes.len(), |length| start + length)
        }
        _ => end_of(bytes, start, |byte| byte > b' ' && !is_quote(byte)),
    };
    Some((start, end))
}
