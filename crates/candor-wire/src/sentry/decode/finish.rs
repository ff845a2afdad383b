//! What an event says becomes a record and a crash report.

use super::RawEvent;
use crate::{
    Attribute, Environment, Event, Kind, Record, Timestamp, Value,
    decode::{
        Claim, Dropped,
        clock::Clocks,
        content_id::{hash_of, simple_id},
        stack::{Room, chain, cut, held_frames, held_images, kind_of, text},
        usual_os_name,
    },
    segment::Sdk,
    sentry::{CrashReport, Exception, Frame, Level, words},
};

/// What an event without an exception is called: somebody logged a text, which is no name.
const MESSAGE: &str = "$message";

/// What is the same for every event of a request.
pub(super) struct Finish<'a> {
    envelope_id: Option<&'a str>,
    sent_at: Claim,
    received: Timestamp,
    room: Room,
}

impl<'a> Finish<'a> {
    /// Of an envelope with this id that was sent and arrived then.
    pub(super) fn new(envelope_id: Option<&'a str>, sent_at: Claim, received: Timestamp) -> Self {
        Self { envelope_id, sent_at, received, room: Room::default() }
    }

    /// What the event says that `payload` spelled.
    pub(super) fn event(&mut self, mut event: RawEvent<'_>, payload: &[u8]) -> Result<Event, Dropped> {
        let limits = event.limits;
        let ids = [event.event_id.as_deref(), self.envelope_id];
        let message_id = ids.into_iter().flatten().find_map(simple_id).unwrap_or_else(|| hash_of(payload));
        let clocks = Clocks {
            timestamp: event.timestamp,
            original_timestamp: None,
            sent_at: self.sent_at,
            received: self.received,
        };
        let time = clocks.happened(limits)?;
        let level = event.level.as_deref().and_then(Level::from_name).unwrap_or(Level::Error);
        let sdk = event.sdk_name.take().map(|name| Sdk { name, version: event.sdk_version.take() });
        let user_id = event.user_id.take();
        let is_own = event.contexts.format.is_some();
        let (environment, mut attributes) = environment(&mut event)?;
        let transaction = event.transaction.take().map(text);
        let (exceptions, mut frames) = stack(&mut event);
        let mut images = held_images(std::mem::take(&mut event.images));
        self.room.hold(&mut frames, &mut images);
        let message = event.message.take().map(text);

        let class = exceptions.last().map(|exception| exception.class.as_str());
        let kind = kind_of(level, &exceptions);
        let name = cut(class.unwrap_or(MESSAGE).to_owned(), limits.max_name_bytes);
        let report = (kind != Kind::Track).then(|| {
            Box::new(CrashReport {
                event_id: message_id.clone(),
                time,
                level,
                platform: event.platform.take().unwrap_or_else(|| "other".to_owned()),
                message: message.clone(),
                exceptions,
                frames,
                images,
                environment: environment.clone(),
                transaction: transaction.clone(),
                release: event.release.take(),
                sdk: sdk.clone(),
            })
        });
        if report.is_none() {
            let said = |name: &str, value| Attribute { name: name.to_owned(), value: Value::Text(value) };
            attributes.retain(|attribute| !["message", "level"].contains(&attribute.name.as_str()));
            attributes.extend(message.map(|message| said("message", message)));
            attributes.push(said("level", level.as_str().to_owned()));
        }
        let record = Record {
            // Candor's SDK counts the errors that a tool handled by sums, and reports each place once: this is not one more.
            count: u64::from(!(is_own && kind == Kind::Error)),
            parent: transaction.map(|name| cut(name, limits.max_name_bytes)),
            error_class: report.is_some().then(|| name.clone()),
            environment: environment.into(),
            attributes,
            ..Record::new(kind, name, time)
        };
        Ok(Event { message_id, user_id, sdk, record, report })
    }
}

/// Where the event was made, and the tags that say something else.
fn environment(event: &mut RawEvent<'_>) -> Result<(Environment, Vec<Attribute>), Dropped> {
    let contexts = std::mem::take(&mut event.contexts);
    let tags = std::mem::replace(&mut event.tags, super::contexts::Tags::new(event.limits));
    let mut environment = Environment {
        // `inventory@1.4.0`; what has no package before it is a version.
        version: event.release.as_deref().map(|text| text.rsplit('@').next().unwrap_or_default().to_owned()),
        os: contexts.os,
        os_version: contexts.os_version,
        arch: contexts.arch,
        runtime: contexts.runtime,
        ..Environment::default()
    };
    match contexts.format {
        Some(words::FORMAT) => {
            tags.into_environment(&mut environment);
            Ok((environment, Vec::new()))
        }
        Some(_) => Err(Dropped::UnknownFormat),
        None => {
            environment.os = environment.os.map(usual_os_name);
            Ok((environment, tags.into_attributes()))
        }
    }
}

/// The exceptions, and the stack of the last one that has one, else of the thread that crashed or sent the event.
fn stack(event: &mut RawEvent<'_>) -> (Vec<Exception>, Vec<Frame>) {
    let (chain, mut frames) = chain(std::mem::take(&mut event.exceptions).into_vec());
    if frames.is_empty() {
        let mut threads = std::mem::take(&mut event.threads).into_vec();
        let found = threads.iter().position(|thread| thread.crashed);
        let found = found.or_else(|| threads.iter().position(|thread| thread.current));
        frames = found.map(|position| held_frames(threads.swap_remove(position).frames)).unwrap_or_default();
    }
    if frames.is_empty() {
        frames = held_frames(std::mem::take(&mut event.frames));
    }
    (chain, frames)
}
