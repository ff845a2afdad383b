//! What an event says becomes a record and a crash report.

use sha2::{Digest, Sha256};

use super::{Item, RawEvent, stack::RawException};
use crate::{
    Attribute, Environment, Kind, Record, Timestamp, Value,
    decode::{Claim, Dropped, clock::Clocks, limits::MAX_TEXT_BYTES, usual_os_name},
    segment::Sdk,
    sentry::{CrashReport, Exception, Frame, Image, Level, words},
};

/// What an event without an exception is called: somebody logged a text, which is no name.
const MESSAGE: &str = "$message";

/// What is the same for every event of a request.
pub(super) struct Finish<'a> {
    pub(super) envelope_id: Option<&'a str>,
    pub(super) sent_at: Claim,
    pub(super) received: Timestamp,
}

impl Finish<'_> {
    /// The item of an event that `payload` spelled.
    pub(super) fn item(&self, mut event: RawEvent<'_>, payload: &[u8]) -> Result<Item, Dropped> {
        let limits = event.limits;
        let ids = [event.event_id.as_deref(), self.envelope_id];
        let message_id = ids.into_iter().flatten().find_map(simple_id).unwrap_or_else(|| content_id(payload));
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
        let transaction = event.transaction.take().map(|name| cut(name, MAX_TEXT_BYTES));
        let (exceptions, frames) = stack(&mut event);
        let message = event.message.take().map(|text| cut(text, MAX_TEXT_BYTES));

        let class = exceptions.last().map(|exception| exception.class.as_str());
        let unhandled = exceptions.iter().any(|exception| exception.handled == Some(false));
        let kind = match level {
            _ if unhandled => Kind::Crash,
            Level::Fatal => Kind::Crash,
            // A message for information is no error, whatever it is sent by.
            Level::Debug | Level::Info | Level::Warning if class.is_none() => Kind::Track,
            _ => Kind::Error,
        };
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
                images: std::mem::take(&mut event.images).into_vec().into_iter().map(held_image).collect(),
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
            environment,
            attributes,
            ..Record::new(kind, name, time)
        };
        Ok(Item { message_id, user_id, sdk, record, report })
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
    let exceptions = std::mem::take(&mut event.exceptions).into_vec();
    let mut frames = Vec::new();
    let mut chain = Vec::with_capacity(exceptions.len());
    for RawException { exception, frames: own } in exceptions {
        if !own.is_empty() {
            frames = own.into_vec();
        }
        let Exception { class, value, mechanism, handled } = exception;
        let (value, mechanism) = (value.map(text), mechanism.map(text));
        let class = if class.is_empty() { "unknown".to_owned() } else { text(class) };
        chain.push(Exception { class, value, mechanism, handled });
    }
    if frames.is_empty() {
        let mut threads = std::mem::take(&mut event.threads).into_vec();
        let found = threads.iter().position(|thread| thread.crashed);
        let found = found.or_else(|| threads.iter().position(|thread| thread.current));
        frames = found.map(|position| threads.swap_remove(position).frames.into_vec()).unwrap_or_default();
    }
    if frames.is_empty() {
        frames = std::mem::take(&mut event.frames).into_vec();
    }
    (chain, frames.into_iter().map(held_frame).collect())
}

fn held_frame(frame: Frame) -> Frame {
    let Frame { function, module, filename, .. } = frame;
    Frame { function: function.map(text), module: module.map(text), filename: filename.map(text), ..frame }
}

fn held_image(image: Image) -> Image {
    let Image { format, code_id, debug_id, code_file, .. } = image;
    let (format, code_id) = (text(format), code_id.map(text));
    Image { format, code_id, debug_id: debug_id.map(text), code_file: code_file.map(text), ..image }
}

fn text(text: String) -> String {
    cut(text, MAX_TEXT_BYTES)
}

/// The first bytes of a text, up to the end of a character.
fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
}

/// An event's id without hyphens, in lower case; `None` where it is no id.
pub(super) fn simple_id(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

/// 128 bits of SHA-256: the same for the same event.
fn content_id(payload: &[u8]) -> String {
    let hash = Sha256::digest(payload);
    let mut id = String::with_capacity(32);
    for byte in &hash[..16] {
        crate::json::plain(&mut id, format_args!("{byte:02x}"));
    }
    id
}
