//! Checking the policies.

use inventory_store::{
    counted,
    database::{Database, Location},
    policy::{Policy, evaluate},
};

use super::JobError;
use crate::{history, telemetry::CheckRun};

/// Checks every rule, keeps what was found, and says how many are violated.
///
/// # Errors
/// [`JobError::Database`], or [`JobError::Rule`] for the first rule whose SQL fails: then what was found before stays.
pub(super) fn check(location: &Location, policy: &Policy, run: &mut CheckRun<'_>) -> Result<String, JobError> {
    let mut reading = Database::open_for_reading(location)?;
    let findings = policy.rules.iter().map(|rule| evaluate(&mut reading, rule)).collect::<Result<Vec<_>, _>>()?;
    run.found(findings.len(), findings.iter().map(|finding| finding.violations).sum());
    history::note_findings(&mut Database::create_or_open(location)?, &findings)?;
    let violated = findings.iter().filter(|finding| finding.violations > 0).count();
    Ok(format!("{} checked, {violated} violated", counted(findings.len() as u64, "rule")))
}
