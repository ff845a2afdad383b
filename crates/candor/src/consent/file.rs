//! `consent.toml`: a stored choice, for one tool or for all.
//!
//! ```toml
//! [all]
//! level = "errors"
//!
//! [inventory]
//! level = "stats"
//! since = "2026-11-22T01:54:59Z"
//! identity = "none"
//! ```
//!
//! Only this much of TOML is read: tables, basic strings without escapes, comments. Everything else makes the file
//! unreadable, and a file that cannot be read is an opt-out: consent is never guessed.

use std::{fmt, io, path::Path};

use candor_wire::Timestamp;

use super::Level;
use crate::{
    declared::IdentityMode,
    regular_file,
    text::{split_once, trimmed},
};

/// More than any list of tools needs; nobody can make every start of a tool read a huge file.
const MAX_BYTES: u64 = 64 * 1024;

/// The table that holds for every tool without one of its own.
pub(crate) const ALL: &str = "all";

/// What a file says of one tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) level: Level,
    /// When it was chosen: nothing recorded earlier is sent.
    pub(crate) since: Option<Timestamp>,
    /// The identity mode, where the user chose a lower one than the manifest's.
    pub(crate) identity: Option<IdentityMode>,
}

/// Why a file cannot be understood.
#[derive(Debug)]
pub(crate) enum FileError {
    Unreadable(io::ErrorKind),
    /// A pipe, a socket or a device.
    SomethingElse,
    TooLarge,
    /// The number of the line, from 1, and what is wrong with it.
    Malformed(usize, &'static str),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
            Self::SomethingElse => f.write_str("no regular file"),
            Self::TooLarge => write!(f, "larger than {MAX_BYTES} bytes"),
            Self::Malformed(line, reason) => write!(f, "line {line}: {reason}"),
        }
    }
}

/// Reads what the file at `path` says of `application`: its own table, else the table `all`. `None` when there is no
/// file, or nothing in it about this tool.
pub(crate) fn read(path: &Path, application: &str) -> Result<Option<Choice>, FileError> {
    let Some(text) = text(path)? else { return Ok(None) };
    let choices = choices(&text)?;
    let find = |name: &str| choices.iter().find(|(of, _)| of == name);
    Ok(find(application).or_else(|| find(ALL)).map(|(_, choice)| *choice))
}

/// The text of the file; `None` when there is none.
pub(crate) fn text(path: &Path) -> Result<Option<String>, FileError> {
    let bytes = match regular_file::read(path, MAX_BYTES + 1) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) if regular_file::is_something_else(&error) => return Err(FileError::SomethingElse),
        Err(error) => return Err(FileError::Unreadable(error.kind())),
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge);
    }
    String::from_utf8(bytes).map(Some).map_err(|_| FileError::Malformed(1, "not UTF-8"))
}

#[derive(Default)]
struct Table {
    name: String,
    line: usize,
    level: Option<Level>,
    since: Option<Timestamp>,
    identity: Option<IdentityMode>,
}

/// Every table with what it says, in their order.
pub(crate) fn choices(text: &str) -> Result<Vec<(String, Choice)>, FileError> {
    let mut tables: Vec<Table> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let malformed = |reason| FileError::Malformed(index + 1, reason);
        let line = trimmed(line);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (name, rest) = split_once(rest, ']').ok_or_else(|| malformed("a table name that does not end"))?;
            let name = unquote(trimmed(name)).ok_or_else(|| malformed("not a table name"))?;
            only_comment(rest).ok_or_else(|| malformed("text behind a table name"))?;
            if tables.iter().any(|table| table.name == name) {
                return Err(malformed("a table that is there twice"));
            }
            tables.push(Table { name: name.to_owned(), line: index + 1, ..Table::default() });
            continue;
        }
        let table = tables.last_mut().ok_or_else(|| malformed("a key outside a table"))?;
        let (key, rest) = split_once(line, '=').ok_or_else(|| malformed("neither a table nor `key = \"value\"`"))?;
        let (value, rest) = trimmed(rest)
            .strip_prefix('"')
            .and_then(|rest| split_once(rest, '"'))
            .ok_or_else(|| malformed("a value that is no string"))?;
        only_comment(rest).ok_or_else(|| malformed("text behind a value"))?;
        let is_new = match trimmed(key) {
            "level" => {
                let level = Level::from_name(value).ok_or_else(|| malformed("a level that does not exist"))?;
                table.level.replace(level).is_none()
            }
            "since" => {
                let since = Timestamp::parse(value).map_err(|_| malformed("`since` is no time"))?;
                table.since.replace(since).is_none()
            }
            "identity" => {
                let mode = match value {
                    "none" => IdentityMode::None,
                    "rotating" => IdentityMode::Rotating,
                    _ => return Err(malformed("an identity that is neither `none` nor `rotating`")),
                };
                table.identity.replace(mode).is_none()
            }
            _ => return Err(malformed("a key that is none of `level`, `since` and `identity`")),
        };
        if !is_new {
            return Err(malformed("a key that is there twice"));
        }
    }
    let mut choices = Vec::with_capacity(tables.len());
    for Table { name, line, level, since, identity } in tables {
        let level = level.ok_or(FileError::Malformed(line, "a table without a level"))?;
        choices.push((name, Choice { level, since, identity }));
    }
    Ok(choices)
}

