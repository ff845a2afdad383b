//! How far an import came, in a small file beside the data, so that one that was stopped goes on where it was.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Shape, Tally};
use crate::failure::{Failure, While};

/// Of the beginning of a file, by which it is told from another of its name.
const HEAD_BYTES: u64 = 64 << 10;

/// `.NAME.candor-import` beside NAME. It is written after a batch was acknowledged: what was sent and is not in it yet is sent
/// again, and counted once by its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    format: u32,
    /// SHA-256 of the first `head_bytes`.
    head: String,
    head_bytes: u64,
    bytes: u64,
    project: String,
    pub(crate) shape: Option<Shape>,
    /// Rows that are done with, sent or not.
    pub(crate) rows: u64,
    /// Items that the collector acknowledged.
    pub(crate) sent: u64,
    pub(crate) bad: Tally,
    /// Whether the end was reached.
    pub(crate) done: bool,
}

impl Progress {
    /// That of an earlier attempt, or a new one.
    pub(crate) fn load(data: &Path, project: &str, restart: bool) -> Result<Self, Failure> {
        let reading = || format!("read {}", data.display());
        let bytes = fs::metadata(data).or_failed_to(reading)?.len();
        let head_bytes = bytes.min(HEAD_BYTES);
        let fresh = Self {
            format: 1,
            head: head(data, head_bytes).or_failed_to(reading)?,
            head_bytes,
            bytes,
            project: project.to_owned(),
            shape: None,
            rows: 0,
            sent: 0,
            bad: Tally::default(),
            done: false,
        };
        let path = place(data);
        let text = match fs::read(&path) {
            _ if restart => return Ok(fresh),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(fresh),
            text => text.or_failed_to(|| format!("read {}", path.display()))?,
        };
        let changed = || {
            let (data, path) = (data.display(), path.display());
            Failure::new(format!(
                "{data} is not what {path} is about, which says how far an import came: use --restart to begin anew"
            ))
        };
        let old: Self = serde_json::from_slice(&text).map_err(|_| changed())?;
        let is_same = old.format == 1 && old.project == project && old.bytes <= bytes;
        if !is_same || head(data, old.head_bytes).or_failed_to(reading)? != old.head {
            return Err(changed());
        }
        // What was written to its end since then is to be sent too.
        Ok(Self { done: old.done && old.bytes == bytes, bytes, ..old })
    }

    /// Puts it in the place of what is there, in one step.
    pub(crate) fn save(&self, data: &Path) -> Result<(), Failure> {
        let path = place(data);
        let write = || {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let file = tempfile::NamedTempFile::new_in(folder)?;
            serde_json::to_writer(&file, self)?;
            file.as_file().sync_data()?;
            file.persist(&path).map_err(|error| error.error)
        };
        write().map(drop).or_failed_to(|| format!("write down how far the import is, in {}", path.display()))
    }
}

fn place(data: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(data.file_name().unwrap_or_default());
    name.push(".candor-import");
    data.with_file_name(name)
}

fn head(data: &Path, bytes: u64) -> io::Result<String> {
    let mut head = Vec::new();
    File::open(data)?.take(bytes).read_to_end(&mut head)?;
    Ok(Sha256::digest(head).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn an_import_goes_on_where_it_was_unless_the_file_is_another() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("events.ndjson");
        fs::write(&data, "one\n").unwrap();
        let mut progress = Progress::load(&data, "inventory", false).unwrap();
        (progress.rows, progress.sent, progress.done) = (1, 1, true);
        progress.save(&data).unwrap();
        assert_eq!(Progress::load(&data, "inventory", false).unwrap(), progress);
        assert!(Progress::load(&data, "other", false).is_err());

        fs::write(&data, "one\ntwo\n").unwrap();
        let grown = Progress::load(&data, "inventory", false).unwrap();
        assert_eq!((grown.rows, grown.done), (1, false));

        fs::write(&data, "another\n").unwrap();
        assert!(Progress::load(&data, "inventory", false).is_err());
        assert_eq!(Progress::load(&data, "inventory", true).unwrap().rows, 0);
    }
}
