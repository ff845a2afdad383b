//! The store: what a collector has open.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::Duration,
};

use datafusion::{error::DataFusionError, execution::runtime_env::RuntimeEnv, prelude::SessionContext};
use tokio::sync::{Notify, mpsc as requests, oneshot, watch};

use crate::{
    Append, AppendError, Appended, Fact, FlushError, JournalError, Maintained, MaintenanceError, Progress,
    StoreOptions, TableError, Task,
    engine::engine_in,
    flush::{FlushRequest, Flusher},
    fresh::Published,
    journal::JournalFiles,
    lock::DirectoryLock,
    maintenance::{self, Maintenance, MaintenanceRequest},
    query,
    recovery::{self, Recovered},
    writer::{Job, Waiting, Writer, weight},
};

/// When an overloaded store is worth another try: the journal writes its whole queue within this time.
const RETRY_SOON: Duration = Duration::from_secs(1);
/// When a store is worth another try whose table cannot be written: it tries that again within this time itself.
const RETRY_LATER: Duration = Duration::from_secs(30);
/// Where every core is wanted, maintenance gets a tenth of what each of the others gets; compaction gets what is left.
const MAINTENANCE_NICE: i32 = 10;

/// The journal, the tables and the rows between them; one process owns a data directory.
///
/// Dropping it stops its threads without a last commit, as a crash would: nothing is lost, and the next start replays
/// the journal. [`Store::close`] is the polite way.
#[derive(Debug)]
pub struct Store {
    jobs: Option<mpsc::Sender<Job>>,
    flushes: Option<requests::Sender<FlushRequest>>,
    maintenance: Option<requests::Sender<MaintenanceRequest>>,
    /// Ends maintenance that is under way when it is dropped.
    stop: Option<watch::Sender<()>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    published: Arc<Published>,
    files: Arc<JournalFiles>,
    queued_rows: Arc<AtomicUsize>,
    options: StoreOptions,
    engine: Arc<RuntimeEnv>,
    corrupt_frames: u64,
    _lock: DirectoryLock,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has it open.
    #[error("{} is in use by {holder}: stop it first, or choose another data directory", .dir.display())]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// Who holds it, as far as known.
        holder: String,
    },
    /// The data directory could not be made or read.
    #[error("open the data directory {}: {source}", .dir.display())]
    Io {
        /// The data directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The journal could not be read.
    #[error("read the journal: {0}")]
    Journal(#[from] JournalError),
    /// The table could not be opened.
    #[error("open {0}")]
    Table(#[from] TableError),
    /// The rows that the journal held could not be committed to the table.
    #[error("{0}")]
    Flush(#[from] FlushError),
    /// The tables of sums that came with this release could not be filled.
    #[error("make sums of what is there: {0}")]
    Maintenance(#[from] MaintenanceError),
}

/// Why a query could not be prepared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The query engine said no.
    #[error("prepare the query: {0}")]
    Query(#[from] DataFusionError),
}

/// How the store is doing.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct StoreStatus {
    /// Rows that are in the journal and not yet in the table.
    pub fresh_rows: u64,
    /// Rows that wait for the journal.
    pub queued_rows: u64,
    /// Bytes of the journal's files.
    pub journal_bytes: u64,
    /// Places in the journal that could not be read when it was replayed: each lost at least one frame of rows.
    pub corrupt_frames: u64,
    /// The version of the table `facts`.
    pub table_version: u64,
    /// How long ago rows were last committed to the table, if ever since the store was opened.
    pub since_last_flush: Option<Duration>,
    /// Why the last commit to the table failed; `None` once one succeeded.
    pub last_error: Option<String>,
}

impl Store {
    /// Opens the data directory, makes what is missing, and replays the journal, in no more memory than the bounds of
    /// fresh rows allow.
    ///
    /// # Errors
    /// When another process has it open, or it cannot be read.
    pub async fn open(dir: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        let Recovered { lock, published, files, flusher, writer, maintenance, corrupt_frames } =
            recovery::recover(dir, &options).await?;
        let queued_rows = Arc::new(AtomicUsize::new(0));
        let wanted: Arc<Notify> = flusher.wanted.clone();
        let (jobs, waiting) = mpsc::channel();
        let writer = Writer {
            jobs: waiting,
            queued_rows: queued_rows.clone(),
            journal: writer.journal,
            builder: writer.builder,
            remembered: writer.remembered,
            published: published.clone(),
            options: options.clone(),
            flush_wanted: wanted,
        };
        let (flushes, flush_requests) = requests::channel(16);
        let (maintenance_sender, maintenance_requests) = requests::channel(16);
        let (stop, stopped) = watch::channel(());
        let is_erasing = maintenance.is_erasing();
        let io = |source| OpenError::Io { dir: dir.to_owned(), source };
        let engine = engine_in(&dir.join("tmp"), options.queries).map_err(io)?;
        let threads = vec![
            spawn("candor-journal", move || writer.run()).map_err(io)?,
            spawn_flusher(flusher, flush_requests).map_err(io)?,
            spawn_maintenance(maintenance, maintenance_requests, stopped).map_err(io)?,
        ];
        let store = Self {
            jobs: Some(jobs),
            flushes: Some(flushes),
            maintenance: Some(maintenance_sender),
            stop: Some(stop),
            threads: Mutex::new(threads),
            published,
            files,
            queued_rows,
            options,
            engine,
            corrupt_frames,
            _lock: lock,
        };
        if is_erasing {
            // What was replayed may have rows that shall go.
            store.flush().await?;
            let requests = store.maintenance.as_ref().ok_or(FlushError::Closed)?;
            requests.send(MaintenanceRequest::ResumeErasures).await.map_err(|_| FlushError::Closed)?;
        }
        Ok(store)
    }

    /// Writes items to the journal, and returns once they are on disk: from then on each is counted exactly once.
    /// Items that were appended within the last seven days are counted no second time.
    ///
    /// # Errors
    /// When nothing of it was written; see [`AppendError`].
    pub async fn append(&self, batch: Append) -> Result<Appended, AppendError> {
        let weight = weight(&batch);
        self.admit(weight)?;
        let (answer, result) = oneshot::channel();
        let job = Job::Append(Waiting { append: batch, weight, answer });
        let sent = self.jobs.as_ref().map(|jobs| jobs.send(job));
        if !matches!(sent, Some(Ok(()))) {
            self.queued_rows.fetch_sub(weight, Ordering::AcqRel);
            return Err(AppendError::Closed);
        }
        result.await.unwrap_or(Err(AppendError::Closed))
    }

    /// Takes room for `weight` rows. An append that is larger than the whole queue is let in when that is empty.
    fn admit(&self, weight: usize) -> Result<(), AppendError> {
        let (fresh, fresh_bytes) = {
            let state = self.published.lock();
            (state.rows(), state.bytes())
        };
        let queued = self.queued_rows.fetch_add(weight, Ordering::AcqRel);
        let too_many_fresh =
            fresh + queued >= self.options.max_fresh_rows || fresh_bytes >= self.options.max_fresh_bytes;
        if too_many_fresh || (queued > 0 && queued + weight > self.options.max_queued_rows) {
            self.queued_rows.fetch_sub(weight, Ordering::AcqRel);
            let retry_after = if too_many_fresh { RETRY_LATER } else { RETRY_SOON };
            return Err(AppendError::Overloaded { retry_after });
        }
        Ok(())
    }

    /// A context whose tables have every acknowledged row as of now, exactly once.
    ///
    /// # Errors
    /// When the query engine refuses the tables.
    pub async fn session(&self) -> Result<SessionContext, QueryError> {
        Ok(query::session(self.published.view(), Arc::clone(&self.engine))?)
    }

    /// Commits every row appended before to the table.
    ///
    /// # Errors
    /// When the table could not be written; the rows are kept and tried again later.
    pub async fn flush(&self) -> Result<(), FlushError> {
        let (answer, result) = oneshot::channel();
        let flushes = self.flushes.as_ref().ok_or(FlushError::Closed)?;
        flushes.send(FlushRequest { answer }).await.map_err(|_| FlushError::Closed)?;
        result.await.unwrap_or(Err(FlushError::Closed))
    }

    /// Does a task of maintenance beside everything else, after those that were asked for before; `progress` is told how far
    /// it has come. Given up where the store is closed; then it can be done again.
    ///
    /// # Errors
    /// When a table cannot be read or written. Nothing is half done then, but for an erasure, which the next start goes on
    /// with.
    pub async fn maintain(
        &self,
        task: Task,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Maintained, MaintenanceError> {
        if matches!(task, Task::Erase(_)) {
            // What the journal and the memory have goes to the tables, and the journal's files go.
            let (answer, rotated) = oneshot::channel();
            let sent = self.jobs.as_ref().map(|jobs| jobs.send(Job::Rotate(answer)));
            if !matches!(sent, Some(Ok(()))) || rotated.await.is_err() {
                return Err(MaintenanceError::Closed);
            }
            self.flush().await?;
        }
        let (answer, result) = oneshot::channel();
        let requests = self.maintenance.as_ref().ok_or(MaintenanceError::Closed)?;
        let request = MaintenanceRequest::Do(task, Box::new(progress), answer);
        requests.send(request).await.map_err(|_| MaintenanceError::Closed)?;
        result.await.unwrap_or(Err(MaintenanceError::Closed))
    }

    /// Puts facts of projects into the tables directly: for whoever fills a store with history, such as a benchmark.
    /// They are not remembered as received, and a kill in the middle may leave sums without their facts.
    ///
    /// # Errors
    /// When a table cannot be written.
    pub async fn load(&self, facts: Vec<(String, Vec<Fact>)>) -> Result<(), MaintenanceError> {
        let (answer, result) = oneshot::channel();
        let requests = self.maintenance.as_ref().ok_or(MaintenanceError::Closed)?;
        requests.send(MaintenanceRequest::Load(facts, answer)).await.map_err(|_| MaintenanceError::Closed)?;
        result.await.unwrap_or(Err(MaintenanceError::Closed))
    }

    /// Commits every row, and gives the data directory free.
    ///
    /// # Errors
    /// When the table could not be written; the journal keeps the rows for the next start.
    pub async fn close(mut self) -> Result<(), FlushError> {
        let flushed = self.flush().await;
        // Joining waits for the threads, which must not hold up the caller's runtime.
        let stopped = tokio::task::spawn_blocking(move || self.stop()).await;
        flushed.and(stopped.map_err(|_| FlushError::Closed))
    }

    /// How it is doing; cheap.
    #[must_use]
    pub fn status(&self) -> StoreStatus {
        let state = self.published.lock();
        StoreStatus {
            fresh_rows: state.rows() as u64,
            queued_rows: self.queued_rows.load(Ordering::Acquire) as u64,
            journal_bytes: self.files.bytes(),
            corrupt_frames: self.corrupt_frames,
            table_version: state.tables.facts.version(),
            since_last_flush: state.last_flush.map(|at| at.elapsed()),
            last_error: state.last_error.clone(),
        }
    }

    fn stop(&mut self) {
        self.jobs = None;
        self.flushes = None;
        self.maintenance = None;
        self.stop = None;
        for thread in self.threads.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}

/// The flusher has a runtime of its own: encoding Parquet would keep the caller's from answering requests.
fn spawn_flusher(flusher: Flusher, requests: requests::Receiver<FlushRequest>) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build()?;
    spawn("candor-flush", move || runtime.block_on(flusher.run(requests)))
}

/// Maintenance has one of its own as well: it may take minutes, and it can wait, where requests cannot. So whoever else wants the
/// core gets most of it (`nice` is a thread's on Linux; what the runtime does for it has the same).
fn spawn_maintenance(
    maintenance: Maintenance,
    requests: requests::Receiver<MaintenanceRequest>,
    stop: watch::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build()?;
    spawn("candor-maintain", move || {
        if let Err(error) = rustix::process::nice(MAINTENANCE_NICE) {
            tracing::debug!(%error, "maintenance has the priority of everything else");
        }
        runtime.block_on(maintenance::run(maintenance, requests, stop));
    })
}
