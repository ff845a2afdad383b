//! Running processes.

use std::{fs, io, path::Path};

use procfs::{
    ProcError,
    process::{Process, all_processes_with_root},
};

use rustix::io::Errno;

use super::Provider;
use crate::{
    machine::{CollectError, Machine, read_text},
    schema::{Column, Kind::*, Rows, Table, column, optional},
};

const PROCESSES: Table =
    Table { name: "processes", kind: "process", about: "a running process that this user may see", columns: &COLUMNS };
const COLUMNS: [Column; 11] = [
    column("pid", Integer, "process id"),
    column("parent_pid", Integer, "process id of its parent, 0 for the first"),
    column("name", Text, "name of the program, at most 15 bytes"),
    column("state", Text, "one letter as in ps(1): R, S, D, Z, T, I"),
    column("uid", Integer, "effective user id"),
    column("threads", Integer, "number of threads"),
    column("resident_bytes", Integer, "memory that is in RAM"),
    column("started_ticks", Integer, "start, in clock ticks since the kernel started"),
    optional("executable", Text, "its file; NULL for kernel threads and where other users may not see it"),
    optional("executable_deleted", Boolean, "whether that file was deleted or replaced since"),
    column("command_line", Text, "arguments separated by spaces; empty for kernel threads"),
];

/// `/proc/PID`.
pub(super) struct Processes;

impl Provider for Processes {
    fn name(&self) -> &'static str {
        "processes"
    }

    fn version(&self) -> &'static str {
        "1.1.0"
    }

    fn about(&self) -> &'static str {
        "running processes, their users, memory and programs"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&PROCESSES]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let proc = machine.path("/proc");
        let mut rows = Rows::of(&PROCESSES);
        let failed = |error| CollectError::from_proc(&proc, error);
        for process in all_processes_with_root(&proc).map_err(failed)? {
            match process.map_err(Unlisted::from).and_then(|process| add(&mut rows, &proc, &process)) {
                Ok(()) | Err(Unlisted::Unseen) => {}
                Err(Unlisted::Failed(error)) => return Err(failed(error)),
                Err(Unlisted::Unreadable(error)) => return Err(error),
            }
        }
        if rows.rows.is_empty() {
            // Something reads this directory, so a /proc without any process is not a /proc.
            return Err(CollectError::Malformed { path: proc, line: None, what: "it has no process".into() });
        }
        Ok(vec![rows])
    }
}

/// Why a process has no row.
enum Unlisted {
    /// It ended while it was looked at, or `/proc` is mounted with `hidepid` and it is another user's.
    Unseen,
    Failed(ProcError),
    Unreadable(CollectError),
}

impl From<ProcError> for Unlisted {
    fn from(error: ProcError) -> Self {
        match error {
            ProcError::NotFound(_) | ProcError::PermissionDenied(_) => Self::Unseen,
            ProcError::Io(source, _) if is_unseen(&source) => Self::Unseen,
            other => Self::Failed(other),
        }
    }
}

fn is_unseen(error: &io::Error) -> bool {
    // "No such process" is what a read in the directory of a process that has ended gives.
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
        || error.raw_os_error() == Some(Errno::SRCH.raw_os_error())
}

fn add(rows: &mut Rows, proc: &Path, process: &Process) -> Result<(), Unlisted> {
    let stat = process.stat()?;
    let uid = process.uid()?;
    let directory = proc.join(stat.pid.to_string());
    let executable = executable(&directory);
    rows.push([
        stat.pid.into(),
        stat.ppid.into(),
        stat.comm.into(),
        stat.state.to_string().into(),
        uid.into(),
        stat.num_threads.into(),
        (stat.rss * procfs::page_size()).into(),
        stat.starttime.into(),
        executable.as_ref().map(|(path, _)| path.clone()).into(),
        executable.map(|(_, deleted)| deleted).into(),
        command_line(&directory)?.into(),
    ]);
    Ok(())
}

/// The program's file and whether it is gone. The kernel appends ` (deleted)` to the name of a file without a link.
fn executable(directory: &Path) -> Option<(String, bool)> {
    let target = fs::read_link(directory.join("exe")).ok()?;
    let text = target.to_string_lossy();
    Some(match text.strip_suffix(" (deleted)") {
        Some(path) => (path.to_owned(), true),
        None => (text.into_owned(), false),
    })
}

/// Arguments end with a zero byte each.
fn command_line(directory: &Path) -> Result<String, Unlisted> {
    match read_text(&directory.join("cmdline")) {
        Ok(text) => Ok(text.trim_end_matches('\0').replace('\0', " ")),
        Err(CollectError::Unreadable { source, .. }) if is_unseen(&source) => Err(Unlisted::Unseen),
        Err(error) => Err(Unlisted::Unreadable(error)),
    }
}
