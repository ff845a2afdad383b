//! What a project takes of a record.

use super::privacy;
use super::scrubber::Scrubber;
use crate::outcomes::Tally;
use crate::project::{Ingesting, Rule};
use candor_manifest::{DroppedProperty, Enforced};
use candor_store::{AttributeColumns, ItemOutcome};
use candor_wire::sentry::CrashReport;
use candor_wire::{Kind, Record, active};

/// What a project that takes nothing says of an item.
const NO_MANIFEST: &str = "no_manifest";
/// Of what should count people and does not have the shape of that.
pub(super) const MALFORMED_ACTIVE: &str = "malformed_active";

/// The record as the project takes it, with the attributes that get columns; or why it does not.
pub(super) fn take(
    record: Record,
    project: &Ingesting,
    scrubber: &mut Scrubber,
    tally: &mut Tally,
) -> Result<(Record, AttributeColumns), &'static str> {
    match &*project.rule {
        Rule::Nothing => Err(NO_MANIFEST),
        // What is left after this has only declared names and shapes: there is no text to scrub.
        Rule::Declared(manifest) => match manifest.enforce(record) {
            Enforced::Kept { record, dropped } => {
                dropped.iter().for_each(|property| count_property(property, tally));
                Ok((record, AttributeColumns::All))
            }
            Enforced::Refused(refusal) => Err(refusal.code()),
        },
        Rule::Open(columns) => {
            let record = if record.kind == Kind::Active { hold_active(record, tally)? } else { record };
            Ok((privacy::scrub_record(scrubber, record), columns.clone()))
        }
    }
}

/// What counts people has its exact shape in every project, with a manifest or without one.
fn hold_active(mut record: Record, tally: &mut Tally) -> Result<Record, &'static str> {
    let dropped = active::hold(&mut record).ok_or(MALFORMED_ACTIVE)?;
    // The names are those that somebody made up.
    if !dropped.is_empty() {
        tally.add(ItemOutcome::Dropped, "undeclared_property:other", dropped.len() as u64);
    }
    Ok(record)
}

/// The report of a record that was taken, as it is kept: held to the manifest, and every text scrubbed.
pub(super) fn take_report(
    report: CrashReport,
    record: &Record,
    project: &Ingesting,
    scrubber: &mut Scrubber,
) -> CrashReport {
    let report = match &*project.rule {
        Rule::Declared(manifest) => manifest.enforce_report(report, record),
        Rule::Open(_) | Rule::Nothing => report,
    };
    privacy::scrub_report(scrubber, report, record)
}

fn count_property(property: &DroppedProperty, tally: &mut Tally) {
    tally.add(ItemOutcome::Dropped, format!("{}:{}", property.reason.code(), property.name), 1);
}
