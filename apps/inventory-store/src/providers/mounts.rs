//! Mounted file systems.

use super::Provider;
use crate::{
    machine::{CollectError, Machine, read_text},
    schema::{Column, Kind::*, Rows, Table, Value, column, optional},
};

const MOUNTS: Table = Table { name: "mounts", kind: "mount", about: "a mounted file system", columns: &COLUMNS };
const COLUMNS: [Column; 10] = [
    column("source", Text, "device, or what the file system calls its source"),
    column("target", Text, "directory where it is mounted; the last row of a target hides those before"),
    column("type", Text, "such as ext4 or tmpfs"),
    column("options", Text, "all options, separated by commas"),
    column("read_only", Boolean, "whether nothing can be written"),
    column("nosuid", Boolean, "whether set-user-id bits are ignored"),
    column("nodev", Boolean, "whether device files are ignored"),
    column("noexec", Boolean, "whether programs cannot be started"),
    optional("size_bytes", Integer, "space that it has; NULL where it has none, or may be on another machine"),
    optional("available_bytes", Integer, "space that is left for users; NULL as for size_bytes"),
];

/// File systems that answer from elsewhere, by the beginnings of their types. They are not asked for their size: one whose
/// server is gone never answers.
const REMOTE: [&str; 11] =
    ["nfs", "cifs", "smb", "9p", "fuse", "ceph", "afs", "autofs", "gluster", "lustre", "virtiofs"];

/// `/proc/PID/mounts`.
pub(super) struct Mounts;

impl Provider for Mounts {
    fn name(&self) -> &'static str {
        "mounts"
    }

    fn version(&self) -> &'static str {
        "1.1.0"
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
            rows.push(row.with_space(machine));
        }
        Ok(vec![rows])
    }
}

struct Mount {
    target: String,
    kind: String,
    described: [Value; 8],
}

impl Mount {
    /// The whole row. The space is that of what is seen at the target, which may hide this mount.
    fn with_space(self, machine: &Machine) -> [Value; 10] {
        let is_remote = REMOTE.iter().any(|remote| self.kind.starts_with(remote));
        let space = if is_remote { None } else { rustix::fs::statvfs(machine.path(&self.target)).ok() };
        let space = space.filter(|space| space.f_blocks > 0);
        let bytes = |blocks: u64, of: &rustix::fs::StatVfs| blocks.saturating_mul(of.f_frsize);
        let size = space.as_ref().map(|space| bytes(space.f_blocks, space));
        let available = space.as_ref().map(|space| bytes(space.f_bavail, space));
        let [source, target, kind, options, read_only, nosuid, nodev, noexec] = self.described;
        [source, target, kind, options, read_only, nosuid, nodev, noexec, size.into(), available.into()]
    }
}

fn row(line: &str) -> Option<Mount> {
    // One space exactly: a source may be empty.
    let mut words = line.split(' ');
    let (source, target, kind, options) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let has = |wanted: &str| Value::from(options.split(',').any(|option| option == wanted));
    let (target, kind) = (unescaped(target), unescaped(kind));
    let described = [
        unescaped(source).into(),
        target.clone().into(),
        kind.clone().into(),
        unescaped(options).into(),
        has("ro"),
        has("nosuid"),
        has("nodev"),
        has("noexec"),
    ];
    Some(Mount { target, kind, described })
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
        assert_eq!(row.described[4..], [false.into(), true.into(), false.into(), false.into()]);
    }

    #[test]
    fn a_file_system_of_another_machine_is_not_asked_for_its_space() {
        let machine = Machine::at(std::path::Path::new("/"));
        let space = |line| row(line).unwrap().with_space(&machine)[8].clone();
        assert!(matches!(space("/dev/x / ext4 rw 0 0"), Value::Integer(bytes) if bytes > 0));
        assert_eq!(space("server:/x / nfs4 rw 0 0"), Value::Absent);
        assert_eq!(space("proc /proc proc rw 0 0"), Value::Absent);
    }

    #[test]
    fn a_line_without_options_is_no_mount() {
        assert!(row("tmpfs /tmp tmpfs").is_none());
    }
}
