//! A table: whether its log can be read, and every file is there that the newest version names.

use std::path::Path;

use super::{Finding, RESTORE};
use crate::tables::{Definition, Table};

pub(super) async fn examine(dir: &Path, definition: Definition) -> Finding {
    let subject = format!("table {}", definition.name);
    let table = match Table::open(dir, definition).await {
        Ok(Some(table)) => table,
        Ok(None) => return Finding::good(subject, "none yet"),
        Err(error) => return Finding::bad(subject, error.to_string(), RESTORE),
    };
    let (files, missing, bytes) = match table.data_files() {
        Ok(named) => named.iter().fold((0, 0, 0), |(files, missing, bytes), file| {
            let metadata = std::fs::metadata(file.in_table(dir));
            let is_there = metadata.is_ok_and(|metadata| metadata.len() == file.bytes);
            (files + 1, missing + u64::from(!is_there), bytes + file.bytes)
        }),
        Err(error) => return Finding::bad(subject, error.to_string(), RESTORE),
    };
    let seen = format!("version {}, {files} file(s), {} MiB", table.version(), bytes >> 20);
    match missing {
        0 => Finding::good(subject, seen),
        count => Finding::bad(subject, format!("{seen}; {count} of them missing or of another length"), RESTORE),
    }
}
