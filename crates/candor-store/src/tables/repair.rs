//! What a process that was killed may have left in the log of a table.
//!
//! Every file is synced before it has its name ([`DurableStore`](super::durable::DurableStore)), so only a disk that says it has
//! written what it has not can leave a commit that is not whole, and only the last; its rows are still in the journal, which
//! lets go of them only after that sync.

use std::{fs, io, path::Path};

use super::durable::UNNAMED;

/// Makes sure of the last commit of the table in `dir`: one that was not written to its end is removed, and any other synced,
/// as whoever wrote it may have been killed before that, and the journal lets go of its rows now. Returns whether one was removed.
pub(crate) fn settle_last_commit(dir: &Path) -> io::Result<bool> {
    let log = dir.join("_delta_log");
    let mut last = None;
    let entries = match fs::read_dir(&log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.ends_with(UNNAMED) || name.contains('#') {
            // It was cut off before it had its name.
            fs::remove_file(&path)?;
            continue;
        }
        if let Some(version) = name.strip_suffix(".json").and_then(|version| version.parse::<u64>().ok()) {
            last = last.max(Some((version, path)));
        }
    }
    let Some((version, path)) = last else { return Ok(false) };
    if is_whole(&fs::read(&path)?) {
        fs::File::open(&path)?.sync_all()?;
        fs::File::open(&log)?.sync_all()?;
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
        assert!(!settle_last_commit(dir.path()).unwrap());
        let log = dir.path().join("_delta_log");
        fs::create_dir(&log).unwrap();
        fs::write(log.join("00000000000000000000.json"), "{\"a\":1}\n{\"b\":2}").unwrap();
        assert!(!settle_last_commit(dir.path()).unwrap());
        for torn in ["", "{\"a\":1}\n{\"b\"", "\0\0\0\0"] {
            fs::write(log.join("00000000000000000001.json"), torn).unwrap();
            assert!(settle_last_commit(dir.path()).unwrap(), "{torn:?}");
            assert!(!settle_last_commit(dir.path()).unwrap());
        }
    }

    #[test]
    fn what_was_cut_off_before_it_had_its_name_goes() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("_delta_log");
        fs::create_dir(&log).unwrap();
        let whole = log.join("00000000000000000000.json");
        fs::write(&whole, "{}").unwrap();
        for name in ["1.json.3.new", "1.json.3.new#1", "1.checkpoint.parquet.0.new"] {
            fs::write(log.join(format!("0000000000000000000{name}")), "{\"a").unwrap();
        }
        assert!(!settle_last_commit(dir.path()).unwrap());
        let left: Vec<_> = fs::read_dir(&log).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [whole]);
    }
}
