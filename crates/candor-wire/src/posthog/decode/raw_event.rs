//! What one event says, before it is known what its batch adds.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::properties::Properties;
use crate::decode::{
    Claim, Limits,
    items::Blank,
    object::{Into, Members, skip},
    scalar::{Scalar, name_of, truth_of},
    stack::Room,
};

/// The members of an event. Those not listed (`$set`, `$set_once`, `session_id`, `window_id`, …) are skipped.
pub(super) struct RawEvent<'l> {
    pub(super) event: Option<String>,
    pub(super) uuid: Option<String>,
    /// What older clients have in place of a `uuid`.
    pub(super) message_id: Option<String>,
    pub(super) distinct_id: Option<String>,
    pub(super) timestamp: Claim,
    /// Milliseconds from the event to the sending of it, of clients that trust no clock.
    pub(super) offset_ms: Option<i64>,
    pub(super) sent_at: Claim,
    pub(super) library: Option<String>,
    pub(super) library_version: Option<String>,
    pub(super) options: Options,
    pub(super) properties: Properties<'l>,
    key: Option<String>,
}

/// `options` of V1.
#[derive(Default)]
pub(super) struct Options {
    /// The event's time is right, whatever the request says.
    pub(super) disable_skew_correction: bool,
    /// `process_person_profile` is false: the tool wants nobody to be recognised by this event.
    pub(super) personless: bool,
}

impl RawEvent<'_> {
    pub(super) fn take_key(&mut self) -> Option<String> {
        self.key.take().or(self.properties.key.take())
    }
}

impl<'l> Blank<'l> for RawEvent<'l> {
    fn blank(limits: &'l Limits) -> Self {
        Self {
            event: None,
            uuid: None,
            message_id: None,
            distinct_id: None,
            timestamp: None,
            offset_ms: None,
            sent_at: None,
            library: None,
            library_version: None,
            options: Options::default(),
            properties: Properties::new(limits),
            key: None,
        }
    }

    fn complete(&mut self, room: &mut Room) {
        self.properties.exception.complete(room);
    }
}

impl<'de> Members<'de> for RawEvent<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "event" => self.event = name_of(object)?,
            "uuid" => self.uuid = name_of(object)?,
            "messageId" | "message_id" => self.message_id = name_of(object)?,
            "distinct_id" | "$distinct_id" => self.distinct_id = name_of(object)?,
            "timestamp" => self.timestamp = claim_of(object)?,
            "sent_at" => self.sent_at = claim_of(object)?,
            "offset" => {
                self.offset_ms = match object.next_value()? {
                    Scalar::Integer(ms) => Some(ms),
                    _ => None,
                }
            }
            "api_key" | "token" | "$token" => self.key = name_of(object)?,
            "library" => self.library = name_of(object)?,
            "library_version" => self.library_version = name_of(object)?,
            "options" => drop(object.next_value_seed(Into(&mut self.options))?),
            "properties" => drop(object.next_value_seed(Into(&mut self.properties))?),
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Options {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "disable_skew_correction" => self.disable_skew_correction = truth_of(object)? == Some(true),
            "process_person_profile" => self.personless = truth_of(object)? == Some(false),
            _ => skip(object)?,
        }
        Ok(())
    }
}

fn claim_of<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Claim, A::Error> {
    object.next_value::<Scalar<'_>>().map(|value| value.as_timestamp_in_utc())
}
