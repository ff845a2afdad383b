//! `context`: where an item was made, and by what. Everything else in it (`ip`, `traits`, `locale`, `device`, `page`, …)
//! is skipped and never leaves the body.

use std::{borrow::Cow, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use crate::{
    Environment, Shared,
    decode::{
        Limits,
        object::{Into, Members, skip},
        quick::REPEATED,
        scalar::Scalar,
        usual_os_name,
    },
    segment::Sdk,
};

/// The `context` of one item.
#[derive(Default)]
pub(super) enum ItemContext<'l> {
    #[default]
    None,
    Said(Box<Context<'l>>),
    /// What the item said of this number among those that said something.
    Repeated(usize),
}

/// What a `context` says, of an item or of its batch.
pub(super) struct Context<'l> {
    environment: Environment,
    library: Library,
    candor: Candor,
    limits: &'l Limits,
}

/// `context.candor`: marks Candor's own items.
#[derive(Default, Clone, PartialEq)]
pub(super) struct Candor {
    pub(super) format: Option<i64>,
    pub(super) kind: Option<String>,
}

#[derive(Default, Clone)]
struct Library {
    name: Option<String>,
    version: Option<String>,
}

impl Library {
    fn into_sdk(self) -> Option<Sdk> {
        let version = self.version;
        self.name.map(|name| Sdk { name, version })
    }
}

impl<'l> ItemContext<'l> {
    /// What reads into it.
    pub(super) fn reading(&mut self, limits: &'l Limits) -> Reading<'_, 'l> {
        Reading { target: self, limits }
    }
}

pub(super) struct Reading<'a, 'l> {
    target: &'a mut ItemContext<'l>,
    limits: &'l Limits,
}

impl<'de> DeserializeSeed<'de> for Reading<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_newtype_struct(REPEATED, self)
    }
}

impl<'de> Visitor<'de> for Reading<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    /// The usual way. Of an item with two contexts the second adds to the first.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut context = match std::mem::take(self.target) {
            ItemContext::Said(context) => context,
            _ => Box::new(Context::new(self.limits)),
        };
        Into(&mut *context).deserialize(deserializer)?;
        *self.target = ItemContext::Said(context);
        Ok(())
    }

    /// The quick way, which leaves such an item to the usual one: its context is not what its bytes say.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if !matches!(self.target, ItemContext::None) {
            return Err(D::Error::custom("two contexts"));
        }
        let mut context = Box::new(Context::new(self.limits));
        if Into(&mut *context).deserialize(deserializer)? {
            *self.target = ItemContext::Said(context);
        }
        Ok(())
    }

    fn visit_u64<E: serde_core::de::Error>(self, number: u64) -> Result<(), E> {
        if !matches!(self.target, ItemContext::None) {
            return Err(E::custom("two contexts"));
        }
        *self.target = ItemContext::Repeated(usize::try_from(number).map_err(E::custom)?);
        Ok(())
    }
}

/// A context that is complete, shared by all items that say the same.
#[derive(Clone, PartialEq)]
pub(super) struct Settled {
    /// As Candor's own SDK means it.
    pub(super) own: Shared<Environment>,
    /// As a foreign client means it, which may call its system otherwise.
    pub(super) foreign: Shared<Environment>,
    pub(super) sdk: Option<Shared<Sdk>>,
    pub(super) candor: Candor,
}

impl Settled {
    fn of(context: Context<'_>) -> Self {
        let Context { environment, library, candor, .. } = context;
        let usual = environment.os.clone().map(usual_os_name);
        let own = Shared::from(environment);
        let mut foreign = own.clone();
        if foreign.os != usual {
            foreign.os = usual;
        }
        Self { own, foreign, sdk: library.into_sdk().map(Shared::from), candor }
    }
}

/// The contexts of a body's items, one after the other.
pub(super) struct Contexts<'l> {
    batch: Context<'l>,
    /// Of items without one.
    none: Option<Settled>,
    /// What items said, each in the place of its number.
    said: Vec<Settled>,
}

impl<'l> Contexts<'l> {
    /// Of items in a batch that has this one.
    pub(super) fn in_batch(batch: Context<'l>) -> Self {
        Self { batch, none: None, said: Vec::new() }
    }

    /// That of the next item.
    pub(super) fn next(&mut self, context: ItemContext<'_>) -> &Settled {
        let number = match context {
            ItemContext::Said(context) => self.settle(*context),
            ItemContext::Repeated(number) => number,
            ItemContext::None => usize::MAX,
        };
        match self.said.get(number) {
            Some(settled) => settled,
            None => self.none.get_or_insert_with(|| {
                let mut context = Context::new(self.batch.limits);
                context.complete_from(&self.batch);
                Settled::of(context)
            }),
        }
    }

    /// Takes what an item said; returns its number. What the item before said as well is kept once.
    fn settle(&mut self, mut context: Context<'_>) -> usize {
        context.complete_from(&self.batch);
        let settled = Settled::of(context);
        let before = self.said.last().filter(|last| **last == settled);
        self.said.push(before.cloned().unwrap_or(settled));
        self.said.len() - 1
    }
}

impl<'l> Context<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { environment: Environment::default(), library: Library::default(), candor: Candor::default(), limits }
    }

    /// Takes from the batch's context what the item's own does not say.
    fn complete_from(&mut self, batch: &Context<'_>) {
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
