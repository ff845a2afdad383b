//! Minidumps: how many there are, and whether anybody else may read them.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use super::Finding;
use crate::Minidumps;

/// Nothing where there are none, as in most directories.
pub(super) fn examine(dir: &Path) -> Option<Finding> {
    let subject = "minidumps";
    let place = dir.join("minidumps");
    let mode = fs::metadata(&place).ok()?.mode() & 0o777;
    let count = match Minidumps::of(dir, 0).count() {
        Ok(count) => count,
        Err(error) => return Some(Finding::bad(subject, error.to_string(), "look who owns the files")),
    };
    let seen = format!("{} file(s), {} MiB, mode {mode:o}; in no backup", count.files, count.bytes >> 20);
    if mode & 0o077 == 0 {
        return Some(Finding::good(subject, seen));
    }
    let advice = format!("they hold memory of whatever crashed: `chmod 700 {}`", place.display());
    Some(Finding::remark(subject, seen, advice))
}
