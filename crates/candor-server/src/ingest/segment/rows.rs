//! From decoded items to rows: identity, scrubbing, and what the project takes.

use crate::ingest::privacy;
use crate::ingest::protocol::Item;
use crate::ingest::scrubber::Scrubber;
use crate::ingest::take::{MALFORMED_ACTIVE, take};
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{AppendItem, AttributeColumns, Fact, ItemOutcome, message_id_hash};
use candor_wire::{DurationBucket, Kind, Record, segment};

impl Item for segment::Item {
    fn append(
        self,
        project: &Ingesting,
        scrubber: &mut Scrubber,
        tally: &mut Tally,
    ) -> Result<AppendItem, &'static str> {
        let id = message_id_hash(&project.name, &self.message_id);
        // What counts people says nothing by which one could be told from another, whatever the client adds to it.
        let counts_people = self.record.kind == Kind::Active;
        let installation =
            privacy::installation(&project.secret, self.anonymous_id.as_deref(), self.user_id.as_deref())
                .filter(|_| !counts_people);
        let sdk = self.sdk.filter(|_| !counts_people);
        let (sdk, sdk_version) = sdk.map_or((None, None), |sdk| scrubber.sdk(&sdk, privacy::versioned));
        let fact = |(record, columns): (Record, AttributeColumns)| Fact {
            installation,
            database: privacy::database(&project.secret, record.environment.database.as_deref()),
            sdk: sdk.clone(),
            sdk_version: sdk_version.clone(),
            columns,
            ..Fact::new(record)
        };
        // The project takes or refuses a sum's durations as it would take or refuse one.
        let record =
            Record { duration: self.record.duration.or(self.durations.first().map(|pair| pair.0)), ..self.record };
        let first = fact(take(record, project, scrubber, tally)?);
        let mut facts = Vec::with_capacity(self.durations.len().max(1) + self.parts.len());
        spread(first, self.durations, &mut facts);
        for part in self.parts {
            if counts_people {
                tally.add(ItemOutcome::Dropped, format!("part:{MALFORMED_ACTIVE}"), 1);
                continue;
            }
            match take(part, project, scrubber, tally) {
                Ok(taken) => facts.push(fact(taken)),
                // The item goes on without it; a colon sets what was left out of an item apart from whole items.
                Err(reason) => tally.add(ItemOutcome::Dropped, format!("part:{reason}"), 1),
            }
        }
        Ok(AppendItem { id, facts })
    }
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
