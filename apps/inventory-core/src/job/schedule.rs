//! When jobs run.

use std::{sync::Arc, time::Duration};

use inventory_store::{database::DatabaseError, with_causes};
use tokio::time::{Instant, sleep_until};

use super::{Job, RunError, Task, Trigger, run};
use crate::{core::Core, history, interval::Interval};

/// Runs every job when it is due, for ever, one after the other. A job whose last run is long ago, or that never ran, is due
/// at once; so a server that is started again and again does not run its jobs each time.
///
/// # Errors
/// When it cannot be read what ran before.
pub(crate) async fn keep_schedule(core: Arc<Core>) -> Result<(), DatabaseError> {
    let last_runs = core.inventory.ask(history::last_runs).await?;
    let start = Instant::now();
    let age = |job: &Job| last_runs.get(&job.name).map(history::JobRun::age);
    let mut due: Vec<Due> = core
        .settings
        .jobs
        .iter()
        .filter_map(|job| {
            Some(Due {
                name: job.name.clone(),
                rank: rank(job),
                every: job.every?,
                at: start + until_due(job.every?, age(job)),
            })
        })
        .collect();
    while let Some(next) = due.iter_mut().min_by_key(|due| (due.at, due.rank)) {
        sleep_until(next.at).await;
        next.at = Instant::now() + next.every.duration();
        match run(&core, &next.name, Trigger::Schedule).await {
            Ok(_) => {}
            // Somebody asked for it at the same time, which is as good.
            Err(RunError::Busy { .. }) => {}
            Err(error) => tracing::error!("{}", with_causes(&error)),
        }
    }
    // Every job runs by request only.
    std::future::pending().await
}

struct Due {
    name: String,
    rank: u8,
    every: Interval,
    at: Instant,
}

/// How long until a job is due whose last run began so long ago.
fn until_due(every: Interval, age: Option<Duration>) -> Duration {
    age.map_or(Duration::ZERO, |age| every.duration().saturating_sub(age))
}

/// Of jobs that are due at once, what collects goes first: a check needs something to check.
fn rank(job: &Job) -> u8 {
    match job.task {
        Task::Collect { .. } => 0,
        Task::Check => 1,
        Task::Prune { .. } => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_due_when_its_last_run_is_long_enough_ago() {
        let hour = Interval::hours(1);
        assert_eq!(until_due(hour, None), Duration::ZERO);
        assert_eq!(until_due(hour, Some(Duration::from_secs(600))), Duration::from_secs(3000));
        assert_eq!(until_due(hour, Some(Duration::from_secs(9999))), Duration::ZERO);
    }
}
