//! The request: resources, in them scopes, in them what is said. The three signals differ in names alone.

use super::{
    Encoding, json,
    message::{Key, Message, Slot},
    protobuf,
    resource::Resource,
};
use crate::decode::{DecodeError, Limits, read_body};

/// A log record, a metric or a span.
pub(super) trait Entry: Message + Default + 'static {
    /// What JSON calls the list of resources, of a resource's scopes and of a scope's entries.
    const NAMES: [&'static str; 3];
}

/// What a request says.
#[derive(Debug, Default)]
pub(super) struct Body<E> {
    pub(super) resources: Vec<OfResource<E>>,
}

/// What one resource says.
#[derive(Debug, Default)]
pub(super) struct OfResource<E> {
    pub(super) resource: Resource,
    pub(super) scopes: Vec<OfScope<E>>,
}

/// What one library of it says; which one is not kept, but tells the counters of one from those of another.
#[derive(Debug, Default)]
pub(super) struct OfScope<E> {
    pub(super) scope: Scope,
    pub(super) entries: Vec<E>,
}

/// An `InstrumentationScope`.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) name: String,
    pub(super) version: String,
}

/// Reads a body.
pub(super) fn of<E: Entry>(body: &[u8], encoding: Encoding, limits: &Limits) -> Result<Body<E>, DecodeError> {
    match encoding {
        Encoding::Protobuf => read(|whole| protobuf::read(body, whole, limits)),
        Encoding::Json => read_body(body, |text| read(|whole| json::read(text, whole, limits))),
    }
}

fn read<E: Entry>(read: impl FnOnce(&mut dyn Message) -> Result<(), DecodeError>) -> Result<Body<E>, DecodeError> {
    let mut body = Body::default();
    read(&mut body)?;
    Ok(body)
}

impl<E> OfResource<E> {
    /// The resource, and all that it says in one list.
    pub(super) fn into_parts(self) -> (Resource, impl Iterator<Item = E>) {
        (self.resource, self.scopes.into_iter().flat_map(|scope| scope.entries))
    }
}

impl<E: Entry> Message for Body<E> {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) => {}
            Key::Name(name) if name == E::NAMES[0] => {}
            _ => return Slot::Skip,
        }
        counted(&mut self.resources)
    }
}

impl<E: Entry> Message for OfResource<E> {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("resource") => return Slot::Message(&mut self.resource),
            Key::Number(2) => {}
            Key::Name(name) if name == E::NAMES[1] => {}
            _ => return Slot::Skip,
        }
        counted(&mut self.scopes)
    }
}

impl Message for Scope {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("name") => Slot::Text(&mut self.name),
            Key::Number(2) | Key::Name("version") => Slot::Text(&mut self.version),
            _ => Slot::Skip,
        }
    }
}

impl<E: Entry> Message for OfScope<E> {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("scope") => return Slot::Message(&mut self.scope),
            Key::Number(2) => {}
            Key::Name(name) if name == E::NAMES[2] => {}
            _ => return Slot::Skip,
        }
        counted(&mut self.entries)
    }
}

/// The place of one more entry of a list.
pub(super) fn counted<E: Message + Default>(list: &mut Vec<E>) -> Slot<'_> {
    list.push(E::default());
    list.last_mut().map_or(Slot::Skip, |last| Slot::Counted(last))
}
