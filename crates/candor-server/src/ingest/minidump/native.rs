//! A crash with its minidump, from an envelope or an upload.

use crate::ingest::protocol::{Beside, Item};
use crate::ingest::scrubber::Scrubber;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::AppendItem;
use candor_wire::sentry::minidump::{Attached, ContentId, Fields, MinidumpHead};
use candor_wire::sentry::native_crash;
use candor_wire::{Attribute, Dropped, Event, Limits, Timestamp, Value};
use std::io::Cursor;

/// What says how large a dump was. It is the collector's word, and no manifest declares it.
const MINIDUMP_BYTES: &str = "minidump_bytes";

/// An event of Sentry's protocol.
#[derive(Debug)]
pub(in crate::ingest) struct Native {
    pub(in crate::ingest) event: Event,
    /// Bytes of the dump that came with it.
    dump_bytes: Option<usize>,
    dump: Option<Vec<u8>>,
}

impl From<Event> for Native {
    fn from(event: Event) -> Self {
        Self { event, dump_bytes: None, dump: None }
    }
}

impl Native {
    /// A crash whose dump went to the disk, or nowhere.
    pub(super) fn uploaded(event: Event, dump_bytes: usize) -> Self {
        Self { event, dump_bytes: Some(dump_bytes), dump: None }
    }

    /// Gives a dump to its event among `items`; where that is not among them, makes a crash of the dump.
    pub(in crate::ingest) fn attached(
        attached: Attached,
        items: &mut [Result<Self, Dropped>],
        received: Timestamp,
        limits: &Limits,
    ) -> Option<Result<Self, Dropped>> {
        let Attached { event_id, has_event, bytes } = attached;
        let is_it = |native: &&mut Self| has_event && event_id.as_ref() == Some(&native.event.message_id);
        if let Some(native) = items.iter_mut().flatten().find(is_it) {
            native.dump_bytes = Some(bytes.len());
            native.dump = Some(bytes);
            return None;
        }
        let Some(head) = MinidumpHead::read(&mut Cursor::new(&bytes)) else { return Some(Err(Dropped::NotKept)) };
        let fields = Fields { event_id: event_id.unwrap_or_default(), ..Fields::default() };
        let crash = native_crash(&head, &fields, &ContentId::of(&bytes), received, limits);
        Some(crash.map(|event| Self { event, dump_bytes: Some(bytes.len()), dump: Some(bytes) }))
    }
}

impl Item for Native {
    fn beside(&mut self) -> Option<Beside> {
        self.dump.take().map(Beside::Minidump)
    }

    fn append(
        self,
        project: &Ingesting,
        scrubber: &mut Scrubber,
        tally: &mut Tally,
    ) -> Result<AppendItem, &'static str> {
        let mut append = self.event.append(project, scrubber, tally)?;
        if let (Some(bytes), Some(fact)) = (self.dump_bytes, append.facts.first_mut()) {
            let value = Value::Integer(i64::try_from(bytes).unwrap_or(i64::MAX));
            fact.record.attributes.retain(|attribute| attribute.name != MINIDUMP_BYTES);
            fact.record.attributes.push(Attribute { name: MINIDUMP_BYTES.to_owned(), value });
        }
        Ok(append)
    }
}
