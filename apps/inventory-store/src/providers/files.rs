//! Owners and permissions of files that matter for security.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Column, Kind::*, Rows, Table, column},
};

const FILES: Table = Table {
    name: "files",
    kind: "file",
    about: "a file or directory whose permissions matter; programs only if they run with the rights of their owner or group",
    columns: &COLUMNS,
};
const COLUMNS: [Column; 9] = [
    column("path", Text, "absolute, as on the machine"),
    column("category", Text, "credentials, configuration, directory or program"),
    column("uid", Integer, "user id of the owner"),
    column("gid", Integer, "group id"),
    column("mode", Text, "permissions in octal, such as 0640"),
    column("world_readable", Boolean, "whether everybody may read it"),
    column("world_writable", Boolean, "whether everybody may change it; not where the sticky bit restrains them"),
    column("setuid", Boolean, "whether it runs with the rights of its owner"),
    column("setgid", Boolean, "whether it runs with the rights of its group"),
];

const CREDENTIALS: [&str; 2] = ["/etc/shadow", "/etc/gshadow"];
const CONFIGURATION: [&str; 8] = [
    "/etc/passwd",
    "/etc/group",
    "/etc/sudoers",
    "/etc/crontab",
    "/etc/fstab",
    "/etc/hosts",
    "/etc/ld.so.preload",
    "/etc/profile",
];
/// Every regular file directly in them.
const CONFIGURATION_DIRECTORIES: [&str; 6] =
    ["/etc/ssh", "/etc/sudoers.d", "/etc/cron.d", "/etc/cron.daily", "/etc/pam.d", "/etc/profile.d"];
const DIRECTORIES: [&str; 6] = ["/", "/etc", "/root", "/tmp", "/var/tmp", "/usr/local/bin"];
const PROGRAM_DIRECTORIES: [&str; 6] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin"];

const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;
const STICKY: u32 = 0o1000;
const WORLD_READ: u32 = 0o004;
const WORLD_WRITE: u32 = 0o002;

/// The permissions of well-known files.
pub(super) struct Files;

impl Provider for Files {
    fn name(&self) -> &'static str {
        "files"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "permissions of credentials, configuration and privileged programs"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&FILES]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let mut found = Found { machine, seen: BTreeSet::new(), rows: Rows::of(&FILES) };
        for path in CREDENTIALS {
            found.add(Path::new(path), "credentials", |_| true)?;
        }
        for path in CONFIGURATION {
            found.add(Path::new(path), "configuration", |_| true)?;
        }
        for path in DIRECTORIES {
            found.add(Path::new(path), "directory", |_| true)?;
        }
        for directory in CONFIGURATION_DIRECTORIES {
            for path in found.entries(directory)? {
                let category = if is_private_key(&path) { "credentials" } else { "configuration" };
                found.add(&path, category, fs::Metadata::is_file)?;
            }
        }
        for directory in PROGRAM_DIRECTORIES {
            for path in found.entries(directory)? {
                found.add(&path, "program", |file| {
                    file.is_file() && file.mode() & (SETUID | SETGID | WORLD_WRITE) != 0
                })?;
            }
        }
        Ok(vec![found.rows])
    }
}

/// `ssh_host_ed25519_key`, without its `.pub`.
fn is_private_key(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with("_key"))
}

struct Found<'a> {
    machine: &'a Machine,
    /// Device and inode: a program may have several names.
    seen: BTreeSet<(u64, u64)>,
    rows: Rows,
}

impl Found<'_> {
    /// What is directly in a directory; nothing where there is no such directory. A directory that is a link, as `/bin`
    /// often is, is looked at where it really is.
    fn entries(&self, directory: &str) -> Result<Vec<PathBuf>, CollectError> {
        let place = self.machine.path(directory);
        if place.is_symlink() {
            return Ok(Vec::new());
        }
        let entries = match fs::read_dir(&place) {
            Ok(entries) => entries,
            // A user who may not look into /etc/sudoers.d still has an inventory of the rest.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(CollectError::unreadable(&place, error)),
        };
        let mut names = entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<Vec<_>, _>>();
        if let Ok(names) = &mut names {
            names.sort();
        }
        let names = names.map_err(|source| CollectError::unreadable(&place, source))?;
        Ok(names.into_iter().map(|name| Path::new(directory).join(name)).collect())
    }

    /// Adds the file at an absolute path of the machine if it is there and wanted. Links are not followed: their
    /// permissions mean nothing, and on a machine mounted elsewhere they would lead out of it.
    fn add(
        &mut self,
        path: &Path,
        category: &'static str,
        wanted: impl FnOnce(&fs::Metadata) -> bool,
    ) -> Result<(), CollectError> {
        let place = self.machine.path(path);
        let metadata = match fs::symlink_metadata(&place) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(CollectError::unreadable(&place, error)),
        };
        if metadata.is_symlink() || !wanted(&metadata) || !self.seen.insert((metadata.dev(), metadata.ino())) {
            return Ok(());
        }
        let mode = metadata.mode() & 0o7777;
        self.rows.push([
            path.to_string_lossy().into_owned().into(),
            category.into(),
            metadata.uid().into(),
            metadata.gid().into(),
            format!("{mode:04o}").into(),
            (mode & WORLD_READ != 0).into(),
            (mode & WORLD_WRITE != 0 && mode & STICKY == 0).into(),
            (metadata.is_file() && mode & SETUID != 0).into(),
            (metadata.is_file() && mode & SETGID != 0).into(),
        ]);
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::schema::Value;

    fn write(root: &Path, path: &str, mode: u32) {
        let place = root.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "").unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn privileged_programs_are_listed_once_and_ordinary_ones_never() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "usr/bin/su", 0o4755);
        write(root.path(), "usr/bin/ls", 0o755);
        symlink("usr/bin", root.path().join("bin")).unwrap();
        write(root.path(), "etc/shadow", 0o644);
        write(root.path(), "etc/ssh/ssh_host_rsa_key", 0o600);

        let rows = Files.collect(&Machine::at(root.path())).unwrap().remove(0).rows;
        let named = |path: &str| rows.iter().filter(|row| row[0] == path.into()).collect::<Vec<_>>();
        assert_eq!(named("/usr/bin/su").len() + named("/bin/su").len(), 1);
        assert_eq!(
            named("/usr/bin/su")[0][4..],
            ["4755".into(), true.into(), false.into(), true.into(), Value::from(false)]
        );
        assert!(named("/usr/bin/ls").is_empty());
        assert_eq!(named("/etc/shadow")[0][5], true.into());
        assert_eq!(named("/etc/ssh/ssh_host_rsa_key")[0][1], "credentials".into());
    }
}
