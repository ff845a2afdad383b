//! Jobs: work on the inventory, by the clock or when somebody asks.

mod check;
mod collect;
mod prune;
mod run;
mod schedule;

use inventory_store::{Classified, ErrorClass, database::DatabaseError, machine::CollectError, policy::RuleError};

pub(crate) use self::{
    run::{RunError, Trigger, run},
    schedule::keep_schedule,
};
use crate::interval::Interval;

/// A job of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    /// Lower-case letters, digits and dashes.
    pub(crate) name: String,
    /// What it does.
    pub(crate) task: Task,
    /// The time from one start to the next; without it, it runs only when it is asked for.
    pub(crate) every: Option<Interval>,
}

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    /// Asks providers and stores what they find.
    Collect {
        /// Which ones; none means all.
        providers: Vec<String>,
    },
    /// Checks the policies.
    Check,
    /// Takes out old runs of jobs.
    Prune {
        /// How old they may get.
        keep: Interval,
    },
}

impl Task {
    /// Its name in the configuration.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Collect { .. } => "collect",
            Self::Check => "check",
            Self::Prune { .. } => "prune",
        }
    }
}

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// There is no machine at the given root.
    #[error(transparent)]
    Root(#[from] CollectError),
    /// The inventory cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Some providers failed; what the others found was stored.
    #[error("{failed} of {asked} providers failed")]
    Providers {
        /// How many failed.
        failed: usize,
        /// How many were asked.
        asked: usize,
    },
    /// A rule cannot be checked.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Classified for JobError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Root(error) => error.class(),
            Self::Database(error) => error.class(),
            Self::Providers { .. } => ErrorClass::ProviderFailed,
            Self::Rule(error) => error.class(),
        }
    }
}
