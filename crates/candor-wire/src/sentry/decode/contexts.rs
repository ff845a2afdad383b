//! `contexts` and `tags`: where an event was made.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use crate::{
    Attribute, Environment, Value,
    decode::{
        Limits,
        object::{Into, Members, skip},
        runtime_of,
        scalar::{Scalar, name_of},
    },
    sentry::words::tag,
};

/// What the contexts say.
#[derive(Default)]
pub(super) struct Contexts {
    /// `contexts.candor.format`: marks Candor's own events.
    pub(super) format: Option<i64>,
    pub(super) os: Option<String>,
    pub(super) os_version: Option<String>,
    pub(super) arch: Option<String>,
    pub(super) runtime: Option<String>,
}

/// One of them; which one is said by its key and, where clients make keys up, by its `type`.
#[derive(Default)]
struct Context {
    kind: Option<String>,
    name: Option<String>,
    version: Option<String>,
    arch: Option<String>,
    format: Option<i64>,
}

impl<'de> Members<'de> for Contexts {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        let mut context = Context::default();
        object.next_value_seed(Into(&mut context))?;
        let Context { kind, name: title, version, arch, format } = context;
        match kind.as_deref().unwrap_or(&name) {
            "candor" => self.format = format,
            "os" => (self.os, self.os_version) = (title, version),
            "device" => self.arch = arch,
            "runtime" => self.runtime = runtime_of(title, version),
            _ => {}
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Context {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => self.kind = name_of(object)?,
            "name" => self.name = name_of(object)?,
            "version" => self.version = name_of(object)?,
            "arch" => self.arch = name_of(object)?,
            "format" => {
                self.format = match object.next_value()? {
                    Scalar::Integer(format) => Some(format),
                    _ => None,
                }
            }
            _ => skip(object)?,
        }
        Ok(())
    }
}

/// The tags, of which those beyond the limits are left out: that must not cost the crash.
pub(super) struct Tags<'l> {
    list: Vec<Attribute>,
    limits: &'l Limits,
}

impl<'l> Tags<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { list: Vec::new(), limits }
    }

    /// All of them as attributes: the words of a foreign event are its own.
    pub(super) fn into_attributes(self) -> Vec<Attribute> {
        self.list
    }

    /// The environment that Candor's own events carry in tags; they have no others.
    pub(super) fn into_environment(self, environment: &mut Environment) {
        for Attribute { name, value } in self.list {
            let Value::Text(value) = value else { continue };
            let truth = || Some(value == "true").filter(|truth| *truth || value == "false");
            match name.as_str() {
                tag::CONTAINER => environment.container = truth(),
                tag::INTERACTIVE => environment.interactive = truth(),
                tag::COMMIT => environment.commit = Some(value),
                tag::BUILT => environment.built = Some(value),
                tag::CHANNEL => environment.channel = Some(value),
                tag::CI => environment.ci = Some(value),
                tag::AGENT => environment.agent = Some(value),
                tag::DATABASE => environment.database = Scalar::Text(value.into()).into_hash(),
                _ => {}
            }
        }
    }
}

impl<'de> Members<'de> for Tags<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        let value = match object.next_value()? {
            Scalar::Nothing => return Ok(()),
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Integer(value) => Value::Integer(value),
            Scalar::Fraction(value) => Value::Float(value),
            Scalar::Text(value) => Value::Text(value.into_owned()),
        };
        let fits = self.list.len() < self.limits.max_properties && name.len() <= self.limits.max_name_bytes;
        if fits && self.list.iter().all(|tag| tag.name != name) {
            self.list.push(Attribute { name: name.into_owned(), value });
        }
        Ok(())
    }
}
