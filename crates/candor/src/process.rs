//! What a process knows of its run, most of it behind locks.

use std::sync::{Arc, Mutex, OnceLock};

use candor_wire::Environment;

use crate::{
    crash::{Limit, Operations},
    identity::Identity,
    record::Distinct,
    scrub::Scrubber,
    sums::Sums,
};

/// What belongs to one process of a run.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) sums: Sums,
    pub(crate) identity: OnceLock<Identity>,
    pub(crate) facts: Mutex<Facts>,
    /// Where this run lies among all, for what only a share of runs records; from 0 to 1.
    pub(crate) share: OnceLock<f64>,
    pub(crate) distinct: Distinct,
    pub(crate) scrubber: Scrubber,
    pub(crate) operations: Operations,
    /// What was reported of panics, and of errors: many of one kind do not keep out the other.
    pub(crate) panics: Limit,
    pub(crate) errors: Limit,
}

/// What every record says about the run.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) environment: Option<Arc<Environment>>,
    pub(crate) database: Option<String>,
}

impl Process {
    /// Of a run whose usage is added up here.
    pub(crate) fn new(sums: Sums) -> Self {
        Self {
            sums,
            identity: OnceLock::new(),
            facts: Mutex::default(),
            share: OnceLock::new(),
            distinct: Distinct::default(),
            scrubber: Scrubber::default(),
            operations: Operations::default(),
            panics: Limit::default(),
            errors: Limit::default(),
        }
    }

    /// Of a process that was forked: it begins like one that was just started. A database has to be opened anew in it too.
    pub(crate) fn forked(parent: &Self) -> Self {
        Self::new(parent.sums.anew())
    }
}
