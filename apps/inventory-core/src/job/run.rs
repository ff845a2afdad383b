//! One run of a job.

use std::{sync::Arc, time::Instant};

use inventory_store::{Classified, database::Database, with_causes};
use jiff::Timestamp;

use super::{Job, JobError, Task, check::check, collect::collect, prune::prune};
use crate::{
    core::Core,
    history::{self, JobRun},
    inventory::apart,
};

/// Who wants a job to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// The clock.
    Schedule,
    /// Somebody who asked for it.
    Request,
}

/// Runs a job to its end and notes how it went. A job that fails is a run, too. Whoever asked may go away meanwhile: it
/// goes on.
///
/// # Errors
/// [`RunError`] where it does not run at all.
pub(crate) async fn run(core: &Arc<Core>, name: &str, trigger: Trigger) -> Result<JobRun, RunError> {
    let job = core.job(name).ok_or_else(|| RunError::Unknown { name: name.to_owned() })?.clone();
    let running = core.begin(&job).ok_or_else(|| RunError::Busy { name: job.name.clone() })?;
    let core = Arc::clone(core);
    let work = tokio::spawn(apart(move || {
        let run = run_now(&core, &job, trigger);
        drop(running);
        run
    }));
    work.await.map_err(|_| RunError::Panicked { name: name.to_owned() })
}

/// Runs a job on this thread.
fn run_now(core: &Core, job: &Job, trigger: Trigger) -> JobRun {
    let (started_at, start) = (Timestamp::now(), Instant::now());
    let result = perform(core, job, trigger);
    let run = JobRun {
        job: job.name.clone(),
        task: job.task.name().to_owned(),
        started_at: history::written(started_at),
        duration_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        outcome: if result.is_ok() { "ok" } else { "error" },
        error_class: result.as_ref().err().map(|error| error.class().name().to_owned()),
        error: result.as_ref().err().map(|error| with_causes(error)),
        summary: result.ok(),
    };
    match &run.error {
        None => tracing::info!(
            job = run.job,
            duration_ms = run.duration_ms,
            "{}",
            run.summary.as_deref().unwrap_or_default()
        ),
        Some(error) => tracing::warn!(job = run.job, duration_ms = run.duration_ms, "failed: {error}"),
    }
    let noted =
        Database::create_or_open(core.inventory.location()).and_then(|mut database| history::note(&mut database, &run));
    if let Err(error) = noted {
        tracing::error!(job = run.job, "cannot note how it went: {}", with_causes(&error));
    }
    run
}

fn perform(core: &Core, job: &Job, trigger: Trigger) -> Result<String, JobError> {
    let location = core.inventory.location();
    match &job.task {
        Task::Collect { providers } => {
            let mut run = core.usage.collect(trigger);
            let result = collect(location, &core.settings.root, providers, &mut run);
            run.finish(&result);
            result
        }
        Task::Check => {
            let mut run = core.usage.check(trigger);
            let result = check(location, &core.settings.policy, &mut run);
            run.finish(&result);
            result
        }
        Task::Prune { keep } => {
            let run = core.usage.prune(trigger);
            let result = prune(location, *keep);
            run.finish(&result);
            result
        }
    }
}

/// Why a job does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// There is none of this name.
    #[error("there is no job {name:?}; `jobs` lists them")]
    Unknown {
        /// The name.
        name: String,
    },
    /// It is running.
    #[error("the job {name:?} is running; it runs once at a time")]
    Busy {
        /// The name.
        name: String,
    },
    /// It came upon a mistake in this program.
    #[error("the job {name:?} ended by a panic")]
    Panicked {
        /// The name.
        name: String,
    },
}
