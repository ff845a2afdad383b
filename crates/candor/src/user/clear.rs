//! What was recorded goes, and with it, if the user wants that, what links it to what comes.

use std::{fmt, io, path::PathBuf};

use super::{
    Tool,
    text::{list, number, object},
};
use candor_wire::json;

use crate::{
    declared::IdentityMode,
    identity,
    spool::{Limits, Queue, Spool},
    telemetry::INSPECTION,
    variables,
};

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cleared {
    /// How many records, reports of crashes and errors included.
    pub records: u64,
}

/// Removes what waits to be sent and what stays on this computer. The user's choice, the identity and the log of what was
/// sent stay. An upload that is under way sends what it has read.
///
/// # Errors
/// When the files cannot be removed; some may be gone by then.
pub fn clear(tool: &Tool) -> io::Result<Cleared> {
    let Some(spool) = tool.spool() else { return Ok(Cleared { records: 0 }) };
    let inspection = Spool::new(spool.directory().join(INSPECTION), Limits::default());
    let inspection = inspection.counting(Some(Spool::close_presence));
    Ok(Cleared { records: spool.clear(&Queue::ALL)? + inspection.clear(&Queue::ALL)? })
}

/// What was removed, so that the next run is another installation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reset {
    /// The files of the identity that were there.
    pub identities: Vec<PathBuf>,
    /// Directories in the place of such a file, which stay: no identity is kept there.
    pub directories: Vec<PathBuf>,
    /// How many records waited under the old identity.
    pub records: u64,
}

/// Removes the identity, so that the next run makes a new one, what waits under the old one, and which days were counted. A directory in its place
/// stays. A run that is under way ends under the old one.
///
/// # Errors
/// When the files cannot be removed; some may be gone by then.
pub fn reset(tool: &Tool) -> io::Result<Reset> {
    let mut reset = Reset { identities: Vec::new(), directories: Vec::new(), records: 0 };
    let Some(directory) = &tool.directory else { return Ok(reset) };
    // Both, whichever holds: the user may have chosen a lower mode since.
    for mode in [tool.declaration.identity, IdentityMode::Rotating] {
        let Some(path) = identity::file_path(mode, directory, &variables::process) else { continue };
        if path.is_dir() {
            reset.directories.push(path);
        } else if identity::remove(&path)? {
            reset.identities.push(path);
        }
    }
    if let Some(spool) = tool.spool() {
        reset.records = spool.clear(&[Queue::Usage, Queue::Crashes])?;
        spool.forget_days()?;
    }
    Ok(reset)
}

impl Cleared {
    /// The same as one line of JSON.
    #[must_use]
    pub fn to_json(self) -> String {
        object(|cleared| cleared.plain("records", self.records))
    }
}

impl fmt::Display for Cleared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Removed {}. Your choice, the identity and the log of what was sent stay.",
            number(self.records, "record")
        )
    }
}

impl Reset {
    /// The same as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let paths = |out: &mut String, paths: &[PathBuf]| {
            list(out, paths, |out, path| json::text(out, &path.to_string_lossy()));
        };
        object(|reset| {
            paths(reset.member("identities"), &self.identities);
            paths(reset.member("directories"), &self.directories);
            reset.plain("records", self.records);
        })
    }
}

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in &self.identities {
            writeln!(f, "Removed {}; the next run that needs an identity makes a new one.", path.display())?;
        }
        for path in &self.directories {
            writeln!(f, "{} is a directory, and stays: no identity is kept there.", path.display())?;
        }
        if self.identities.is_empty() && self.directories.is_empty() {
            writeln!(f, "There was no identity.")?;
        }
        writeln!(f, "Removed {} that waited to be sent.", number(self.records, "record"))
    }
}
