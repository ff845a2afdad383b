//! Values given to names that call themselves secret: `password=…`, `"api_key": "…"`, `--token …`.

use super::text::{Class, Finding, Word, end_of, runs, starts_with};

static NAME: Class = Class::ALPHANUMERIC.and(b"_-");
static BLANK: Class = Class::NONE.and(b" ");
static QUOTE: Class = Class::NONE.and(b"\"'`\\");
static AFTER_EQUALS: Class = Class::NONE.and(b"=> ");
static AFTER_COLON: Class = Class::NONE.and(b"= ");
/// What a value without quotes may be made of.
static UNQUOTED: Class = Class::NONE.range(0, b' ').or(QUOTE).not();

static SECRET_NAMES: [Word; 18] = Word::all([
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
]);

/// The value that the first secret name has, without its quotes.
pub(super) fn find(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (start, end) in runs(text, from, &NAME) {
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
    has_word(name, &SECRET_NAMES)
}

/// Whether a name has one of these words in it, in any case; the words are in lower case.
#[inline(never)]
pub(super) fn has_word(name: &[u8], words: &[Word]) -> bool {
    (0..name.len()).any(|at| {
        // All but a few words end here.
        let first = name[at].to_ascii_lowercase();
        words.iter().map(Word::as_bytes).any(|word| word.first() == Some(&first) && starts_with(&name[at..], word))
    })
}

/// The range of the value after a name; a flag's value may follow a mere blank.
fn value_after(bytes: &[u8], name_end: usize, is_flag: bool) -> Option<(usize, usize)> {
    let quoted = end_of(bytes, name_end, &QUOTE);
    let sign = end_of(bytes, quoted, &BLANK);
    let after = match bytes.get(sign)? {
        b'=' => end_of(bytes, sign, &AFTER_EQUALS),
        // `token::Kind` is a path in a program.
        b':' if bytes.get(sign + 1) != Some(&b':') => end_of(bytes, sign + 1, &AFTER_COLON),
        _ if is_flag && sign > name_end => sign,
        _ => return None,
    };
    let start = end_of(bytes, after, &QUOTE);
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
        _ => end_of(bytes, start, &UNQUOTED),
    };
    Some((start, end))
}
