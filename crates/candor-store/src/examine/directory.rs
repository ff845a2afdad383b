//! The directory itself: who may enter it, what room there is, who works on it.

use std::{fs, io, os::unix::fs::MetadataExt as _, path::Path};

use rustix::fs::{FlockOperation, flock, statvfs};

use super::Finding;

/// Below this a collector soon answers 507: a few minutes of the highest load.
const LITTLE_BYTES: u64 = 1 << 30;

pub(super) fn examine(dir: &Path) -> Vec<Finding> {
    let metadata = match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return vec![Finding::bad("directory", "it is a file", "give the one that `candor serve --data` has")],
        Err(error) => {
            let advice = "give the one that `candor serve --data` has, as the user that it runs as";
            return vec![Finding::bad("directory", error.to_string(), advice)];
        }
    };
    vec![access(dir, metadata.mode()), room(dir), collector(dir)]
}

fn access(dir: &Path, mode: u32) -> Finding {
    let subject = "directory";
    let seen = format!("{}, mode {:o}", dir.display(), mode & 0o777);
    if mode & 0o077 == 0 {
        return Finding::good(subject, seen);
    }
    let advice = format!("it holds projects' secrets: `chmod 700 {}`", dir.display());
    Finding::remark(subject, seen, advice)
}

fn room(dir: &Path) -> Finding {
    let subject = "room";
    match statvfs(dir) {
        Ok(system) => {
            let free = system.f_bavail.saturating_mul(system.f_frsize);
            let seen = format!("{} MiB free", free >> 20);
            if system.f_files > 0 && system.f_favail < 1000 {
                return Finding::bad(subject, format!("{} files can be made", system.f_favail), "free some inodes");
            }
            if free >= LITTLE_BYTES {
                return Finding::good(subject, seen);
            }
            Finding::remark(
                subject,
                seen,
                "free some: events are answered 507 when the disk is full, and nothing is lost",
            )
        }
        Err(error) => Finding::remark(subject, format!("unknown: {error}"), "look with `df`"),
    }
}

fn collector(dir: &Path) -> Finding {
    let subject = "collector";
    let lock = match fs::File::open(dir.join("lock")) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let advice = format!("start one: `candor serve --data {}`", dir.display());
            return Finding::remark(subject, "none has run here yet", advice);
        }
        Err(error) => return Finding::bad(subject, format!("its lock: {error}"), "look who owns the files"),
    };
    // Shared, and given back at once: a collector that starts just now tries only once, and would have to be started again.
    match flock(&lock, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Finding::good(subject, "none is running"),
        Err(_) => {
            let holder = fs::read_to_string(dir.join("lock")).unwrap_or_default();
            Finding::good(subject, format!("running, process {}", holder.trim()))
        }
    }
}