/// The name in a line that begins a table.
pub(super) fn table_name(line: &str) -> Option<&str> {
    unquote(trimmed(split_once(trimmed(line).strip_prefix('[')?, ']')?.0))
}

/// Whether a table can have this name.
pub(crate) fn is_table_name(name: &str) -> bool {
    !name.contains('"') && unquote(name).is_some()
}

/// A bare key, or one in quotes without escapes.
fn unquote(name: &str) -> Option<&str> {
    let bare = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!bare.is_empty() && bare.bytes().all(allowed)).then_some(bare)
}

fn only_comment(rest: &str) -> Option<()> {
    let rest = trimmed(rest);
    (rest.is_empty() || rest.starts_with('#')).then_some(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::fs;

    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, application: &str) -> Option<Choice> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("consent.toml");
        fs::write(&path, text).unwrap();
        read(&path, application).unwrap()
    }

    fn level(text: &str, application: &str) -> Option<Level> {
        of(text, application).map(|choice| choice.level)
    }

    #[test]
    fn a_tools_own_table_comes_before_all() {
        let text = "# mine\n[all]\nlevel = \"off\" # everywhere\n\n[ inventory ]\n level=\"stats\"\n since = \"2026-11-22T01:54:59Z\"\n";
        assert_eq!(level(text, "inventory"), Some(Level::Stats));
        assert_eq!(level(text, "other"), Some(Level::Off));
        let rotating = of("[tool]\nlevel = \"stats\"\nidentity = \"rotating\"", "tool").unwrap();
        assert_eq!(rotating.identity, Some(IdentityMode::Rotating));
        assert_eq!(of(text, "inventory").unwrap().since, Timestamp::parse("2026-11-22T01:54:59Z").ok());
    }

    #[test]
    fn a_file_without_the_tool_says_nothing() {
        assert_eq!(level("", "inventory"), None);
        assert_eq!(level("[other]\nlevel = \"all\"\n", "inventory"), None);
    }

    #[test]
    fn whatever_is_not_understood_is_an_error_that_names_its_line() {
        for (text, line) in [
            ("level = \"off\"", 1),
            ("[all]\nlevel = off", 2),
            ("[all]\nlevel = \"of\"", 2),
            ("[all]\nlevel = \"off\" \"on\"", 2),
            ("[all]\n\nlevels = \"off\"", 3),
            ("[all]\nlevel = \"all\"\nlevel = \"off\"", 3),
            ("[all]\nlevel = \"all\"\n[all]\nlevel = \"off\"", 3),
            ("[all\nlevel = \"all\"", 1),
            ("[all]", 1),
            ("[all]\nlevel = \"stats\"\nsince = \"yesterday\"", 3),
            ("[all]\nlevel = \"st", 2),
            ("[all]\nlevel = \"all\"\nidentity = \"installation\"", 3),
        ] {
            assert!(matches!(choices(text), Err(FileError::Malformed(at, _)) if at == line), "{text}");
        }
    }

    #[test]
    fn no_file_says_nothing_and_a_directory_of_its_name_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(read(&directory.path().join("consent.toml"), "tool").unwrap(), None);
        assert!(matches!(read(directory.path(), "tool"), Err(FileError::Unreadable(_))));
    }

    proptest! {
        #[test]
        fn a_file_cut_off_anywhere_never_says_more_than_the_whole_one(cut in 0usize..70) {
            let text = "[all]\nlevel = \"stats\"\n[inventory]\nlevel = \"off\"\n";
            let cut = cut.min(text.len());
            let all = choices(&text[..cut]).map(|choices| choices.first().map(|(_, choice)| choice.level));
            prop_assert!(matches!(all, Ok(None | Some(Level::Stats)) | Err(_)));
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "(\\PC|[\\[\\]\"=#\n]){0,80}") {
            let _ = choices(&text);
        }
    }
}
