//! Packages that the system's package manager installed.

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Column, Kind::*, Rows, Table, column, optional},
};

const PACKAGES: Table =
    Table { name: "packages", kind: "package", about: "a package that the package manager knows", columns: &COLUMNS };
const COLUMNS: [Column; 6] = [
    column("manager", Text, "dpkg or apk"),
    column("name", Text, "its name"),
    column("version", Text, "in the manager's own form"),
    optional("arch", Text, "architecture"),
    column("status", Text, "installed, or what dpkg says instead, such as config-files"),
    optional("installed_bytes", Integer, "space that it takes, as the package says"),
];

const DPKG: &str = "/var/lib/dpkg/status";
const APK: &str = "/lib/apk/db/installed";

/// Where managers that are not read keep what they installed.
const UNSUPPORTED: [(&str, &str); 4] = [
    ("/var/lib/rpm/rpmdb.sqlite", "an RPM database"),
    ("/usr/lib/sysimage/rpm/rpmdb.sqlite", "an RPM database"),
    ("/var/lib/rpm/Packages", "an RPM database"),
    ("/var/lib/pacman/local", "a pacman database"),
];

/// The databases of dpkg and apk.
pub(super) struct Packages;

impl Provider for Packages {
    fn name(&self) -> &'static str {
        "packages"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "installed packages (dpkg, apk)"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&PACKAGES]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let mut rows = Rows::of(&PACKAGES);
        let (dpkg, apk) = (machine.read_if_present(DPKG)?, machine.read_if_present(APK)?);
        if dpkg.is_none() && apk.is_none() {
            // No manager at all is no package; a manager that is not read must not look like that.
            return match UNSUPPORTED.into_iter().find(|(path, _)| machine.path(path).exists()) {
                Some((path, what)) => Err(CollectError::Unsupported { path: machine.path(path), what }),
                None => Ok(vec![rows]),
            };
        }
        for stanza in stanzas(dpkg.as_deref().unwrap_or_default()) {
            add_dpkg(&mut rows, stanza);
        }
        for stanza in stanzas(apk.as_deref().unwrap_or_default()) {
            add_apk(&mut rows, stanza);
        }
        Ok(vec![rows])
    }
}

/// Both databases are stanzas of lines, with an empty line between them.
fn stanzas(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").filter(|stanza| !stanza.trim().is_empty())
}

/// The value of a line `KEY: value` or `KEY:value`.
fn value<'a>(stanza: &'a str, key: &str) -> Option<&'a str> {
    stanza.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim)
}

/// A stanza without a name or a version describes nothing that was ever installed.
fn add_dpkg(rows: &mut Rows, stanza: &str) {
    let (Some(name), Some(version)) = (value(stanza, "Package"), value(stanza, "Version")) else { return };
    // `Status: install ok installed`: wanted, error flag, status.
    let status = value(stanza, "Status").and_then(|status| status.split(' ').nth(2)).unwrap_or("unknown");
    let kibibytes = value(stanza, "Installed-Size").and_then(|size| size.parse::<u64>().ok());
    rows.push([
        "dpkg".into(),
        name.into(),
        version.into(),
        value(stanza, "Architecture").into(),
        status.into(),
        kibibytes.map(|size| size.saturating_mul(1024)).into(),
    ]);
}

fn add_apk(rows: &mut Rows, stanza: &str) {
    let (Some(name), Some(version)) = (value(stanza, "P"), value(stanza, "V")) else { return };
    let bytes = value(stanza, "I").and_then(|size| size.parse::<u64>().ok());
    rows.push(["apk".into(), name.into(), version.into(), value(stanza, "A").into(), "installed".into(), bytes.into()]);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::{classified::Classified, schema::Value};

    fn collected(files: &[(&str, &str)]) -> Result<Vec<Vec<Value>>, CollectError> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path.trim_start_matches('/'));
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
            fs::write(path, text).unwrap();
        }
        Packages.collect(&Machine::at(root.path())).map(|mut tables| tables.remove(0).rows)
    }

    #[test]
    fn dpkg_says_what_is_installed_and_what_only_left_its_configuration() {
        let status = "Package: a\nStatus: install ok installed\nInstalled-Size: 2\nArchitecture: amd64\nVersion: 1:2-3\n\
                      Description: x\n Version: not this one\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 4\n";
        let rows = collected(&[(DPKG, status)]).unwrap();
        let expected =
            ["dpkg".into(), "a".into(), "1:2-3".into(), "amd64".into(), "installed".into(), Value::Integer(2048)];
        assert_eq!(rows[0], expected);
        assert_eq!(rows[1][4], "config-files".into());
    }

    #[test]
    fn apk_is_read_too() {
        let rows = collected(&[(APK, "C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nI:667648\n\n")]).unwrap();
        let expected = [
            "apk".into(),
            "musl".into(),
            "1.2.5-r0".into(),
            "x86_64".into(),
            "installed".into(),
            Value::Integer(667_648),
        ];
        assert_eq!(rows, [expected]);
    }

    #[test]
    fn no_package_manager_is_no_package_and_an_unknown_one_is_an_error() {
        assert_eq!(collected(&[]).unwrap(), Vec::<Vec<Value>>::new());
        let error = collected(&[("/var/lib/rpm/rpmdb.sqlite", "")]).unwrap_err();
        assert_eq!(error.class().name(), "source_unsupported");
    }
}
