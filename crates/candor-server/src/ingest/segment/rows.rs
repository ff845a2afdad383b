//! From decoded items to rows: identity, scrubbing, and what the project takes.

use crate::ingest::privacy;
use crate::ingest::scrubber::Scrubber;
use crate::ingest::take::take;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{AppendItem, AttributeColumns, Fact, ItemOutcome, message_id_hash};
use candor_wire::segment::Item;
use candor_wire::{DurationBucket, Record};

/// The rows of one item, which are counted together or not at all; or why the project does not take it.
pub(super) fn append(
    item: Item,
    project: &Ingesting,
    scrubber: &mut Scrubber,
    tally: &mut Tally,
) -> Result<AppendItem, &'static str> {
    let id = message_id_hash(&project.name, &item.message_id);
    let installation = privacy::installation(&project.secret, item.anonymous_id.as_deref(), item.user_id.as_deref());
    let (sdk, sdk_version) = privacy::sdk(scrubber, item.sdk);
    let fact = |(record, columns): (Record, AttributeColumns)| Fact {
        installation,
        database: privacy::database(&project.secret, record.environment.database.as_deref()),
        sdk: sdk.clone(),
        sdk_version: sdk_version.clone(),
        columns,
        ..Fact::new(record)
    };
    // The project takes or refuses a sum's durations as it would take or refuse one.
    let record = Record { duration: item.record.duration.or(item.durations.first().map(|pair| pair.0)), ..item.record };
    let first = fact(take(record, project, scrubber, tally)?);
    let mut facts = Vec::with_capacity(item.durations.len().max(1) + item.parts.len());
    spread(first, item.durations, &mut facts);
    for part in item.parts {
        match take(part, project, scrubber, tally) {
            Ok(taken) => facts.push(fact(taken)),
            // The item goes on without it; a colon sets what was left out of an item apart from whole items.
            Err(reason) => tally.add(ItemOutcome::Dropped, format!("part:{reason}"), 1),
        }
    }
    Ok(AppendItem { id, facts })
}

/// A sum becomes one row a bucket; what is no sum, or may not say how long it took, stays one row.
fn spread(whole: Fact, durations: Vec<(DurationBucket, u64)>, facts: &mut Vec<Fact>) {
    if durations.is_empty() || whole.record.duration.is_none() {
        facts.push(whole);
        return;
    }
    facts.extend(durations.into_iter().map(|(bucket, count)| {
        let mut row = whole.clone();
        row.record.duration = Some(bucket);
        row.record.count = count;
        row
    }));
}
