//! User names in the paths of home directories, and servers in UNC paths.

use super::text::{Class, Finding, Word, end_of, find, is, placeholder, starts_with};

static SEPARATOR: Class = Class::NONE.and(b"/\\");
static SEPARATOR_OR_TILDE: Class = SEPARATOR.and(b"~");
/// Where a component of a path ends, even where no separator follows.
static BEHIND: Class = Class::BLANK_OR_QUOTE.or(SEPARATOR).and(b":;,*?<>|()[]{}");
static COMPONENT: Class = BEHIND.not();
static COMPONENT_WITH_BLANKS: Class = COMPONENT.and(b" ");
static USER: Class = Class::ALPHANUMERIC.and(b"_-.");
static BACKSLASH: Class = Class::NONE.and(b"\\");
static BEFORE_SERVER: Class = Class::BLANK_OR_QUOTE.and(b"=([{,;");
static SERVER: Class = Class::ALPHANUMERIC.or(Class::BEYOND_ASCII).and(b"-_.");

fn is_separator(byte: u8) -> bool {
    SEPARATOR.has(byte)
}

/// The directories whose entries are called like users.
static HOMES: [Word; 4] = Word::all(["home", "users", "documents and settings", "profiles"]);

/// What may come before one of them and leave it what it is; `src/home/mod.rs` is nobody's home.
static ROOTS: [Word; 12] =
    Word::all(["export", "usr", "var", "data", "host", "hostfs", "rootfs", "private", "net", "media", "mnt", "d$"]);

/// The user name in `/home/ada`, `C:\Users\Ada Lovelace\…`, `/mnt/c/Users/ada`, `~ada/`.
pub(super) fn find_user(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(offset) = bytes[at..].iter().position(|byte| SEPARATOR_OR_TILDE.has(*byte)) {
        let place = at + offset;
        let found = if bytes[place] == b'~' { after_tilde(bytes, place) } else { below_homes(bytes, place) };
        if let Some((start, end)) = found
            && start >= from
            && end > start
            && placeholder(&bytes[start..end + usize::from(end < bytes.len())]).is_none()
        {
            return Some(Finding { start, end, replacement: "<user>" });
        }
        at = place + 1;
    }
    None
}

fn after_tilde(bytes: &[u8], tilde: usize) -> Option<(usize, usize)> {
    let begins = tilde == 0 || BEHIND.has(bytes[tilde - 1]) || bytes[tilde - 1] == b'=';
    let end = end_of(bytes, tilde + 1, &USER);
    (begins && bytes.get(end).is_some_and(|byte| is_separator(*byte))).then_some((tilde + 1, end))
}

/// The component after `home` and the like, where one begins at this separator.
fn below_homes(bytes: &[u8], separator: usize) -> Option<(usize, usize)> {
    let component = separator + 1;
    let home = HOMES.iter().map(Word::as_bytes).find(|home| {
        starts_with(&bytes[component..], home) && bytes.get(component + home.len()).is_some_and(|b| is_separator(*b))
    })?;
    if !is_rooted(bytes, separator) {
        return None;
    }
    let windows = bytes[component + home.len()] == b'\\' || drive_before(bytes, separator);
    let start = end_of(bytes, component + home.len(), &SEPARATOR);
    if placeholder(&bytes[start..]).is_some() {
        return None;
    }
    let end = end_of(bytes, start, &COMPONENT);
    // Windows names have blanks. Where no separator shows the end of one, all of the line may be the name.
    let line_end = end_of(bytes, start, &COMPONENT_WITH_BLANKS);
    Some((start, if windows { line_end } else { end }))
}

fn drive_before(bytes: &[u8], separator: usize) -> bool {
    separator > 0 && bytes[separator - 1] == b':'
}

/// Whether the path begins at this separator, or with something that may stand before a home.
fn is_rooted(bytes: &[u8], separator: usize) -> bool {
    const LONGEST: usize = 40;
    let mut end = separator;
    while end > 0 && separator - end < 4 && is_separator(bytes[end - 1]) {
        end -= 1;
    }
    let least = end.saturating_sub(LONGEST);
    // A placeholder is no beginning: what it stands for was none either.
    let begins = |byte: u8| (BEHIND.has(byte) && !matches!(byte, b'<' | b'>')) || byte == b'=';
    let start = bytes[least..end].iter().rposition(|byte| begins(*byte)).map_or(least, |p| least + p + 1);
    let before = &bytes[start..end];
    before.len() <= 1
        || before == b"file"
        || before == b"<host>"
        || ROOTS.iter().any(|root| is(before, root.as_bytes()))
}

/// The server in `\\server\share`, also where backslashes are doubled.
pub(super) fn find_server(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(slashes) = find(text, at, "\\\\") {
        let start = end_of(bytes, slashes, &BACKSLASH);
        let begins = slashes == 0 || BEFORE_SERVER.has(bytes[slashes - 1]);
        let end = end_of(bytes, start, &SERVER);
        if begins && end > start && bytes.get(end) == Some(&b'\\') && &bytes[start..end] != b"." {
            return Some(Finding { start, end, replacement: "<host>" });
        }
        at = start;
    }
    None
}
