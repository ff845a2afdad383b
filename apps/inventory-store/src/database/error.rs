//! How using an inventory fails.

use std::{io, path::PathBuf};

use super::{BackendError, Location};
use crate::classified::{Classified, ErrorClass};

/// Why the inventory cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// There is no file, or no schema.
    #[error("there is no inventory at {location}; `inventory fetch` makes one")]
    Missing {
        /// Where there is none.
        location: Location,
    },
    /// The file cannot be made.
    #[error("cannot open {} for writing", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file, or the schema, is another program's.
    #[error("{location} is a database, but no inventory; choose another one with --database")]
    Foreign {
        /// Where it is.
        location: Location,
    },
    /// The database cannot be opened.
    #[error("cannot open the inventory {location}")]
    Open {
        /// Where it is.
        location: Location,
        /// The database's reason.
        source: BackendError,
    },
    /// The database cannot be read.
    #[error("cannot read the inventory {location}")]
    Read {
        /// Where it is.
        location: Location,
        /// The database's reason.
        source: BackendError,
    },
    /// The database cannot be written.
    #[error("cannot write to the inventory {location}")]
    Write {
        /// Where it is.
        location: Location,
        /// The database's reason.
        source: BackendError,
    },
}

impl Classified for DatabaseError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Missing { .. } | Self::Create { .. } | Self::Foreign { .. } | Self::Open { .. } => {
                ErrorClass::DatabaseOpen
            }
            Self::Read { .. } => ErrorClass::DatabaseRead,
            Self::Write { .. } => ErrorClass::DatabaseWrite,
        }
    }
}
