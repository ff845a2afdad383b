//! TOML to a document.

use toml::de::{DeTable, DeValue};

use super::{Content, Item, Node};
use crate::problem::Findings;

/// Reads TOML; what is malformed goes to `findings`, and then there is no document.
pub(crate) fn from_toml(text: &str, findings: &Findings) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        findings.add(
            Some(at),
            format!("this is not TOML: {}", error.message()),
            "see https://toml.io for the spelling",
        );
    }
    errors.is_empty().then(|| Node { at: Some(0), content: Content::Table(items(table.get_ref())) })
}

/// The keys of a table in the order of the file; the parser sorts them by name.
fn items(table: &DeTable<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = table
        .iter()
        .map(|(key, value)| Item {
            key: key.get_ref().to_string(),
            at: Some(key.span().start),
            node: Node { at: Some(value.span().start), content: content(value.get_ref()) },
        })
        .collect();
    items.sort_by_key(|item| item.at);
    items
}

fn content(value: &DeValue<'_>) -> Content {
    match value {
        DeValue::String(text) => Content::Text(text.to_string()),
        // What is no 64-bit number is kept as text, so that the complaint about it names what was written.
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Content::Text(number.to_string()), Content::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Content::Text(number.to_string()), Content::Float)
        }
        DeValue::Boolean(_) => Content::Bool,
        DeValue::Datetime(date) => Content::Date(date.to_string()),
        DeValue::Array(list) => Content::List(
            list.iter().map(|value| Node { at: Some(value.span().start), content: content(value.get_ref()) }).collect(),
        ),
        DeValue::Table(table) => Content::Table(items(table)),
    }
}
