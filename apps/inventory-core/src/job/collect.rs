//! Asking providers and storing what they find.

use std::path::Path;

use inventory_store::{
    Fetched, counted,
    database::{Database, Location},
    fetch,
    machine::Machine,
    providers,
};

use super::JobError;
use crate::telemetry::CollectRun;

/// Asks the providers of these names, or all where there is none, and says what they found.
///
/// # Errors
/// [`JobError::Root`] or [`JobError::Database`]; [`JobError::Providers`] after everything else was stored.
pub(super) fn collect(
    location: &Location,
    root: &Path,
    names: &[String],
    run: &mut CollectRun<'_>,
) -> Result<String, JobError> {
    let providers = providers::chosen(names);
    run.asks(&providers);
    let machine = Machine::open(root)?;
    let mut database = Database::create_or_open(location)?;
    let fetched = fetch(&providers, &machine, &mut database, run)?;
    let resources: usize = fetched.iter().map(Fetched::row_count).sum();
    run.resources(resources);
    for Fetched { provider, tables, .. } in &fetched {
        if let Err(error) = tables {
            run.provider_failed(*provider, error);
        }
    }
    match fetched.iter().filter(|fetched| fetched.tables.is_err()).count() {
        0 => {
            Ok(format!("{} from {}", counted(resources as u64, "resource"), counted(fetched.len() as u64, "provider")))
        }
        failed => Err(JobError::Providers { failed, asked: fetched.len() }),
    }
}
