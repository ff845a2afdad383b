//! The one commit that a power cut may have damaged.
//!
//! Every file is synced before the next is begun ([`DurableStore`](super::durable::DurableStore)), so only the last
//! commit can be incomplete; and its rows are still in the journal, which lets go of them only after that sync.

use std::{fs, io, path::Path};

/// Removes the last commit of the table in `dir` if it was not written to its end. Returns whether it did.
pub(crate) fn remove_torn_commit(dir: &Path) -> io::Result<bool> {
    let log = dir.join("_delta_log");
    let mut last = None;
    let entries = match fs::read_dir(&log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let version = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")?.parse::<u64>().ok());
        if let Some(version) = version {
            last = last.max(Some((version, path)));
        }
    }
    let Some((version, path)) = last else { return Ok(false) };
    if is_whole(&fs::read(&path)?) {
        return Ok(false);
    }
    tracing::warn!(version, "the last commit of the table was cut off; its rows are taken from the journal again");
    fs::remove_file(&path)?;
    fs::File::open(&log)?.sync_all()?;
    Ok(true)
}

/// Whether every line is JSON, and there is one.
fn is_whole(commit: &[u8]) -> bool {
    let mut lines = commit.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn only_a_commit_that_was_cut_off_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!remove_torn_commit(dir.path()).unwrap());
        let log = dir.path().join("_delta_log");
        fs::create_dir(&log).unwrap();
        fs::write(log.join("00000000000000000000.json"), "{\"a\":1}\n{\"b\":2}").unwrap();
        assert!(!remove_torn_commit(dir.path()).unwrap());
        for torn in ["", "{\"a\":1}\n{\"b\"", "\0\0\0\0"] {
            fs::write(log.join("00000000000000000001.json"), torn).unwrap();
            assert!(remove_torn_commit(dir.path()).unwrap(), "{torn:?}");
            assert!(!remove_torn_commit(dir.path()).unwrap());
        }
    }
}
