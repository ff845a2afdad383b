//! Files go that no version of a table names any more.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Maintained, Maintenance, MaintenanceError};
use crate::clock;

/// A query that began with an older version has this long; and a file that is being written has until then to be named.
const GRACE: Duration = Duration::from_secs(3600);

impl Maintenance {
    /// Deletes data files that are not in the newest version and are older than an hour.
    pub(super) async fn vacuum(&self) -> Result<Maintained, MaintenanceError> {
        let mut maintained = Maintained::default();
        for (which, dir) in self.every() {
            let named = self.table(which).data_files()?.into_iter().map(|file| file.in_table(&dir)).collect();
            let swept = tokio::task::spawn_blocking(move || sweep(&dir, &named, GRACE)).await;
            let swept = swept.map_err(|_| MaintenanceError::Closed)??;
            maintained.files_removed += swept.files_removed;
            maintained.bytes_removed += swept.bytes_removed;
        }
        Ok(maintained)
    }
}

/// Deletes the data files of a table's directory that are not named and are older than `grace`.
pub(super) fn sweep(dir: &Path, named: &HashSet<PathBuf>, grace: Duration) -> Result<Maintained, MaintenanceError> {
    let mut swept = Maintained::default();
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| MaintenanceError::Io { path, source }
    };
    for partition in fs::read_dir(dir).map_err(failed(dir))? {
        let partition = partition.map_err(failed(dir))?.path();
        let is_partition = partition.file_name().is_some_and(|name| name.to_string_lossy().starts_with("day="));
        if !is_partition {
            continue;
        }
        let (mut is_empty, before) = (true, swept.files_removed);
        for file in fs::read_dir(&partition).map_err(failed(&partition))? {
            let file = file.map_err(failed(&partition))?;
            let (path, metadata) = (file.path(), file.metadata().map_err(failed(&file.path()))?);
            let age = metadata.modified().ok().and_then(clock::age);
            if named.contains(&path) || age.is_none_or(|age| age < grace) {
                is_empty = false;
                continue;
            }
            fs::remove_file(&path).map_err(failed(&path))?;
            swept.files_removed += 1;
            swept.bytes_removed += metadata.len();
        }
        if swept.files_removed > before {
            // Whoever was told that rows are erased must not find them after a power cut.
            File::open(&partition).and_then(|partition| partition.sync_all()).map_err(failed(&partition))?;
        }
        if is_empty {
            // A flush may be about to write there: then it is not empty, or is made again.
            let _ = fs::remove_dir(&partition);
        }
    }
    Ok(swept)
}
