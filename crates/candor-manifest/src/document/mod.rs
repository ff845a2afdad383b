//! A manifest before it is understood: tables, lists and plain values with their places, from TOML or from JSON.

mod from_json;
mod from_toml;
mod section;

pub(crate) use from_json::from_json;
pub(crate) use from_toml::from_toml;
pub(crate) use section::{Section, Text};

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    /// The byte at which it starts; `None` in JSON.
    at: Option<usize>,
    content: Content,
}

/// What a value is.
#[derive(Debug)]
enum Content {
    /// In the order of the file.
    Table(Vec<Item>),
    List(Vec<Node>),
    Text(String),
    Integer(i64),
    Float(f64),
    /// No key of a manifest is a boolean, so which one does not matter.
    Bool,
    /// A date or time as TOML spells it.
    Date(String),
}

/// A key of a table and its value.
#[derive(Debug)]
struct Item {
    key: String,
    at: Option<usize>,
    node: Node,
}

impl Content {
    /// What it is, in words that fit "… is a boolean".
    fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::List(_) => "a list",
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a fraction",
            Self::Bool => "a boolean",
            Self::Date(_) => "a date",
        }
    }
}
