//! What a manifest declares, as values that only `candor::manifest!` writes.
//!
//! Everything here is `'static` and `const`: a declaration costs nothing at run time. The type parameter `S` (a scope)
//! ties a field to its record, so that a field of one operation cannot be set on another.

use std::{fmt, marker::PhantomData, time::Duration};

use candor_wire::{DurationBucket, Value};

use crate::consent::Level;

/// The whole manifest, as far as the tool needs it at run time.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The application's name; also the name of its directory and its key in `consent.toml`.
    pub application: &'static str,
    /// Where usage goes: the base URL of a Segment-compatible collector.
    pub endpoint: &'static str,
    /// The public key that says which project it belongs to.
    pub write_key: &'static str,
    /// Where reports of crashes and errors go: a Sentry DSN.
    pub sentry_dsn: Option<&'static str>,
    /// The page that tells users what is collected.
    pub docs: &'static str,
    /// What the user decides, and how.
    pub consent: ConsentDeclaration,
    /// How messages of one installation may be linked.
    pub identity: IdentityMode,
    /// Whether records may say which database the tool works with.
    pub database_id: bool,
    /// How many counts have a slot.
    pub slots: usize,
    /// Where users can read what would be sent.
    pub inspect: Option<Inspect>,
    /// What may be recorded, one line for each thing that a user agrees to, sorted: `operation.fetch.resources`.
    pub collects: &'static [&'static str],
    /// The least time between two uploads.
    pub upload_interval: Duration,
    /// The binary that this is.
    pub release: Release,
}

/// The `[consent]` of a manifest.
#[derive(Debug, Clone)]
pub struct ConsentDeclaration {
    /// What holds while the user has not said anything.
    pub default: DefaultConsent,
    /// Environment variables that opt out, such as `INVENTORY_NO_TELEMETRY`.
    pub variables: &'static [&'static str],
    /// The environment variable that chooses a level, such as `INVENTORY_TELEMETRY_LEVEL`.
    pub level_variable: Option<&'static str>,
    /// The notice shown before anything is sent, at most six lines.
    pub notice: &'static str,
    /// What happens where nobody can read the notice.
    pub non_interactive: NonInteractive,
}

/// The `[inspect]` of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspect {
    /// The flag with which nothing is sent, and what would be is written to the log.
    pub flag: Option<&'static str>,
    /// The log's file name, in the directory in which the tool is started.
    pub log: &'static str,
}

/// What holds while the user has not said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultConsent {
    /// Usage and errors are recorded, and sent once the notice was shown.
    On,
    /// The user is asked; nothing is recorded before the answer.
    Ask,
    /// Nothing is recorded.
    Off,
}

/// What happens where standard error is no terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonInteractive {
    /// Recorded, never sent.
    Local,
    /// The notice goes to standard error at every start until it is acknowledged.
    Notice,
}

/// How messages of one installation may be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityMode {
    /// Not at all: no identifier, times cut to the hour, order within an upload shuffled.
    None,
    /// By a value that changes every month.
    Rotating,
    /// By a random UUID in a documented file of this name.
    Installation {
        /// The file, relative to the user's home directory (or `$CANDOR_HOME`), or absolute.
        file: &'static str,
    },
}

/// The binary: its version, and what `candor-build` found out about it.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    /// Such as `1.4.0`.
    pub version: &'static str,
    /// The commit it was built from, abbreviated.
    pub commit: Option<&'static str>,
    /// The day it was built, `2026-11-22`.
    pub built: Option<&'static str>,
}

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
    /// In how many of a million runs it is recorded.
    pub sample_per_million: u32,
    /// The number of a count without fields among those of its manifest, from 0; `usize::MAX` for everything else.
    pub slot: usize,
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

