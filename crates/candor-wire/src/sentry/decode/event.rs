//! What an event says of itself. Everything else in it (`extra`, `breadcrumbs`, `modules`, `server_name`, `request`, …) is
//! skipped and never leaves the body.

use std::borrow::Cow;

use serde_core::de::MapAccess;
use serde_json::value::RawValue;

use super::contexts::{Contexts, Tags};
use crate::{
    Timestamp,
    decode::{
        Claim, Limits,
        limits::{MAX_EXCEPTIONS, MAX_THREADS},
        list::{LastOf, ListIn},
        object::{Into, Members, skip},
        read_object,
        scalar::{Scalar, name_of},
        stack::{Frames, Images, RawException, RawThread},
    },
};

/// The members of an event.
pub(super) struct RawEvent<'l> {
    pub(super) event_id: Option<String>,
    pub(super) timestamp: Claim,
    pub(super) level: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) message: Option<String>,
    pub(super) transaction: Option<String>,
    pub(super) release: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) sdk_name: Option<String>,
    pub(super) sdk_version: Option<String>,
    pub(super) contexts: Contexts,
    pub(super) tags: Tags<'l>,
    pub(super) exceptions: LastOf<RawException, MAX_EXCEPTIONS>,
    pub(super) threads: LastOf<RawThread, MAX_THREADS>,
    /// A stack that belongs to neither, from old clients.
    pub(super) frames: Frames,
    pub(super) images: Images,
    pub(super) limits: &'l Limits,
}

impl<'l> RawEvent<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            event_id: None,
            timestamp: None,
            level: None,
            platform: None,
            message: None,
            transaction: None,
            release: None,
            user_id: None,
            sdk_name: None,
            sdk_version: None,
            contexts: Contexts::default(),
            tags: Tags::new(limits),
            exceptions: LastOf::default(),
            threads: LastOf::default(),
            frames: Frames::default(),
            images: Images::default(),
            limits,
        }
    }
}

impl<'de> Members<'de> for RawEvent<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "event_id" => self.event_id = name_of(object)?,
            "timestamp" => self.timestamp = claim(&object.next_value()?),
            "level" => self.level = name_of(object)?,
            "platform" => self.platform = name_of(object)?,
            "message" | "logentry" => {
                let message = read_message(object.next_value::<&RawValue>()?.get());
                self.message = message.or(self.message.take());
            }
            "transaction" => self.transaction = name_of(object)?,
            "release" => self.release = name_of(object)?,
            "user" => [self.user_id] = texts(object, ["id"])?,
            "sdk" => [self.sdk_name, self.sdk_version] = texts(object, ["name", "version"])?,
            "contexts" => drop(object.next_value_seed(Into(&mut self.contexts))?),
            "tags" => drop(object.next_value_seed(Into(&mut self.tags))?),
            "exception" => object.next_value_seed(ListIn("values", &mut self.exceptions))?,
            "threads" => object.next_value_seed(ListIn("values", &mut self.threads))?,
            "stacktrace" => object.next_value_seed(ListIn("frames", &mut self.frames))?,
            "debug_meta" => object.next_value_seed(ListIn("images", &mut self.images))?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

/// A text, or an object with the message as it was put together, or as it was before.
fn read_message(json: &str) -> Option<String> {
    if json.starts_with('"') {
        return serde_json::from_str(json).ok().filter(|text: &String| !text.is_empty());
    }
    let mut texts = Texts { names: ["formatted", "message"], values: [None, None] };
    let is_object = read_object(json, &mut texts).is_ok();
    let [formatted, message] = texts.values;
    formatted.or(message).filter(|_| is_object)
}

/// Members that are texts, in the order of `names`.
struct Texts<const N: usize> {
    names: [&'static str; N],
    values: [Option<String>; N],
}

fn texts<'de, A: MapAccess<'de>, const N: usize>(
    object: &mut A,
    names: [&'static str; N],
) -> Result<[Option<String>; N], A::Error> {
    let mut texts = Texts { names, values: [const { None }; N] };
    object.next_value_seed(Into(&mut texts))?;
    Ok(texts.values)
}

impl<'de, const N: usize> Members<'de> for Texts<N> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match self.names.iter().position(|known| *known == name) {
            Some(position) => self.values[position] = name_of(object)?,
            None => skip(object)?,
        }
        Ok(())
    }
}

/// Seconds since 1970 as a number, or RFC 3339, where a missing zone means UTC.
pub(super) fn claim(value: &Scalar<'_>) -> Claim {
    match value {
        Scalar::Integer(seconds) => Some(Ok(Timestamp::from_micros(seconds.saturating_mul(1_000_000)))),
        // `as` saturates, and a number that is none is a time that is too old.
        Scalar::Fraction(seconds) => Some(Ok(Timestamp::from_micros((seconds * 1e6).round() as i64))),
        other => other.as_timestamp_in_utc(),
    }
}
