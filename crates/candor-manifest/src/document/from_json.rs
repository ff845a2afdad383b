//! JSON to a document.
//!
//! JSON says the same as TOML under the same keys, but for tables whose order matters (records, fields, parts): there a
//! list of objects stands, each with its key as `name`.

use serde_json::Value;

use super::{Content, Item, Node};
use crate::problem::Findings;

const FIX: &str = "make it with `candor manifest json`";

/// Reads JSON; what is malformed goes to `findings`, and then there is no document.
pub(crate) fn from_json(value: &Value, findings: &Findings) -> Option<Node> {
    match content(value) {
        Ok(table @ Content::Table(_)) => Some(Node { at: None, content: table }),
        Ok(other) => {
            findings.add(None, format!("the manifest is {} where an object is wanted", other.kind()), FIX);
            None
        }
        Err(message) => {
            findings.add(None, message, FIX);
            None
        }
    }
}

fn node(value: &Value) -> Result<Node, String> {
    Ok(Node { at: None, content: content(value)? })
}

fn content(value: &Value) -> Result<Content, String> {
    Ok(match value {
        Value::Null => return Err("null stands where a value is wanted".to_owned()),
        Value::Bool(_) => Content::Bool,
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Content::Integer(integer),
            None => Content::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Content::Text(text.clone()),
        Value::Array(list) if list.iter().any(Value::is_object) => Content::Table(named_items(list)?),
        Value::Array(list) => Content::List(list.iter().map(node).collect::<Result<_, _>>()?),
        Value::Object(object) => {
            let items = object.iter().map(|(key, value)| Ok(Item { key: key.clone(), at: None, node: node(value)? }));
            Content::Table(items.collect::<Result<_, String>>()?)
        }
    })
}

/// The entries of a table that is spelled as a list of objects with names.
fn named_items(list: &[Value]) -> Result<Vec<Item>, String> {
    let mut items: Vec<Item> = Vec::with_capacity(list.len());
    for value in list {
        let name = value.get("name").and_then(Value::as_str).ok_or("an object in a list has no `name`")?;
        if items.iter().any(|item| item.key == name) {
            return Err(format!("`{name}` stands twice in a list"));
        }
        let mut inner = node(value)?;
        if let Content::Table(entries) = &mut inner.content {
            entries.retain(|item| item.key != "name");
        }
        items.push(Item { key: name.to_owned(), at: None, node: inner });
    }
    Ok(items)
}