/// A field of records of scope `S`, holding values of type `T`.
pub struct Field<S, T> {
    name: &'static str,
    shape: Shape,
    types: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Field<S, T> {
    /// Written by `candor::manifest!` alone.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, types: PhantomData }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<S, T> Clone for Field<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S, T> Copy for Field<S, T> {}

impl<S, T: FieldType> Field<S, T> {
    /// The value as it is recorded: always inside the declared shape.
    pub(crate) fn value(&self, input: T::Input<'_>) -> Value {
        T::value(&self.shape, input)
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }
}

/// The closed shape of a field's values.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// The type alone says it: bool, enum, version, duration, count.
    Plain,
    /// The ascending lower bounds of the buckets; the first is 0.
    Bucket(&'static [u64]),
    /// A name known at run time only: what is longer, has other characters, or comes after the first
    /// `max_distinct` names of a run is recorded as `other`.
    Name {
        /// Whether a byte may occur.
        allowed: fn(u8) -> bool,
        /// The most bytes.
        max_length: usize,
        /// The most different values in a run.
        max_distinct: usize,
    },
}

impl Shape {
    /// Whether a name is of this shape.
    fn admits(&self, name: &str) -> bool {
        match self {
            Self::Name { allowed, max_length, .. } => {
                !name.is_empty() && name.len() <= *max_length && name.bytes().all(allowed)
            }
            _ => false,
        }
    }
}

/// A type of field: what the tool passes in, and what of it is recorded.
pub trait FieldType {
    /// What the tool passes in.
    type Input<'a>;
    /// What is recorded.
    #[doc(hidden)]
    fn value(shape: &Shape, input: Self::Input<'_>) -> Value;
}

/// One of the values that the manifest lists; implemented by the enums that `candor::manifest!` writes.
pub trait Listed: Copy {
    /// Its name on the wire.
    fn name(self) -> &'static str;
}

/// Field types without a Rust type of their own.
pub mod field {
    /// `type = "bool"`.
    pub enum Bool {}
    /// `type = "enum"`, one of the values of `E`.
    pub struct Enum<E>(std::marker::PhantomData<E>);
    /// `type = "version"`: digits first, then letters, digits, `.`, `-` and `+`, at most 32 bytes.
    pub enum Version {}
    /// `type = "bucket"`: recorded as the lower bound of the bucket.
    pub enum Bucket {}
    /// `type = "duration"`: recorded with at most 1 % error.
    pub enum Duration {}
    /// `type = "count"`.
    pub enum Count {}
    /// `type = "name"`.
    pub enum Name {}
}

impl FieldType for field::Bool {
    type Input<'a> = bool;
    fn value(_: &Shape, input: bool) -> Value {
        Value::Bool(input)
    }
}

impl<E: Listed> FieldType for field::Enum<E> {
    type Input<'a> = E;
    fn value(_: &Shape, input: E) -> Value {
        Value::Text(input.name().to_owned())
    }
}

impl FieldType for field::Version {
    type Input<'a> = &'a str;
    fn value(_: &Shape, input: &str) -> Value {
        Value::Text(version_or_other(input).to_owned())
    }
}

impl FieldType for field::Bucket {
    type Input<'a> = u64;
    fn value(shape: &Shape, input: u64) -> Value {
        let bounds = if let Shape::Bucket(bounds) = shape { *bounds } else { &[] };
        let lower = bounds.iter().rev().find(|bound| **bound <= input).copied().unwrap_or(0);
        Value::Integer(i64::try_from(lower).unwrap_or(i64::MAX))
    }
}

impl FieldType for field::Duration {
    type Input<'a> = Duration;
    fn value(_: &Shape, input: Duration) -> Value {
        Value::Integer(i64::try_from(DurationBucket::of(input).micros()).unwrap_or(i64::MAX))
    }
}

impl FieldType for field::Count {
    type Input<'a> = u64;
    fn value(_: &Shape, input: u64) -> Value {
        Value::Integer(i64::try_from(input).unwrap_or(i64::MAX))
    }
}

impl FieldType for field::Name {
    type Input<'a> = &'a str;
    fn value(shape: &Shape, input: &str) -> Value {
        Value::Text(if shape.admits(input) { input } else { OTHER }.to_owned())
    }
}

/// What stands for every value outside the declared shape.
pub(crate) const OTHER: &str = "other";

/// `text` if it is shaped like a version, else `other`.
pub(crate) fn version_or_other(text: &str) -> &str {
    let shaped = text.len() <= 32
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    if shaped { text } else { OTHER }
}
