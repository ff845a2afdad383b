//! From decoded events to rows: identity, scrubbing, and what the project takes.

use crate::ingest::privacy;
use crate::ingest::scrubber::Scrubber;
use crate::ingest::take::{take, take_report};
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{Append, AppendItem, Crash, Fact, ItemOutcome, message_id_hash};
use candor_wire::Timestamp;
use candor_wire::sentry::{Decoded, Item, encode_event};
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

/// The row of one event; `None` when the project does not take it.
fn item_rows(item: Item, project: &Ingesting, scrubber: &mut Scrubber, tally: &mut Tally) -> Option<AppendItem> {
    let id = message_id_hash(&project.name, &item.message_id);
    let installation = privacy::installation(&project.secret, None, item.user_id.as_deref());
    let (sdk, sdk_version) = privacy::sdk(scrubber, item.sdk);
    let (record, columns) = match take(item.record, project, scrubber, tally) {
        Ok(taken) => taken,
        Err(reason) => {
            tally.add(ItemOutcome::Dropped, reason, 1);
            return None;
        }
    };
    let database = privacy::database(&project.secret, record.environment.database.as_deref());
    let crash = item.report.map(|report| {
        let report = take_report(*report, &record, project, scrubber);
        Box::new(Crash { report: encode_event(&report), event_id: report.event_id })
    });
    let fact = Fact { installation, database, sdk, sdk_version, columns, crash, ..Fact::new(record) };
    Some(AppendItem { id, facts: vec![fact] })
}
