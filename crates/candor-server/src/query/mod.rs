//! Answering questions without holding up ingest: threads of their own, few at a time, each with a deadline.

pub(crate) mod reports;
pub mod sql;

use crate::error::{ApiError, Code};
use crate::limits::Limits;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// Where queries run.
#[derive(Debug)]
pub(crate) struct Queries {
    /// Taken when dropped: a runtime must not wait for its threads inside another one.
    runtime: Option<Runtime>,
    slots: Arc<Semaphore>,
    deadline: Duration,
    retry_after: Duration,
}

impl Queries {
    pub(crate) fn start(limits: &Limits) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().thread_name("query").enable_all().build()?;
        Ok(Self {
            runtime: Some(runtime),
            slots: Arc::new(Semaphore::new(limits.queries)),
            deadline: limits.query_deadline,
            retry_after: limits.retry_after,
        })
    }

    /// Runs a query on the threads for queries. A query whose client went away, or that is out of time, is stopped.
    ///
    /// # Errors
    /// `overloaded` when too many run already, `query_timeout`, and what the query itself fails with.
    pub(crate) async fn run<T, F>(&self, query: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let overloaded = || ApiError::from(Code::Overloaded).retry_after(self.retry_after);
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| overloaded())?;
        let Some(runtime) = &self.runtime else { return Err(Code::Stopping.into()) };
        let deadline = self.deadline;
        let task = runtime.spawn(async move {
            let result = query.await;
            drop(slot);
            result
        });
        // The clock is not the query's: one that computes without a pause keeps its slot, and its client is answered.
        match tokio::time::timeout(deadline, Aborting(task).wait()).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => Err(ApiError::from(Code::Internal).because(error)),
            Err(_) => {
                Err(ApiError::from(Code::QueryTimeout).detail(format!("a query may take {} s", deadline.as_secs())))
            }
        }
    }
}

impl Drop for Queries {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A task that is stopped when nobody waits for it any more.
struct Aborting<T>(tokio::task::JoinHandle<T>);

impl<T> Aborting<T> {
    async fn wait(mut self) -> Result<T, tokio::task::JoinError> {
        (&mut self.0).await
    }
}

impl<T> Drop for Aborting<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
