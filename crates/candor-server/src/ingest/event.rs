//! From an event of a foreign client to its row: identity, scrubbing, and what the project takes.

use super::privacy;
use super::protocol::Item;
use super::scrubber::Scrubber;
use super::take::{take, take_report};
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{AppendItem, Crash, Fact, message_id_hash};
use candor_wire::Event;
use candor_wire::sentry::encode_event;

impl Item for Event {
    fn append(
        self,
        project: &Ingesting,
        scrubber: &mut Scrubber,
        tally: &mut Tally,
    ) -> Result<AppendItem, &'static str> {
        let id = message_id_hash(&project.name, &self.message_id);
        let installation = privacy::installation(&project.secret, None, self.user_id.as_deref());
        let (sdk, sdk_version) = self.sdk.map_or((None, None), |sdk| privacy::versioned(scrubber, sdk));
        let (record, columns) = take(self.record, project, scrubber, tally)?;
        let database = privacy::database(&project.secret, record.environment.database.as_deref());
        let crash = self.report.map(|report| {
            let report = take_report(*report, &record, project, scrubber);
            Box::new(Crash { report: encode_event(&report), event_id: report.event_id })
        });
        let fact = Fact { installation, database, sdk, sdk_version, columns, crash, ..Fact::new(record) };
        Ok(AppendItem { id, facts: vec![fact] })
    }
}
