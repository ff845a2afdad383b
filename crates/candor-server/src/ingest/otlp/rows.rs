//! From decoded items to rows: identity, scrubbing, and what the project takes.

use crate::ingest::privacy;
use crate::ingest::scrubber::Scrubber;
use crate::ingest::take::{take, take_report};
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{AppendItem, Crash, Fact, message_id_hash};
use candor_wire::otlp::Item;
use candor_wire::sentry::encode_event;

/// The row of one item; or why the project does not take it.
pub(super) fn append(
    item: Item,
    project: &Ingesting,
    scrubber: &mut Scrubber,
    tally: &mut Tally,
) -> Result<AppendItem, &'static str> {
    let id = message_id_hash(&project.name, &item.message_id);
    let installation = privacy::installation(&project.secret, item.instance_id.as_deref(), None);
    let (sdk, sdk_version) = privacy::sdk(scrubber, item.sdk);
    let (record, columns) = take(item.record, project, scrubber, tally)?;
    let crash = item.report.map(|report| {
        let report = take_report(*report, &record, project, scrubber);
        Box::new(Crash { report: encode_event(&report), event_id: report.event_id })
    });
    let fact = Fact { installation, sdk, sdk_version, columns, crash, ..Fact::new(record) };
    Ok(AppendItem { id, facts: vec![fact] })
}
