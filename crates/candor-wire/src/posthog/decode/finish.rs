//! What events say, completed by what their batch and their request say, becomes records.

use super::{Decoded, body::Body, exception::Seen, raw_event::RawEvent};
use crate::{
    Attribute, Environment, Event, Kind, Record, Timestamp,
    decode::{
        Claim, Dropped, Limits,
        clock::Clocks,
        content_id::{Content, ContentIds},
        runtime_of,
        stack::{cut, kind_of},
        usual_os_name,
    },
    posthog::{Endpoint, Head},
    segment::Sdk,
};

/// What tells of an exception.
const EXCEPTION: &str = "$exception";
/// What makes one id of two; its property `alias` is one of them.
const CREATE_ALIAS: &str = "$create_alias";
/// What tells of a group; its `distinct_id` is one for the occasion.
const GROUP_IDENTIFY: &str = "$groupidentify";
/// What a body of `/engage/` is, which has no event.
const IDENTIFY: &str = "$identify";

/// What is the same for every event of a body.
struct Batch<'a> {
    head: &'a Head,
    sent_at: Claim,
    received: Timestamp,
    limits: &'a Limits,
}

pub(super) fn finish(body: Body<'_>, head: &Head, received: Timestamp, limits: &Limits) -> Decoded {
    let Body { mut key, sent_at, events } = body;
    let batch = Batch { head, sent_at: sent_at.or(head.sent_at), received, limits };
    let mut ids = ContentIds::default();
    let mut uuids = Vec::new();
    let mut items = Vec::with_capacity(events.len());
    for (place, mut event) in events.into_iter().enumerate() {
        if let Ok(raw) = &mut event {
            key = key.take().or(raw.take_key());
        }
        if head.endpoint == Endpoint::V1 {
            let uuid = event.as_ref().ok().and_then(|raw| raw.uuid.clone());
            uuids.push(uuid.filter(|uuid| uuid.len() <= limits.max_name_bytes));
        }
        items.push(event.and_then(|raw| batch.event(raw, place, &mut ids)));
    }
    Decoded { api_key: key, items, uuids }
}

impl Batch<'_> {
    fn event(&self, mut raw: RawEvent<'_>, place: usize, ids: &mut ContentIds) -> Result<Event, Dropped> {
        let name = match (raw.event.take(), self.head.endpoint) {
            (Some(name), _) => name,
            (None, Endpoint::Engage) => IDENTIFY.to_owned(),
            (None, _) => return Err(Dropped::MissingEvent),
        };
        let is_exception = name == EXCEPTION;
        // What somebody added to an exception must not cost the exception; what is too much of it was not read.
        let fault = raw.properties.attributes.fault.filter(|_| !is_exception);
        if let Some(fault) = fault.or((name.len() > self.limits.max_name_bytes).then_some(Dropped::NameTooLong)) {
            return Err(fault);
        }
        let clocks = self.clocks(&raw);
        let time = clocks.happened(self.limits)?;
        let mut attributes = std::mem::take(&mut raw.properties.attributes.list);
        if name == CREATE_ALIAS {
            attributes.retain(|attribute: &Attribute| attribute.name != "alias");
        }
        let user_id = raw.distinct_id.take().or(raw.properties.distinct_id.take());
        let message_id = raw.uuid.take().or(raw.message_id.take()).unwrap_or_else(|| {
            ids.id(&Content {
                user_id: user_id.as_deref(),
                anonymous_id: None,
                event: &name,
                time: raw.timestamp.and_then(Result::ok).ok_or((self.received, place)),
                attributes: &attributes,
            })
        });
        // Clients make up a new id for each of these: taken for installations, they would be too many.
        let made_up = raw.properties.personless || raw.options.personless || name == GROUP_IDENTIFY;
        let user_id = user_id.filter(|_| !made_up);
        let sdk = self.sdk(&mut raw);
        let environment = environment(&mut raw).into();
        let record = Record { attributes, environment, ..Record::new(Kind::Track, name, time) };
        if !is_exception {
            return Ok(Event { message_id, user_id, sdk, record, report: None });
        }
        let seen = Seen { message_id: &message_id, time, environment: &record.environment, sdk: sdk.as_ref() };
        let report = raw.properties.exception.into_report(&seen);
        let class = report.exceptions.last().map(|exception| exception.class.clone()).unwrap_or_default();
        let class = cut(class, self.limits.max_name_bytes);
        let kind = kind_of(report.level, &report.exceptions);
        let record = Record { kind, name: class.clone(), error_class: Some(class), ..record };
        Ok(Event { message_id, user_id, sdk, record, report: Some(Box::new(report)) })
    }

    fn clocks(&self, raw: &RawEvent<'_>) -> Clocks {
        let since = |ms: i64| Timestamp::from_micros(self.received.micros().saturating_sub(ms.saturating_mul(1000)));
        let trusted = raw.offset_ms.is_some() || raw.properties.ignore_sent_at || raw.options.disable_skew_correction;
        Clocks {
            timestamp: raw.offset_ms.map(|ms| Ok(since(ms))).or(raw.timestamp),
            original_timestamp: None,
            sent_at: raw.sent_at.or(self.sent_at).filter(|_| !trusted),
            received: self.received,
        }
    }

    fn sdk(&self, raw: &mut RawEvent<'_>) -> Option<Sdk> {
        let named = |name: Option<String>, version: Option<String>| name.map(|name| Sdk { name, version });
        let properties = &mut raw.properties;
        named(properties.lib.take(), properties.lib_version.take())
            .or_else(|| named(raw.library.take(), raw.library_version.take()))
            .or_else(|| self.head.sdk.clone())
    }
}

fn environment(raw: &mut RawEvent<'_>) -> Environment {
    let environment = std::mem::take(&mut raw.properties.environment);
    let runtime = runtime_of(raw.properties.runtime_name.take(), raw.properties.runtime_version.take());
    Environment { runtime, os: environment.os.map(usual_os_name), ..environment }
}
