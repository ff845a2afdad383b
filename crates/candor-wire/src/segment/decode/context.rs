//! `context`: where an item was made, and by what. Everything else in it (`ip`, `traits`, `locale`, `device`, `page`, …)
//! is skipped and never leaves the body.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use crate::{
    Environment,
    decode::{
        Limits,
        object::{Into, Members, skip},
        scalar::Scalar,
    },
    segment::Sdk,
};

/// What a `context` says, of an item or of its batch.
pub(super) struct Context<'l> {
    pub(super) environment: Environment,
    pub(super) library: Library,
    pub(super) candor: Candor,
    limits: &'l Limits,
}

/// `context.candor`: marks Candor's own items.
#[derive(Default, Clone)]
pub(super) struct Candor {
    pub(super) format: Option<i64>,
    pub(super) kind: Option<String>,
}

#[derive(Default, Clone)]
pub(super) struct Library {
    name: Option<String>,
    version: Option<String>,
}

impl Library {
    pub(super) fn into_sdk(self) -> Option<Sdk> {
        let version = self.version;
        self.name.map(|name| Sdk { name, version })
    }
}

impl<'l> Context<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { environment: Environment::default(), library: Library::default(), candor: Candor::default(), limits }
    }

    /// Takes from the batch's context what the item's own does not say.
    pub(super) fn complete_from(&mut self, batch: &Context<'_>) {
        let (mine, theirs) = (&mut self.environment, &batch.environment);
        complete(&mut mine.version, &theirs.version);
        complete(&mut mine.commit, &theirs.commit);
        complete(&mut mine.built, &theirs.built);
        complete(&mut mine.channel, &theirs.channel);
        complete(&mut mine.os, &theirs.os);
        complete(&mut mine.os_version, &theirs.os_version);
        complete(&mut mine.arch, &theirs.arch);
        complete(&mut mine.runtime, &theirs.runtime);
        complete(&mut mine.ci, &theirs.ci);
        mine.container = mine.container.or(theirs.container);
        mine.interactive = mine.interactive.or(theirs.interactive);
        complete(&mut mine.agent, &theirs.agent);
        complete(&mut mine.database, &theirs.database);
        if self.library.name.is_none() {
            self.library = batch.library.clone();
        }
        if self.candor.format.is_none() {
            self.candor = batch.candor.clone();
        }
    }
}

fn complete(mine: &mut Option<String>, theirs: &Option<String>) {
    if mine.is_none() {
        mine.clone_from(theirs);
    }
}

impl<'de> Members<'de> for Context<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        let environment = &mut self.environment;
        match &*name {
            "app" => {
                let slots = [
                    ("version", &mut environment.version),
                    ("commit", &mut environment.commit),
                    ("built", &mut environment.built),
                    ("channel", &mut environment.channel),
                ];
                object.next_value_seed(Into(&mut Names { slots, limits: self.limits }))?;
            }
            "os" => {
                let slots = [
                    ("name", &mut environment.os),
                    ("version", &mut environment.os_version),
                    ("arch", &mut environment.arch),
                ];
                object.next_value_seed(Into(&mut Names { slots, limits: self.limits }))?;
            }
            "library" => {
                let slots = [("name", &mut self.library.name), ("version", &mut self.library.version)];
                object.next_value_seed(Into(&mut Names { slots, limits: self.limits }))?;
            }
            "runtime" => environment.runtime = name_within(object.next_value()?, self.limits),
            "ci" => environment.ci = name_within(object.next_value()?, self.limits),
            "agent" => environment.agent = name_within(object.next_value()?, self.limits),
            "container" => environment.container = object.next_value::<Scalar<'_>>()?.into_bool(),
            "interactive" => environment.interactive = object.next_value::<Scalar<'_>>()?.into_bool(),
            "database" => environment.database = object.next_value::<Scalar<'_>>()?.into_hash(),
            "candor" => drop(object.next_value_seed(Into(&mut self.candor))?),
            _ => skip(object)?,
        }
        Ok(())
    }
}

/// Members that are names or versions, and where each goes.
struct Names<'a, 'l, const N: usize> {
    slots: [(&'static str, &'a mut Option<String>); N],
    limits: &'l Limits,
}

impl<'de, const N: usize> Members<'de> for Names<'_, '_, N> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match self.slots.iter_mut().find(|(slot, _)| *slot == name) {
            Some((_, value)) => **value = name_within(object.next_value()?, self.limits),
            None => skip(object)?,
        }
        Ok(())
    }
}

/// A name or a version. One that is too long to be either is taken as not given.
fn name_within(value: Scalar<'_>, limits: &Limits) -> Option<String> {
    value.into_name().filter(|name| name.len() <= limits.max_name_bytes)
}

impl<'de> Members<'de> for Candor {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "format" => {
                self.format = match object.next_value()? {
                    Scalar::Integer(format) => Some(format),
                    _ => None,
                }
            }
            "kind" => self.kind = object.next_value::<Scalar<'_>>()?.into_name(),
            _ => skip(object)?,
        }
        Ok(())
    }
}
