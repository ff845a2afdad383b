//! Maintenance of the store, and erasure of whoever says who they are.

use crate::app::App;
use crate::clock;
use crate::ingest::installation_of;
use candor_store::{CatalogError, Erasure, Maintained, MaintenanceError, Progress, Task};

/// Why an installation was not erased.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EraseError {
    /// There is no such project.
    #[error("there is no project called `{0}`")]
    NoSuchProject(String),
    /// The project drops identifiers, or this is none: no row is known to be its.
    #[error("the project recognises nobody by this: its identity policy drops identifiers, or it is no identifier")]
    NotRecognised,
    /// The catalog could not be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The system has no randomness to give.
    #[error("make a secret: {0}")]
    Random(#[from] getrandom::Error),
    /// The store could not do it.
    #[error(transparent)]
    Maintenance(#[from] MaintenanceError),
    /// The installation's minidumps could not be deleted.
    #[error("delete minidumps: {0}")]
    Minidumps(std::io::Error),
}

impl App {
    /// Does a task of maintenance beside everything else, and says how far it has come.
    ///
    /// # Errors
    /// Those of [`Store::maintain`](candor_store::Store::maintain).
    pub async fn maintain(
        &self,
        task: Task,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Maintained, MaintenanceError> {
        if task == Task::Retain
            && let Err(error) = self.expire_minidumps()
        {
            tracing::warn!(%error, "could not delete minidumps that are too old");
        }
        self.store().maintain(task, progress).await
    }

    /// Deletes the minidumps that are older than they are kept.
    pub(crate) fn expire_minidumps(&self) -> std::io::Result<()> {
        let shared = self.shared();
        let deleted = shared.minidumps.expire(clock::system_now(), shared.limits.keep_minidumps)?;
        if deleted > 0 {
            tracing::info!(deleted, "minidumps that were too old are gone");
        }
        Ok(())
    }

    /// Erases an installation, named as its tool names it: rows, what they added to sums, and files of before. Of a project
    /// that recognises installations for a day or a month, it reaches as far back as the secret of this day or month does.
    ///
    /// # Errors
    /// When there is no such project, it recognises nobody, or the store cannot be written.
    pub async fn erase(
        &self,
        project: &str,
        installation: &str,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Maintained, EraseError> {
        let known = self.catalog().project_by_name(project).await?;
        let known = known.ok_or_else(|| EraseError::NoSuchProject(project.to_owned()))?;
        let key = self.shared().identities.key(&known, clock::now().day())?;
        let installation = installation_of(&key, installation).ok_or(EraseError::NotRecognised)?;
        self.shared().minidumps.erase(project, installation).map_err(EraseError::Minidumps)?;
        let erasure = Erasure { project: project.to_owned(), installation };
        Ok(self.maintain(Task::Erase(erasure), progress).await?)
    }
}
