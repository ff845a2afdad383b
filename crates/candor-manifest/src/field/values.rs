//! Lists of values that are known when the tool is built.

use std::collections::BTreeMap;

use crate::{
    document::Section,
    name::{MAX_NAME_LENGTH, is_value_name, type_name},
};

/// More values are names of something that changes; those have type `name`.
const MAX_VALUES: usize = 256;

/// Reads the `values` of an enum; at least one.
pub(crate) fn read_values(section: &mut Section<'_>) -> Vec<String> {
    let fix = "list what it can be: values = [\"sqlite\", \"postgres\"]";
    section.require("values", fix);
    let values = read_value_list(section, "values");
    if section.has("values") && values.is_empty() {
        section.problem_with("values", "lists nothing", fix);
    }
    values
}

/// Reads a list of values; empty where there is none.
pub(crate) fn read_value_list(section: &mut Section<'_>, key: &'static str) -> Vec<String> {
    let mut claimed: BTreeMap<String, String> = BTreeMap::new();
    let mut values = Vec::new();
    for value in section.texts(key) {
        let path = section.path_of(key);
        if !is_value_name(&value.text) || value.text == "self" {
            let fix = format!("use lower-case words joined by `_`, `-` or `.`, at most {MAX_NAME_LENGTH} bytes");
            section.problem_at(value.at, format!("`{path}` contains \"{}\", which is no name", value.text), fix);
        } else if let Some(other) = claimed.insert(type_name(&value.text), value.text.clone()) {
            let message =
                format!("`{path}` contains \"{}\", which gets the same name in Rust as \"{other}\"", value.text);
            section.problem_at(value.at, message, "remove one of them");
        }
        values.push(value.text);
    }
    if values.len() > MAX_VALUES {
        section.problem_with(key, "lists too much", format!("list at most {MAX_VALUES}, or use type = \"name\""));
    }
    values
}
