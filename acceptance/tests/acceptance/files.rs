//! What is in no file.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every file below a folder.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(below(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

/// Looks for texts in every byte of the data directory of a collector that has ended, and of its log.
pub(crate) fn assert_nowhere(data: &Path, texts: &[String]) {
    let is_table = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "parquet");
    assert!(below(data).iter().any(is_table), "events were stored");
    assert_nowhere_yet(data, texts);
}

/// The same of a collector that still works.
pub(crate) fn assert_nowhere_yet(data: &Path, texts: &[String]) {
    let mut files = below(data);
    files.push(data.with_extension("log"));
    for file in files {
        // What is flushed meanwhile is somewhere else afterwards.
        let Ok(bytes) = fs::read(&file) else { continue };
        // A journal is preallocated.
        let bytes = &bytes[..bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)];
        for text in texts {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "{text} is in {}", file.display());
        }
    }
}
