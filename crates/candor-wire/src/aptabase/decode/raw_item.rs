//! What one item says.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use crate::{
    Environment,
    decode::{
        Claim, Limits,
        attributes::Attributes,
        items::Blank,
        object::{Into, Members, skip},
        scalar::{Scalar, name_of, truth_of},
    },
};

/// The members of an item. Those not listed are skipped.
pub(super) struct RawItem<'l> {
    pub(super) event_name: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) timestamp: Claim,
    pub(super) system: System<'l>,
    pub(super) attributes: Attributes<'l>,
}

/// `systemProps`. Those not listed (`locale`, `deviceModel`, …) say more of a person than of the tool.
pub(super) struct System<'l> {
    /// Version, system and its version.
    pub(super) environment: Environment,
    pub(super) engine_name: Option<String>,
    pub(super) engine_version: Option<String>,
    pub(super) sdk_version: Option<String>,
    pub(super) is_debug: bool,
    limits: &'l Limits,
}

impl<'l> Blank<'l> for RawItem<'l> {
    fn blank(limits: &'l Limits) -> Self {
        let system = System {
            environment: Environment::default(),
            engine_name: None,
            engine_version: None,
            sdk_version: None,
            is_debug: false,
            limits,
        };
        Self { event_name: None, session_id: None, timestamp: None, system, attributes: Attributes::new(limits) }
    }
}

impl<'de> Members<'de> for RawItem<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "eventName" => self.event_name = name_of(object)?,
            "sessionId" => self.session_id = name_of(object)?,
            "timestamp" => self.timestamp = object.next_value::<Scalar<'_>>()?.as_timestamp_in_utc(),
            "systemProps" => drop(object.next_value_seed(Into(&mut self.system))?),
            "props" => drop(object.next_value_seed(Into(&mut self.attributes))?),
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for System<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        let slot = match &*name {
            "appVersion" => &mut self.environment.version,
            "osName" => &mut self.environment.os,
            "osVersion" => &mut self.environment.os_version,
            "engineName" => &mut self.engine_name,
            "engineVersion" => &mut self.engine_version,
            "sdkVersion" => &mut self.sdk_version,
            "isDebug" => {
                self.is_debug = truth_of(object)? == Some(true);
                return Ok(());
            }
            _ => return skip(object),
        };
        // One that is too long to be a name or a version is taken as not given.
        *slot = name_of(object)?.filter(|name| name.len() <= self.limits.max_name_bytes);
        Ok(())
    }
}
