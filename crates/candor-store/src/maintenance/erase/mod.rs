//! All that is known of one installation goes: rows, what they added to sums, and files of before.
//!
//! ```text
//! erasures/ID      what shall go, until all of it is gone: a restart goes on from here
//! daily            minus what the rows had added, once: the commit carries the erasure's mark
//! facts, crashes, installation_days    files that have such rows are written again without them (tables/without.rs)
//! daily            the project's sums of these days are added up, so that nothing is left to be taken away
//! every table      files that no version names go at once, not after an hour
//! ```
//!
//! The journal was begun anew and the rows of the old one flushed before. Rows that come meanwhile came after the wish.

mod steps;
mod sums;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use datafusion::prelude::{Expr, ident, lit};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use self::steps::Steps;
use super::{Maintained, Maintenance, MaintenanceError, Progress, Which, plan, vacuum};
use crate::{
    TableError, clock,
    derived::INSTALLATION_DAYS,
    recovery::create_private,
    tables::{Replacement, Whose},
};

/// Files that are worked on at once.
const AT_ONCE: usize = 2;

/// The tables that tell installations apart.
const WITH_INSTALLATIONS: [Which; 3] = [Which::Facts, Which::Crashes, Which::Derived(INSTALLATION_DAYS)];

/// Whose rows shall go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The project's name.
    pub project: String,
    /// The installation, as the column `installation` has it.
    pub installation: i64,
}

impl Erasure {
    fn condition(&self) -> Expr {
        ident("project").eq(lit(self.project.as_str())).and(ident("installation").eq(lit(self.installation)))
    }
}

impl Maintenance {
    /// Writes down what shall go, and does it.
    pub(super) async fn erase(
        &self,
        erasure: &Erasure,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Maintained, MaintenanceError> {
        let path = self.note(erasure).map_err(|source| self.in_erasures(source))?;
        self.carry_out(erasure, &path, progress).await
    }

    /// Whether a restart cut off an erasure.
    pub(crate) fn is_erasing(&self) -> bool {
        fs::read_dir(&self.layout.erasures).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Goes on with what a restart cut off.
    pub(super) async fn resume_erasures(&self) -> Result<(), MaintenanceError> {
        let entries = match fs::read_dir(&self.layout.erasures) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|source| self.in_erasures(source))?,
        };
        for entry in entries {
            let path = entry.map_err(|source| self.in_erasures(source))?.path();
            let text = fs::read(&path).map_err(|source| self.in_erasures(source))?;
            match serde_json::from_slice(&text) {
                Ok(erasure) => drop(self.carry_out(&erasure, &path, &mut |_| ()).await?),
                // It was cut off while it was written, so nothing of it was begun and nobody was told that it was.
                Err(_) => fs::remove_file(&path).map_err(|source| self.in_erasures(source))?,
            }
        }
        Ok(())
    }

    async fn carry_out(
        &self,
        erasure: &Erasure,
        note: &Path,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Maintained, MaintenanceError> {
        let mark = format!("candor-erasure-{}", note.file_name().unwrap_or_default().to_string_lossy());
        let mut files = Vec::new();
        for which in WITH_INSTALLATIONS {
            files.push((which, self.table(which).data_files()?));
        }
        let days = plan::by_day(self.table(Which::Facts).data_files()?).len();
        // What the rows of a day had added is looked for first, and at most as many days of sums are added up at the end.
        let total = files.iter().map(|(_, files)| files.len()).sum::<usize>() + 2 * days;
        let mut steps = Steps { progress, done: 0, total: total as u64 };
        let days = self.subtract(erasure, &mark, &mut steps).await?;
        let whose = Whose { project: erasure.project.clone(), installation: erasure.installation };
        let mut maintained = Maintained::default();
        for (which, files) in files {
            let (mut removed, mut added) = (Vec::new(), Vec::new());
            let table = self.table(which);
            let rewritten = files.into_iter().map(async |file| (table.without(&file, &whose).await, file));
            let mut rewritten = stream::iter(rewritten).buffered(AT_ONCE);
            while let Some((without, file)) = rewritten.next().await {
                steps.step();
                if let Some(without) = without? {
                    maintained.rows_removed += if which == Which::Facts { without.rows } else { 0 };
                    added.extend(without.added);
                    removed.push(file);
                }
            }
            if !removed.is_empty() {
                maintained.removed(&removed);
                maintained.added(&added);
                self.replace(which, Replacement { removed, added, is_change: true, mark: None }).await?;
            }
        }
        self.settle(&days, &erasure.project, &mut steps).await?;
        self.sweep_all().await?;
        // For good: done again after a power cut, it would take what came after the wish.
        let forgotten = fs::remove_file(note).and_then(|()| fs::File::open(&self.layout.erasures)?.sync_all());
        forgotten.map_err(|source| self.in_erasures(source))?;
        steps.end();
        Ok(maintained)
    }

    /// Does work on a thread of its own, so that there can be more than one.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(Self) -> Result<T, MaintenanceError> + Send + 'static,
    ) -> Result<T, MaintenanceError> {
        let (maintenance, runtime) = (self.clone(), Handle::current());
        let done = tokio::task::spawn_blocking(move || runtime.block_on(work(maintenance)));
        done.await.map_err(|error| TableError::Io(io::Error::other(error)))?
    }

    /// Deletes every file that no version names. Nobody writes one meanwhile: flushes wait for their turn.
    async fn sweep_all(&self) -> Result<(), MaintenanceError> {
        let _turn = self.commits.lock().await;
        for (which, dir) in self.every() {
            let named = self.table(which).data_files()?.into_iter().map(|file| file.in_table(&dir)).collect();
            vacuum::sweep(&dir, &named, std::time::Duration::ZERO)?;
        }
        Ok(())
    }

    fn note(&self, erasure: &Erasure) -> io::Result<PathBuf> {
        create_private(&self.layout.erasures)?;
        let path = self.layout.erasures.join(format!("{:x}", clock::since_1970().as_nanos()));
        let mut file = fs::File::create_new(&path)?;
        file.write_all(&serde_json::to_vec(erasure)?)?;
        file.sync_all()?;
        fs::File::open(&self.layout.erasures)?.sync_all()?;
        Ok(path)
    }

    fn in_erasures(&self, source: io::Error) -> MaintenanceError {
        MaintenanceError::Io { path: self.layout.erasures.clone(), source }
    }
}
