//! Reading beside a running collector, from another process.

use std::path::{Path, PathBuf};

use datafusion::prelude::SessionContext;

/// Reads a data directory without owning it, whether or not a collector is running.
#[derive(Debug, Clone)]
pub struct Reader { dir: PathBuf }

/// Why a data directory could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is none.
    #[error("{} is no data directory of a collector: give the one that `candor serve --data` was started with", .0.display())]
    NoStore(PathBuf),
}

impl Reader {
    /// Looks at the data directory `dir`; nothing is written to it.
    ///
    /// # Errors
    /// When it is no data directory.
    pub async fn open(dir: &Path) -> Result<Self, ReadError> { Ok(Self { dir: dir.to_owned() }) }
    /// A context whose table `facts` has every row that was acknowledged before the call, exactly once.
    ///
    /// # Errors
    /// When the table or the journal cannot be read.
    pub async fn session(&self) -> Result<SessionContext, ReadError> { Err(ReadError::NoStore(self.dir.clone())) }
}
