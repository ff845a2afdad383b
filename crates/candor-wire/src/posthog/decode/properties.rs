//! `properties`: the tool's own, and among them what the client adds by itself, whose names begin with `$`.
//!
//! Of the latter only those listed here are read. The others say who and where somebody is (`$ip`, `$geoip_city_name`,
//! `$device_id`, `$session_id`, `$current_url`, `$groups`, …) and never leave the body.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::exception::RawReport;
use crate::{
    Environment,
    decode::{
        Limits,
        attributes::Attributes,
        list::ListIn,
        object::{Members, skip},
        scalar::{name_of, truth_of},
    },
};

/// The name of a screen, which the tool gives: the only one with a `$` that is an attribute.
const SCREEN_NAME: &str = "$screen_name";

/// The members of `properties`.
pub(super) struct Properties<'l> {
    pub(super) attributes: Attributes<'l>,
    /// Version, system and its version.
    pub(super) environment: Environment,
    pub(super) runtime_name: Option<String>,
    pub(super) runtime_version: Option<String>,
    pub(super) lib: Option<String>,
    pub(super) lib_version: Option<String>,
    pub(super) distinct_id: Option<String>,
    pub(super) key: Option<String>,
    /// `$ignore_sent_at`: the event's time is right, whatever the request says.
    pub(super) ignore_sent_at: bool,
    /// `$process_person_profile` is false: the tool wants nobody to be recognised by this event.
    pub(super) personless: bool,
    pub(super) exception: RawReport,
    limits: &'l Limits,
}

impl<'l> Properties<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            attributes: Attributes::new(limits),
            environment: Environment::default(),
            runtime_name: None,
            runtime_version: None,
            lib: None,
            lib_version: None,
            distinct_id: None,
            key: None,
            ignore_sent_at: false,
            personless: false,
            exception: RawReport::default(),
            limits,
        }
    }

    /// A name or a version. One that is too long to be either is taken as not given.
    fn name_of<'de, A: MapAccess<'de>>(&self, object: &mut A) -> Result<Option<String>, A::Error> {
        Ok(name_of(object)?.filter(|name| name.len() <= self.limits.max_name_bytes))
    }
}

impl<'de> Members<'de> for Properties<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "$app_version" => self.environment.version = self.name_of(object)?,
            "$os" | "$os_name" => self.environment.os = self.name_of(object)?,
            "$os_version" => self.environment.os_version = self.name_of(object)?,
            "$python_runtime" => self.runtime_name = self.name_of(object)?,
            "$python_version" => self.runtime_version = self.name_of(object)?,
            "$lib" => self.lib = self.name_of(object)?,
            "$lib_version" => self.lib_version = self.name_of(object)?,
            "distinct_id" | "$distinct_id" => self.distinct_id = name_of(object)?,
            "token" | "api_key" | "$token" => self.key = name_of(object)?,
            "$ignore_sent_at" => self.ignore_sent_at = truth_of(object)? == Some(true),
            "$process_person_profile" => self.personless = truth_of(object)? == Some(false),
            "$exception_list" => object.next_value_seed(ListIn("values", &mut self.exception.list))?,
            "$exception_level" => self.exception.level = name_of(object)?,
            "$exception_type" => self.exception.class = name_of(object)?,
            "$exception_message" => self.exception.value = name_of(object)?,
            "$debug_images" => object.next_value_seed(ListIn("images", &mut self.exception.images))?,
            SCREEN_NAME => self.attributes.member(name, object)?,
            other if other.starts_with('$') => skip(object)?,
            _ => self.attributes.member(name, object)?,
        }
        Ok(())
    }
}
