//! What items say, completed by what their batch says, becomes records.

use super::{
    Decoded, Endpoint,
    context::{Candor, Contexts, Settled},
    endpoint::ItemType,
    envelope::Envelope,
    own,
    raw_item::RawItem,
};
use crate::{
    Attribute, DurationBucket, Environment, Kind, Record, Shared, Timestamp,
    decode::{
        Claim, DecodeError, Dropped, Limits,
        clock::Clocks,
        content_id::{Content, ContentIds},
    },
    segment::{Item, words},
};

/// What is the same for every item of a body.
struct Batch<'l> {
    endpoint: Endpoint,
    sent_at: Claim,
    received: Timestamp,
    limits: &'l Limits,
}

pub(super) fn finish(
    envelope: Envelope<'_>,
    endpoint: Endpoint,
    received: Timestamp,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let Envelope { mut write_key, sent_at, context, items: raw_items } = envelope;
    let batch = Batch { endpoint, sent_at, received, limits };
    let mut contexts = Contexts::in_batch(context);
    let mut ids = ContentIds::default();
    let mut items = Vec::with_capacity(raw_items.list.len());
    let mut records = raw_items.list.len();
    for (place, raw) in raw_items.list.into_iter().enumerate() {
        let item = raw.and_then(|mut raw| {
            write_key = write_key.take().or(raw.write_key.take());
            let context = contexts.next(std::mem::take(&mut raw.context));
            batch.item(raw, context, place, &mut ids)
        });
        records += item.as_ref().map_or(0, |item| item.parts.len() + item.durations.len());
        if records > limits.max_records {
            return Err(DecodeError::TooManyItems { limit: limits.max_records });
        }
        items.push(item);
    }
    Ok(Decoded { write_key, items })
}

impl Batch<'_> {
    fn item(
        &self,
        mut raw: RawItem<'_>,
        context: &Settled,
        place: usize,
        ids: &mut ContentIds,
    ) -> Result<Item, Dropped> {
        if let Some(fault) = raw.attributes.fault {
            return Err(fault);
        }
        let item_type = match (self.endpoint.item_type(), raw.item_type) {
            (Some(item_type), _) => item_type,
            (None, said) => said.ok_or(Dropped::MissingType)??,
        };
        let name = match item_type.record_name() {
            Some(name) => name.to_owned(),
            None => raw.event.take().ok_or(Dropped::MissingEvent)?,
        };
        if name.len() > self.limits.max_name_bytes {
            return Err(Dropped::NameTooLong);
        }
        let clocks = Clocks {
            timestamp: raw.timestamp,
            original_timestamp: raw.original_timestamp,
            sent_at: raw.sent_at.or(self.sent_at),
            received: self.received,
        };
        let time = clocks.happened(self.limits)?;
        if matches!(item_type, ItemType::Page | ItemType::Screen) {
            for (name, value) in [("name", raw.name.take()), ("category", raw.category.take())] {
                if let Some(value) = value {
                    raw.attributes.add(name, value);
                }
            }
        }
        let message_id = raw.message_id.take().unwrap_or_else(|| {
            let content = Content {
                user_id: raw.user_id.as_deref(),
                anonymous_id: raw.anonymous_id.as_deref(),
                event: &name,
                time: clocks.claimed().ok_or((self.received, place)),
                attributes: &raw.attributes.list,
            };
            ids.id(&content)
        });
        let is_own = context.candor.format.is_some() && item_type == ItemType::Track;
        let environment = if is_own { &context.own } else { &context.foreign }.clone();
        let made = Made { name, time, environment, attributes: raw.attributes.list };
        let Told { record, parts, durations } = match is_own {
            true => made.by_candor(&context.candor, self.limits)?,
            false => Told { record: made.by_another(), parts: Vec::new(), durations: Vec::new() },
        };
        let anonymous_id = raw.anonymous_id.filter(|id| id != words::ANONYMOUS);
        let sdk = context.sdk.clone();
        Ok(Item { message_id, anonymous_id, user_id: raw.user_id, sdk, record, parts, durations })
    }
}

/// What an item says of its record, whoever made it.
struct Made {
    name: String,
    time: Timestamp,
    environment: Shared<Environment>,
    attributes: Vec<Attribute>,
}

/// What an item tells of what happened.
struct Told {
    record: Record,
    parts: Vec<Record>,
    durations: Vec<(DurationBucket, u64)>,
}

impl Made {
    /// A foreign event: every property is just a property.
    fn by_another(self) -> Record {
        let mut record = Record::new(Kind::Track, self.name, self.time);
        record.environment = self.environment;
        record.attributes = self.attributes;
        record
    }

    /// An item of Candor's own SDK.
    fn by_candor(self, candor: &Candor, limits: &Limits) -> Result<Told, Dropped> {
        if candor.format != Some(words::FORMAT) {
            return Err(Dropped::UnknownFormat);
        }
        let kind = candor.kind.as_deref().and_then(Kind::from_name).ok_or(Dropped::UnknownKind)?;
        let mut record = Record::new(kind, self.name, self.time);
        record.environment = self.environment;
        let words = own::take_words(&mut record, self.attributes, limits)?;
        // A part that travels alone names its operation, and is no operation itself.
        let is_stray =
            kind == Kind::Part && (record.parent.as_deref().unwrap_or_default().is_empty() || words.parts.is_some());
        if words.name.is_some() || is_stray {
            return Err(Dropped::MalformedWord);
        }
        let entries = words.parts.map_or(Ok(Vec::new()), |json| own::read_parts(&json, limits))?;
        let parts = entries.into_iter().map(|attributes| part_of(&record, attributes, limits));
        let parts = parts.collect::<Result<_, _>>()?;
        Ok(Told { record, parts, durations: words.durations })
    }
}

fn part_of(whole: &Record, attributes: Vec<Attribute>, limits: &Limits) -> Result<Record, Dropped> {
    let mut part = Record::new(Kind::Part, String::new(), whole.time);
    let words = own::take_words(&mut part, attributes, limits)?;
    let name = words.name.filter(|name| !name.is_empty());
    if words.parts.is_some() || !words.durations.is_empty() || part.parent.is_some() {
        return Err(Dropped::MalformedWord);
    }
    part.name = name.ok_or(Dropped::MalformedWord)?;
    if part.name.len() > limits.max_name_bytes {
        return Err(Dropped::NameTooLong);
    }
    part.parent = Some(whole.name.clone());
    part.environment = whole.environment.clone();
    Ok(part)
}
