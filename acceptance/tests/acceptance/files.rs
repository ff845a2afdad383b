//! What is in no file.

use std::{fs, path::Path};

/// Every file below a folder.
pub(crate) fn below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(below(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

/// Looks for texts in every byte of a collector's data directory and of its log.
pub(crate) fn assert_nowhere(data: &Path, texts: &[String]) {
    let mut files = below(data);
    assert!(files.iter().any(|file| file.extension().is_some_and(|kind| kind == "parquet")), "events were stored");
    files.push(data.with_extension("log"));
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for text in texts {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "{text} is in {}", file.display());
        }
    }
}
