//! The closed shapes that values can have.

use serde_json::{Map, Value};

use super::{NameShape, values::read_values};
use crate::document::Section;

/// What a field's values can be. There is no free text among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// True or false.
    Bool,
    /// One of these.
    Enum(Vec<String>),
    /// A version: a digit first, then letters, digits, `.`, `-` and `+`, at most 32 bytes; anything else is `other`.
    Version,
    /// A whole number, recorded as the lower bound of its bucket. The bounds ascend and begin with 0.
    Bucket(Vec<u64>),
    /// A duration, recorded in microseconds with at most 1 % error.
    Duration,
    /// A whole number, 0 or more.
    Count,
    /// A name that only exists at run time, held to bounds.
    Name(NameShape),
    /// The path of a command, such as `policy run`, from the definition of the tool's command line; else `other`.
    Command,
    /// The name of a flag, such as `--dry-run`, from the same definition; else `other`.
    Flag,
}

#[derive(Clone, Copy)]
enum Type {
    Bool,
    Enum,
    Version,
    Bucket,
    Duration,
    Count,
    Name,
    Command,
    Flag,
}

const TYPES: &[(&str, Type)] = &[
    ("bool", Type::Bool),
    ("enum", Type::Enum),
    ("version", Type::Version),
    ("bucket", Type::Bucket),
    ("duration", Type::Duration),
    ("count", Type::Count),
    ("name", Type::Name),
    ("command", Type::Command),
    ("flag", Type::Flag),
];

/// A histogram of more is a list of values.
const MAX_BOUNDS: usize = 64;

impl Shape {
    /// The name of the type in the manifest.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Enum(_) => "enum",
            Self::Version => "version",
            Self::Bucket(_) => "bucket",
            Self::Duration => "duration",
            Self::Count => "count",
            Self::Name(_) => "name",
            Self::Command => "command",
            Self::Flag => "flag",
        }
    }

    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let fix = "write type = \"bool\", \"enum\", \"version\", \"bucket\", \"duration\", \"count\", \"name\", \"command\" or \"flag\"";
        section.require("type", fix);
        if let Some(text) = section.text("type").filter(|text| matches!(text.text.as_str(), "string" | "text" | "str"))
        {
            let message = format!("`{}` is free text, which nothing can promise to be harmless", section.path());
            section.problem_at(text.at, message, "list the values (\"enum\"), or bound a name (\"name\")");
            return Self::Bool;
        }
        match section.choice("type", TYPES) {
            None | Some(Type::Bool) => Self::Bool,
            Some(Type::Enum) => Self::Enum(read_values(section)),
            Some(Type::Version) => Self::Version,
            Some(Type::Bucket) => Self::Bucket(read_bounds(section)),
            Some(Type::Duration) => Self::Duration,
            Some(Type::Count) => Self::Count,
            Some(Type::Name) => Self::Name(NameShape::read(section)),
            Some(Type::Command) => Self::Command,
            Some(Type::Flag) => Self::Flag,
        }
    }
}

fn read_bounds(section: &mut Section<'_>) -> Vec<u64> {
    let fix = "write the lower bounds of the buckets, from 0 up: bounds = [0, 10, 100]";
    section.require("bounds", fix);
    let bounds = section.naturals("bounds");
    let ascending = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if section.has("bounds") && (bounds.first() != Some(&0) || !ascending || bounds.len() > MAX_BOUNDS) {
        let message = format!("is not a list of 1 to {MAX_BOUNDS} ascending numbers that begins with 0");
        section.problem_with("bounds", &message, fix);
    }
    bounds
}

/// The type and its bounds as JSON.
pub(crate) fn write_shape(shape: &Shape, object: &mut Map<String, Value>) {
    object.insert("type".to_owned(), shape.type_name().into());
    match shape {
        Shape::Bool | Shape::Version | Shape::Duration | Shape::Count | Shape::Command | Shape::Flag => {}
        Shape::Enum(values) => {
            object.insert("values".to_owned(), values.clone().into());
        }
        Shape::Bucket(bounds) => {
            object.insert("bounds".to_owned(), bounds.clone().into());
        }
        Shape::Name(name) => name.write(object),
    }
}
