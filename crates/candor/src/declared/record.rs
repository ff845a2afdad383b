//! Records, their parts, and what every one of them has.

use std::{fmt, marker::PhantomData};

use super::Shape;
use crate::consent::Level;

/// Whether a record is added up on the device or reported one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collect {
    /// Added up on the device.
    Aggregate,
    /// Reported one by one, at level `all` only.
    Each,
}

/// What every declared record has.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its name on the wire.
    pub name: &'static str,
    /// The least consent level at which it is recorded.
    pub level: Level,
    /// Added up, or one by one.
    pub collect: Collect,
    /// Whether its `expires` is past for this release: then it is not recorded any more.
    pub expired: bool,
    /// How many of a million runs record it; all of them but for what is reported one by one.
    pub sample_per_million: u32,
    /// The place of a count without fields among all such counts of its manifest, from 0; [`Entry::NO_SLOT`] for any
    /// other record.
    pub slot: usize,
}

impl Entry {
    /// The slot of what has none.
    pub const NO_SLOT: usize = usize::MAX;
}

macro_rules! declared_record {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<S> { entry: Entry, scope: PhantomData<fn() -> S> }

        impl<S> $name<S> {
            /// Written by `candor::manifest!` alone.
            #[doc(hidden)]
            #[must_use]
            pub const fn declared(entry: Entry) -> Self {
                Self { entry, scope: PhantomData }
            }

            /// What the manifest says of it.
            #[must_use]
            pub const fn entry(&self) -> &Entry {
                &self.entry
            }
        }

        impl<S> Clone for $name<S> { fn clone(&self) -> Self { *self } }
        impl<S> Copy for $name<S> {}
        impl<S> fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.entry.name)
            }
        }
    };
}

declared_record! {
    /// Something that the tool is asked to do: outcome, duration, parts.
    Operation
}
declared_record! {
    /// Something that is counted.
    Count
}
declared_record! {
    /// Something that starts, runs and stops, such as a server.
    Lifecycle
}
declared_record! {
    /// A kind of error that is met and handled outside of any operation.
    Error
}

/// A set of plugins or providers, each with a name and a version.
pub struct Component<S> {
    entry: Entry,
    names: Names,
    scope: PhantomData<fn() -> S>,
}

/// Which components of a set are recorded by their names; every other one is recorded as `other`.
#[derive(Debug, Clone, Copy)]
pub enum Names {
    /// Those that the manifest lists.
    Listed(&'static [&'static str]),
    /// Those of this shape, which is a [`Shape::Name`].
    Shaped(Shape),
}

/// What holds where the manifest says nothing: lower-case words of at most 32 bytes, and 64 of them in a run.
const USUAL_NAMES: Names = Names::Shaped(Shape::Name {
    allowed: |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'),
    max_length: 32,
    max_distinct: 64,
});

impl<S> Component<S> {
    /// Written by `candor::manifest!` alone.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(entry: Entry) -> Self {
        Self { entry, names: USUAL_NAMES, scope: PhantomData }
    }

    /// Written by `candor::manifest!` alone: the same set with these names.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// What the manifest says of it.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The name, if it may be recorded.
    pub(crate) fn admitted<'a>(&self, name: &'a str) -> Option<&'a str> {
        let is_admitted = match &self.names {
            Names::Listed(names) => names.contains(&name),
            Names::Shaped(shape) => shape.admits(name),
        };
        is_admitted.then_some(name)
    }

    /// The most different names in a run.
    pub(crate) fn max_distinct(&self) -> usize {
        match &self.names {
            Names::Shaped(Shape::Name { max_distinct, .. }) => *max_distinct,
            _ => usize::MAX,
        }
    }
}

impl<S> Clone for Component<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Component<S> {}
impl<S> fmt::Debug for Component<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Component({})", self.entry.name)
    }
}

/// A step of an operation of scope `S`, with fields of scope `P`.
pub struct Part<S, P> {
    name: &'static str,
    scope: PhantomData<fn() -> (S, P)>,
}

impl<S, P> Part<S, P> {
    /// Written by `candor::manifest!` alone.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(name: &'static str) -> Self {
        Self { name, scope: PhantomData }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<S, P> Clone for Part<S, P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S, P> Copy for Part<S, P> {}
