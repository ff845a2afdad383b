//! What items say becomes records.

use super::{
    Decoded,
    raw_item::{RawItem, System},
};
use crate::{
    Attribute, Environment, Event, Kind, Record, Timestamp, Value,
    decode::{
        Dropped, Limits,
        clock::Clocks,
        content_id::{Content, ContentIds},
        items::Items,
        runtime_of, usual_os_name,
    },
    segment::Sdk,
};

/// The attribute that says that a build is for whoever makes the tool.
const IS_DEBUG: &str = "is_debug";

pub(super) fn finish(items: Items<'_, RawItem<'_>>, received: Timestamp, limits: &Limits) -> Decoded {
    let mut ids = ContentIds::default();
    let items = items.list.into_iter().enumerate();
    let items = items.map(|(place, raw)| raw.and_then(|raw| event(raw, (received, place), &mut ids, limits)));
    Decoded { items: items.collect() }
}

fn event(
    raw: RawItem<'_>,
    (received, place): (Timestamp, usize),
    ids: &mut ContentIds,
    limits: &Limits,
) -> Result<Event, Dropped> {
    let RawItem { event_name, session_id, timestamp, system, attributes } = raw;
    if let Some(fault) = attributes.fault {
        return Err(fault);
    }
    let name = event_name.ok_or(Dropped::MissingEvent)?;
    if name.len() > limits.max_name_bytes {
        return Err(Dropped::NameTooLong);
    }
    let time = Clocks { timestamp, original_timestamp: None, sent_at: None, received }.happened(limits)?;
    let message_id = ids.id(&Content {
        user_id: session_id.as_deref(),
        anonymous_id: None,
        event: &name,
        time: timestamp.and_then(Result::ok).ok_or((received, place)),
        attributes: &attributes.list,
    });
    let mut attributes = attributes.list;
    if system.is_debug && attributes.iter().all(|attribute| attribute.name != IS_DEBUG) {
        attributes.push(Attribute { name: IS_DEBUG.to_owned(), value: Value::Bool(true) });
    }
    let sdk = system.sdk_version.as_deref().map(sdk);
    let record = Record { attributes, environment: environment(system).into(), ..Record::new(Kind::Track, name, time) };
    Ok(Event { message_id, user_id: session_id, sdk, record, report: None })
}

/// `aptabase-js@0.4.1`, or a version alone.
fn sdk(text: &str) -> Sdk {
    match text.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => {
            Sdk { name: name.to_owned(), version: Some(version.to_owned()).filter(|version| !version.is_empty()) }
        }
        _ => Sdk { name: "aptabase".to_owned(), version: Some(text.to_owned()) },
    }
}

fn environment(system: System<'_>) -> Environment {
    let System { environment, engine_name, engine_version, .. } = system;
    Environment {
        runtime: runtime_of(engine_name, engine_version),
        os: environment.os.map(usual_os_name),
        ..environment
    }
}
