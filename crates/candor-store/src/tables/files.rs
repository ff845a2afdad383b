//! The data files that a version of a table names.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use deltalake::kernel::Remove;

use super::{Table, TableError};
use crate::facts::PARTITION;

/// A data file.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    /// Relative to the table's directory.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    /// The day of all of its rows, since 1970-01-01.
    pub(crate) day: i32,
    removal: Remove,
}

impl DataFile {
    pub(crate) fn in_table(&self, dir: &Path) -> PathBuf {
        dir.join(&self.path)
    }

    /// As an action spells what all of its rows have in common.
    pub(super) fn partition_values(&self) -> HashMap<String, Option<String>> {
        self.removal.partition_values.clone().unwrap_or_default()
    }

    #[cfg(test)]
    pub(crate) fn for_testing(day: i32, bytes: u64) -> Self {
        Self { path: format!("{day}/{bytes}"), bytes, rows: 1, day, removal: Remove::default() }
    }

    /// The action that takes it out of the table.
    pub(super) fn removal(self, is_change: bool) -> Remove {
        Remove { data_change: is_change, ..self.removal }
    }
}

impl Table {
    /// The files of this version, by day.
    pub(crate) fn data_files(&self) -> Result<Vec<DataFile>, TableError> {
        let files = self.table.snapshot()?.log_data().into_iter().map(|file| {
            let day = file.partition_values_map().remove(PARTITION).flatten();
            DataFile {
                path: file.path().into_owned(),
                bytes: u64::try_from(file.size()).unwrap_or(0),
                rows: file.num_records().map_or(0, |rows| rows as u64),
                day: day.and_then(|day| day.parse().ok()).map_or(0, days_since_1970),
                removal: file.remove_action(true),
            }
        });
        let mut files: Vec<_> = files.collect();
        files.sort_by(|left, right| (left.day, &left.path).cmp(&(right.day, &right.path)));
        Ok(files)
    }
}

/// The number of a day in the column `day`.
fn days_since_1970(day: jiff::civil::Date) -> i32 {
    (day - jiff::civil::date(1970, 1, 1)).get_days()
}
