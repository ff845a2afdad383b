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

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, RecordBatch},
        compute::kernels::numeric::neg,
        datatypes::Int64Type,
    },
    error::DataFusionError,
    physical_plan::stream::RecordBatchStreamAdapter,
    prelude::{Expr, ident, lit},
};
use deltalake::kernel::Add;
use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use super::{Maintained, Maintenance, MaintenanceError, Progress, Which, rewrite, vacuum};
use crate::{
    TableError, clock,
    derived::{Coded, DAILY, DERIVED, INSTALLATION_DAYS, derive},
    recovery::create_private,
    tables::{DataFile, Replacement, Whose},
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
        let total = files.iter().map(|(_, files)| files.len() as u64).sum::<u64>() * 2;
        let mut done = 0;
        let days = self.subtract(erasure, &mark).await?;
        let whose = Whose { project: erasure.project.clone(), installation: erasure.installation };
        let mut maintained = Maintained::default();
        for (which, files) in files {
            let (mut removed, mut added) = (Vec::new(), Vec::new());
            let table = self.table(which);
            let rewritten = files.into_iter().map(async |file| (table.without(&file, &whose).await, file));
            let mut rewritten = stream::iter(rewritten).buffered(AT_ONCE);
            while let Some((without, file)) = rewritten.next().await {
                progress(Progress { done, total });
                done += 2;
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
        self.settle(&days, &erasure.project).await?;
        self.sweep_all().await?;
        // For good: done again after a power cut, it would take what came after the wish.
        let forgotten = fs::remove_file(note).and_then(|()| fs::File::open(&self.layout.erasures)?.sync_all());
        forgotten.map_err(|source| self.in_erasures(source))?;
        progress(Progress { done: total, total });
        Ok(maintained)
    }

    /// Takes what the rows had added away from the sums, unless that was done. Returns the days that they are of.
    async fn subtract(&self, erasure: &Erasure, mark: &str) -> Result<BTreeSet<i32>, MaintenanceError> {
        let by_day = by_day(self.table(Which::Facts).data_files()?);
        let negative = by_day.into_iter().map(|(day, files)| {
            let condition = erasure.condition();
            self.apart(async move |maintenance| Ok((day, maintenance.negative(&files, condition).await?)))
        });
        let negative: Vec<_> = stream::iter(negative).buffered(AT_ONCE).try_collect().await?;
        let (mut days, mut sums) = (BTreeSet::new(), Vec::new());
        for (day, of_day) in negative {
            if !of_day.is_empty() {
                days.insert(day);
                sums.extend(of_day);
            }
        }
        let daily = Which::Derived(DAILY);
        let _turn = self.commits.lock().await;
        let table = self.table(daily);
        if !sums.is_empty() && !table.is_marked(mark).await? {
            let table = table.append_marked(&sums, Some((mark.to_owned(), 1))).await?;
            self.publish(daily, table);
        }
        Ok(days)
    }

    /// What rows of a day had added to the sums, to be taken away; nothing where there are no such rows.
    async fn negative(&self, files: &[DataFile], rows: Expr) -> Result<Vec<RecordBatch>, MaintenanceError> {
        let rows = rewrite::rows(&self.context()?, &self.table(Which::Facts), files)?.filter(rows)?;
        let rows = rows.collect().await?.iter().map(negated).collect::<Result<Vec<_>, _>>()?;
        if rows.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(Vec::new());
        }
        let facts = Coded::of(&rows).map_err(DataFusionError::from)?;
        Ok(derive(&DERIVED[DAILY], &facts).await?)
    }

    /// Adds up a project's sums of these days again, so that nothing is left to be taken away.
    async fn settle(&self, days: &BTreeSet<i32>, project: &str) -> Result<(), MaintenanceError> {
        let daily = Which::Derived(DAILY);
        let by_day = by_day(self.table(daily).data_files()?);
        let of_days = by_day.into_iter().filter(|(day, _)| days.contains(day)).map(|(_, files)| {
            let project = project.to_owned();
            self.apart(async move |maintenance| {
                let added = maintenance.settled(&files, &project).await?;
                Ok((files, added))
            })
        });
        let settled: Vec<_> = stream::iter(of_days).buffered(AT_ONCE).try_collect().await?;
        let (removed, added): (Vec<_>, Vec<_>) = settled.into_iter().unzip();
        let (removed, added) = (removed.concat(), added.concat());
        if removed.is_empty() {
            return Ok(());
        }
        Ok(self.replace(daily, Replacement { removed, added, is_change: false, mark: None }).await?)
    }

    /// Writes the sums of a day again, those of one project added up. The others stay as they are.
    async fn settled(&self, files: &[DataFile], project: &str) -> Result<Vec<Add>, MaintenanceError> {
        let (table, context) = (self.table(Which::Derived(DAILY)), self.context()?);
        let rows = rewrite::rows(&context, &table, files)?;
        let of = |project: Expr| rows.clone().filter(project);
        let (name, project) = (ident("project"), lit(project));
        let before = of(name.clone().lt(project.clone()))?.execute_stream().await?;
        let behind = of(name.clone().gt(project.clone()))?.execute_stream().await?;
        let own = rewrite::in_order(of(name.eq(project))?, table.definition(), table.schema()).await?;
        let rows = RecordBatchStreamAdapter::new(table.schema().clone(), before.chain(own).chain(behind));
        Ok(table.write(Box::pin(rows), self.options.file_bytes).await?)
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

/// The files of each day.
fn by_day(files: Vec<DataFile>) -> BTreeMap<i32, Vec<DataFile>> {
    let mut by_day = BTreeMap::<_, Vec<_>>::new();
    files.into_iter().for_each(|file| by_day.entry(file.day).or_default().push(file));
    by_day
}

/// The rows, each as often less as it was there.
fn negated(rows: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let position = rows.schema_ref().index_of("count")?;
    let mut columns = rows.columns().to_vec();
    columns[position] = neg(rows.column(position).as_primitive::<Int64Type>()).map(|counts| counts as ArrayRef)?;
    Ok(RecordBatch::try_new(rows.schema(), columns)?)
}
