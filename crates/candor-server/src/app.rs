//! What the collector has open, shared by all requests.

use crate::access::{Grants, Scope};
use crate::admission::Admission;
use crate::budget::Budget;
use crate::clock;
use crate::identity::Identities;
use crate::limits::Limits;
use crate::metrics::{Metrics, Seen};
use crate::origin::{Countries, CountryDatabase, OriginOptions, Origins};
use crate::outcomes::{Outcomes, Tally};
use crate::project::Keys;
use crate::query::Queries;
use crate::request_id::RequestIds;
use crate::totals::Totals;
use candor_store::{Catalog, CatalogError, FlushError, Minidumps, OpenError, Store, StoreOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// How often the counts of outcomes move from memory to the catalog.
const OUTCOMES_INTERVAL: Duration = Duration::from_secs(1);

/// A collector: its store, its catalog and what it keeps in memory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) catalog: Catalog,
    pub(crate) limits: Limits,
    pub(crate) identities: Arc<Identities>,
    pub(crate) keys: Keys,
    pub(crate) outcomes: Outcomes,
    pub(crate) budget: Budget,
    pub(crate) queries: Queries,
    pub(crate) sessions: Grants,
    pub(crate) signins: Grants,
    pub(crate) metrics: Metrics,
    pub(crate) request_ids: RequestIds,
    data: PathBuf,
    pub(crate) origins: Origins,
    pub(crate) admission: Admission,
    pub(crate) minidumps: Minidumps,
    pub(crate) totals: Totals,
    panics: AtomicU64,
}

/// Why a collector could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The catalog could not be opened.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The system has no randomness to give.
    #[error("begin the ids of requests: {0}")]
    Random(#[from] getrandom::Error),
    /// The secrets of identity policies could not be read, or those of a past period not be destroyed.
    #[error("look after the secrets in identity/: {0}")]
    Identities(std::io::Error),
    /// The threads for queries could not be started.
    #[error("start the threads for queries: {0}")]
    Threads(#[from] std::io::Error),
}

/// Why a collector did not stop cleanly. Nothing is lost: the journal keeps what is not in the tables.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopError {
    /// The last rows could not be committed to the tables.
    #[error(transparent)]
    Flush(#[from] FlushError),
}

impl App {
    /// Opens the data directory, and makes what is missing. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the directory is in use by another process, or cannot be made or read.
    pub async fn open(dir: &Path, limits: Limits, store: StoreOptions) -> Result<Self, StartError> {
        Self::open_with(dir, limits, store, OriginOptions::default()).await
    }

    /// Like [`App::open`], with what is known of proxies and countries.
    ///
    /// # Errors
    /// Those of [`App::open`]. A database of countries that cannot be read is told in the log.
    pub async fn open_with(
        dir: &Path,
        limits: Limits,
        store: StoreOptions,
        origin: OriginOptions,
    ) -> Result<Self, StartError> {
        let mut store = store;
        store.queries.memory_bytes = limits.query_memory_bytes;
        store.queries.spill_bytes = limits.query_spill_bytes as u64;
        let store = Store::open(dir, store).await?;
        let catalog = Catalog::open(dir).await?;
        let identities = Arc::new(Identities::open(dir, clock::now().day()).map_err(StartError::Identities)?);
        let keys = Keys::new(catalog.clone(), Arc::clone(&identities), &limits);
        keys.load().await?;
        let countries = Countries::of_file(origin.countries.unwrap_or_else(|| CountryDatabase::default_file(dir)));
        countries.follow();
        let shared = Shared {
            store,
            identities,
            keys,
            outcomes: Outcomes::new(limits.outcome_reasons),
            budget: Budget::new(limits.buffered_bytes, limits.retry_after),
            queries: Queries::start(&limits)?,
            sessions: Grants::new(limits.session_lifetime, limits.sessions),
            signins: Grants::new(limits.signin_lifetime, limits.sessions),
            metrics: Metrics::new(),
            request_ids: RequestIds::new()?,
            data: dir.to_owned(),
            origins: Origins::new(origin.trusted_proxies, countries, origin.detail),
            admission: Admission::new(&limits),
            minidumps: Minidumps::of(dir, limits.minidump_project_bytes as u64),
            totals: Totals::new(catalog.clone(), &limits),
            panics: AtomicU64::new(0),
            catalog,
            limits,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Its bounds.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Its projects, keys and tokens.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.shared.catalog
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The path of a sign-in link that works once and for a limited time: `/signin/CODE`. Whoever opens it sees all
    /// that `scope` says.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn signin_path(&self, scope: Scope) -> Result<String, getrandom::Error> {
        Ok(format!("/signin/{}", self.shared.signins.issue(scope)?.reveal()))
    }

    /// Panics of request handlers so far. Each is a defect.
    #[must_use]
    pub fn panics(&self) -> u64 {
        self.shared.panics.load(Ordering::Relaxed)
    }

    /// Commits every row to the tables and gives the data directory free. To be called when [`serve`](crate::serve) has
    /// returned.
    ///
    /// # Errors
    /// When the last rows could not be committed; the journal keeps them.
    pub async fn close(self) -> Result<(), StopError> {
        self.flush_outcomes().await;
        match Arc::try_unwrap(self.shared) {
            Ok(shared) => shared.store.close().await?,
            // A request that was cut is still at its last step. The process is about to end, and the lock with it.
            Err(shared) => shared.store.flush().await?,
        }
        Ok(())
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// How its parts are at the moment, for the metrics.
    pub(crate) fn seen(&self) -> Seen {
        let Shared { store, budget, admission, data, .. } = self.shared();
        let free = rustix::fs::statvfs(data).map_or(0, |system| system.f_bavail.saturating_mul(system.f_frsize));
        Seen {
            store: store.status(),
            requests: admission.requests(),
            buffered_bytes: budget.held_bytes(),
            panics: self.panics(),
            free_bytes: free,
        }
    }

    pub(crate) fn count_panic(&self) {
        self.shared.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts what became of a request's items; `day` is the day it arrived, since 1970-01-01.
    pub(crate) fn count_outcomes(&self, project: i64, day: i32, tally: Tally) {
        for (outcome, reason, count) in tally.counts() {
            self.shared.metrics.items(outcome, reason, count);
        }
        self.shared.outcomes.add(project, day, tally);
    }

    pub(crate) async fn flush_outcomes(&self) {
        self.shared.outcomes.flush(&self.shared.catalog).await;
    }

    /// Writes the counts of outcomes each second until `stopping` closes.
    pub(crate) async fn write_outcomes(self, mut stopping: watch::Receiver<()>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(OUTCOMES_INTERVAL) => self.flush_outcomes().await,
                _ = stopping.changed() => return,
            }
        }
    }
}
