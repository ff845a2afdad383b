//! Taking out what is old.

use inventory_store::{
    counted,
    database::{Database, Location},
};
use jiff::Timestamp;

use super::JobError;
use crate::{history, interval::Interval};

/// Takes out the runs of jobs that are older than `keep`, and says how many there were.
///
/// # Errors
/// [`JobError::Database`].
pub(super) fn prune(location: &Location, keep: Interval) -> Result<String, JobError> {
    // What is longer than there is time has nothing before it.
    let before = Timestamp::now().checked_sub(keep.duration()).unwrap_or(Timestamp::MIN);
    let removed = history::prune(&mut Database::create_or_open(location)?, before)?;
    Ok(format!("{} removed", counted(removed, "old run")))
}
