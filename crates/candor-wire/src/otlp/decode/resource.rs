//! The resource: what all records of a process say of where they were made. Of its attributes those listed here are kept
//! and no others: there are also host names, command lines, paths and users among them.

use super::{
    attributes::Attributes,
    message::{Key, Message, Slot},
};
use crate::{
    Environment, Shared, Timestamp,
    decode::{Dropped, Limits, clock::Clocks, content_id::Fields, runtime_of, usual_os_name},
    segment::Sdk,
};

/// A `Resource`.
#[derive(Debug, Default)]
pub(super) struct Resource {
    attributes: Attributes,
}

impl Message for Resource {
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("attributes") => self.attributes.slot(limits),
            _ => Slot::Skip,
        }
    }
}

impl Resource {
    /// Tells this resource from others.
    pub(super) fn content(&mut self, limits: &Limits) -> String {
        self.attributes.content(limits)
    }
}

/// What a resource says, and when its request arrived.
#[derive(Debug, Clone)]
pub(super) struct Source<'l> {
    pub(super) environment: Shared<Environment>,
    pub(super) instance_id: Option<String>,
    pub(super) sdk: Option<Sdk>,
    /// `inventory@1.4.0`.
    pub(super) release: Option<String>,
    pub(super) received: Timestamp,
    pub(super) limits: &'l Limits,
}

impl<'l> Source<'l> {
    pub(super) fn new(resource: Resource, received: Timestamp, limits: &'l Limits) -> Self {
        let mut attributes = resource.attributes;
        let instance_id = attributes.take_text("service.instance.id", limits);
        // What is too long to be a name or a version is taken as not given.
        let mut name =
            |name: &str| attributes.take_text(name, limits).filter(|text| text.len() <= limits.max_name_bytes);
        let environment = Environment {
            version: name("service.version"),
            os: name("os.type").map(usual_os_name),
            os_version: name("os.version"),
            arch: name("host.arch").map(usual_arch),
            runtime: runtime_of(name("process.runtime.name"), name("process.runtime.version")),
            ..Environment::default()
        };
        // Every language has its own library of this name, and its own versions.
        let library = match (name("telemetry.sdk.name"), name("telemetry.sdk.language")) {
            (Some(library), Some(language)) => Some(format!("{library}-{language}")),
            (library, _) => library,
        };
        let sdk = library.map(|library| Sdk { name: library, version: name("telemetry.sdk.version") });
        let release = match (name("service.name"), &environment.version) {
            (Some(service), Some(version)) => Some(format!("{service}@{version}")),
            (_, version) => version.clone(),
        };
        Self { environment: environment.into(), instance_id, sdk, release, received, limits }
    }

    /// When something was, that says so in nanoseconds since 1970, or says 0. The protocol has no time of sending, so clocks
    /// are taken as they are.
    pub(super) fn happened(&self, nanos: u64) -> Result<Timestamp, Dropped> {
        let micros = i64::try_from(nanos / 1000).unwrap_or(i64::MAX);
        let timestamp = (nanos != 0).then(|| Ok(Timestamp::from_micros(micros)));
        Clocks { timestamp, original_timestamp: None, sent_at: None, received: self.received }.happened(self.limits)
    }

    /// What tells a thing of this kind, called so, at this time, from others: nanoseconds since 1970, or 0 where it says none.
    /// A client that says none repeats the same words for new things, so the time of arrival tells these apart; of such a
    /// client a retry is new.
    pub(super) fn content(&self, kind: &str, name: &str, nanos: u64) -> Fields {
        let instance = self.instance_id.as_deref().unwrap_or_default();
        let arrived = if nanos == 0 { self.received.micros() } else { 0 };
        let fields = Fields::default().field(kind.as_bytes()).field(name.as_bytes()).field(instance.as_bytes());
        fields.number(nanos).number(arrived as u64)
    }

    /// A name of an event, a span or a counter.
    pub(super) fn name(&self, name: String) -> Result<String, Dropped> {
        match name.len() {
            0 => Err(Dropped::MissingEvent),
            length if length > self.limits.max_name_bytes => Err(Dropped::NameTooLong),
            _ => Ok(name),
        }
    }
}

/// The conventions call them otherwise than the columns do.
fn usual_arch(name: String) -> String {
    match name.as_str() {
        "amd64" => "x86_64".to_owned(),
        "arm64" => "aarch64".to_owned(),
        _ => name,
    }
}
