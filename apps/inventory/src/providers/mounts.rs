//! Mounted file systems.

use super::Provider;
use crate::{
    machine::{CollectError, Machine, read_text},
    schema::{Column, Kind::*, Rows, Table, Value, column},
};

const MOUNTS: Table = Table { name: "mounts", about: "a mounted file system", columns: &COLUMNS };
const COLUMNS: [Column; 8] = [
    column("source", Text, "device, or what the file system calls its source"),
    column("target", Text, "directory where it is mounted; the last row of a target hides those before"),
    column("type", Text, "such as ext4 or tmpfs"),
    column("options", Text, "all options, separated by commas"),
    column("read_only", Boolean, "whether nothing can be written"),
    column("nosuid", Boolean, "whether set-user-id bits are ignored"),
    column("nodev", Boolean, "whether device files are ignored"),
    column("noexec", Boolean, "whether programs cannot be started"),
];

/// `/proc/PID/mounts`.
pub(super) struct Mounts;

impl Provider for Mounts {
    fn name(&self) -> &'static str {
        "mounts"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "mounted file systems and their options"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&MOUNTS]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let path = machine.representative_process().join("mounts");
        let mut rows = Rows::of(&MOUNTS);
        for (number, line) in read_text(&path)?.lines().enumerate() {
            let row = row(line).ok_or_else(|| CollectError::Malformed {
                path: path.clone(),
                line: Some(number + 1),
                what: "a mount has a source, a target, a type and options".into(),
            })?;
            rows.push(row);
        }
        Ok(vec![rows])
    }
}

fn row(line: &str) -> Option<[Value; 8]> {
    // One space exactly: a source may be empty.
    let mut words = line.split(' ');
    let (source, target, kind, options) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let has = |wanted: &str| Value::from(options.split(',').any(|option| option == wanted));
    Some([
        unescaped(source).into(),
        unescaped(target).into(),
        unescaped(kind).into(),
        unescaped(options).into(),
        has("ro"),
        has("nosuid"),
        has("nodev"),
        has("noexec"),
    ])
}

/// The kernel writes blanks, `\` and `#` as a backslash and three octal digits. A character in several bytes is never
/// escaped, so every escape is one ASCII character.
fn unescaped(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let digits =
            rest.get(at + 1..at + 4).filter(|digits| digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit)));
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(u8::is_ascii) {
            Some(byte) => {
                text.push(char::from(byte));
                rest = &rest[at + 4..];
            }
            None => {
                text.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn blanks_in_names_are_unescaped_and_what_is_no_escape_is_kept() {
        assert_eq!(unescaped(r"/mnt/my\040disk\134"), r"/mnt/my disk\");
        assert_eq!(unescaped(r"\9\04"), r"\9\04");
        assert_eq!(unescaped(r"/mnt/ä\040ö"), "/mnt/ä ö");
        assert_eq!(unescaped(r"\ä12"), r"\ä12");
    }

    #[test]
    fn an_option_counts_only_as_a_whole_word() {
        let row = row("tmpfs /tmp tmpfs rw,nosuid,errors=remount-ro 0 0").unwrap();
        assert_eq!(row[4..], [false.into(), true.into(), false.into(), false.into()]);
    }

    #[test]
    fn a_line_without_options_is_no_mount() {
        assert_eq!(row("tmpfs /tmp tmpfs"), None);
    }
}
