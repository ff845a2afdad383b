//! From decoded items to rows: identity, scrubbing, and what the project takes.

use crate::ingest::privacy;
use crate::ingest::scrubber::Scrubber;
use crate::ingest::take::take;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{Append, AppendItem, AttributeColumns, Fact, ItemOutcome, message_id_hash};
use candor_wire::segment::{Decoded, Item};
use candor_wire::{DurationBucket, Record, Timestamp};
use std::sync::Arc;

/// The rows of a request, and what became of the items that have none.
pub(super) fn rows(decoded: Decoded, project: &Ingesting, received: Timestamp) -> (Append, Tally) {
    let mut tally = Tally::default();
    let mut items = Vec::with_capacity(decoded.items.len());
    project.scrubbers.lend(|scrubber| {
        for item in decoded.items {
            match item {
                Ok(item) => items.extend(item_rows(item, project, scrubber, &mut tally)),
                Err(dropped) => tally.add(ItemOutcome::Dropped, dropped.code(), 1),
            }
        }
    });
    (Append { project: Arc::clone(&project.name), received, items }, tally)
}

/// The rows of one item, which are counted together or not at all; `None` when the project does not take it.
fn item_rows(item: Item, project: &Ingesting, scrubber: &mut Scrubber, tally: &mut Tally) -> Option<AppendItem> {
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
    let first = match take(record, project, scrubber, tally) {
        Ok(taken) => fact(taken),
        Err(reason) => {
            tally.add(ItemOutcome::Dropped, reason, 1);
            return None;
        }
    };
    let mut facts = Vec::with_capacity(item.durations.len().max(1) + item.parts.len());
    spread(first, item.durations, &mut facts);
    for part in item.parts {
        match take(part, project, scrubber, tally) {
            Ok(taken) => facts.push(fact(taken)),
            // The item goes on without it; a colon sets what was left out of an item apart from whole items.
            Err(reason) => tally.add(ItemOutcome::Dropped, format!("part:{reason}"), 1),
        }
    }
    Some(AppendItem { id, facts })
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
