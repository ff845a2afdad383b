//! Fields, and the types of their values.

use std::{marker::PhantomData, time::Duration};

use candor_wire::{DurationBucket, Value};

use crate::invocation::{CommandPath, FlagName};

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
    /// The type alone says it: bool, enum, version, duration, count, command, flag.
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
    pub(super) fn admits(&self, name: &str) -> bool {
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
    /// `type = "command"`: the path of a command, from the definition of the tool's command line.
    pub enum Command {}
    /// `type = "flag"`: the name of a flag, from the same definition.
    pub enum Flag {}
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

impl FieldType for field::Command {
    type Input<'a> = &'a CommandPath;
    fn value(_: &Shape, input: &CommandPath) -> Value {
        Value::Text(input.as_str().to_owned())
    }
}

impl FieldType for field::Flag {
    type Input<'a> = &'a FlagName;
    fn value(_: &Shape, input: &FlagName) -> Value {
        Value::Text(input.as_str().to_owned())
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
