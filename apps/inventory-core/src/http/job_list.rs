//! `GET /jobs`, and `POST /jobs/{name}/run`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;

use super::ApiError;
use crate::{
    core::Core,
    history::{self, JobRun},
    job::{self, Trigger},
};

/// All jobs.
#[derive(Debug, Serialize)]
pub(super) struct Jobs {
    jobs: Vec<JobState>,
}

/// A job, and how it ended the last time.
#[derive(Debug, Serialize)]
struct JobState {
    name: String,
    task: &'static str,
    /// The time from one start to the next; null where it runs by request only.
    every_s: Option<u64>,
    running: bool,
    /// Null where it never ran.
    last: Option<JobRun>,
}

/// What the configuration has, in the order of names.
pub(super) async fn list_jobs(State(core): State<Arc<Core>>) -> Result<Json<Jobs>, ApiError> {
    let mut last = core.inventory.ask(history::last_runs).await?;
    let jobs = core.settings.jobs.iter().map(|job| JobState {
        name: job.name.clone(),
        task: job.task.name(),
        every_s: job.every.map(|every| every.seconds()),
        running: core.is_running(job),
        last: last.remove(&job.name),
    });
    Ok(Json(Jobs { jobs: jobs.collect() }))
}

/// Runs a job and waits for its end. A job that fails is an answer, too: its `outcome` says so.
pub(super) async fn run_job(State(core): State<Arc<Core>>, Path(name): Path<String>) -> Result<Json<JobRun>, ApiError> {
    Ok(Json(job::run(&core, &name, Trigger::Request).await?))
}
