//! What all tasks of the server share.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{config::Settings, inventory::Inventory, job::Job, telemetry::Usage};

/// The server, without its sockets.
#[derive(Debug)]
pub(crate) struct Core {
    /// How it was set up.
    pub(crate) settings: Settings,
    /// The inventory.
    pub(crate) inventory: Inventory,
    /// What is said about its use.
    pub(crate) usage: Usage,
    running: Arc<Mutex<BTreeSet<String>>>,
}

impl Core {
    /// A server with these settings.
    pub(crate) fn new(settings: Settings, usage: Usage) -> Self {
        let inventory = Inventory::at(settings.database.clone());
        Self { settings, inventory, usage, running: Arc::default() }
    }

    /// The job of this name.
    pub(crate) fn job(&self, name: &str) -> Option<&Job> {
        self.settings.jobs.iter().find(|job| job.name == name)
    }

    /// Marks a job as running until the mark is dropped; none where it runs.
    pub(crate) fn begin(&self, job: &Job) -> Option<Running> {
        let is_new = lock(&self.running).insert(job.name.clone());
        is_new.then(|| Running { running: Arc::clone(&self.running), name: job.name.clone() })
    }

    /// Whether a job runs.
    pub(crate) fn is_running(&self, job: &Job) -> bool {
        lock(&self.running).contains(&job.name)
    }
}

/// The mark of a job that runs.
#[derive(Debug)]
pub(crate) struct Running {
    running: Arc<Mutex<BTreeSet<String>>>,
    name: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.running).remove(&self.name);
    }
}

/// Each change behind the lock is a single step, so that a panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
