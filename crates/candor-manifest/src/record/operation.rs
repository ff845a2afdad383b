//! Something that the tool is asked to do, and its parts.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Entry, Reading, check_record_name};
use crate::{
    Field,
    document::Section,
    field::{read_fields, read_value_list, write_fields},
    name::type_name,
};

/// An `[operation.…]` of a manifest: recorded with outcome, error class, duration and parts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// What every record has.
    pub entry: Entry,
    /// The classes of error that can end it or a part of it; any other is recorded as `other`, and where none is
    /// listed no class is recorded.
    pub errors: Vec<String>,
    /// Its steps, in the order of the file.
    pub parts: Vec<Part>,
}

/// A step of an operation: recorded with outcome, error class and duration, inside its operation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// Its name on the wire.
    pub name: String,
    /// What is recorded, for the user.
    pub description: String,
    /// What else is recorded with it, in the order of the file.
    pub fields: Vec<Field>,
}

impl Operation {
    /// The part of this name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    pub(crate) fn read(mut section: Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Entry::read(&mut section, name, reading);
        let errors = read_value_list(&mut section, "errors");
        let parts = read_parts(&mut section);
        section.close();
        Self { entry, errors, parts }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = self.entry.to_json();
        object.insert("errors".to_owned(), self.errors.clone().into());
        object.insert("parts".to_owned(), self.parts.iter().map(Part::to_json).collect());
        object.into()
    }
}

fn read_parts(section: &mut Section<'_>) -> Vec<Part> {
    let mut claimed: BTreeMap<String, String> = BTreeMap::new();
    let mut parts = Vec::new();
    for (name, mut part) in section.sections("parts") {
        if check_record_name(&part, &name.text)
            && let Some(other) = claimed.insert(type_name(&name.text), name.text.clone())
        {
            let message = format!("`{}` gets the same name in Rust as the part `{other}`", part.path());
            part.problem_at(name.at, message, "give one of them another name");
        }
        let fix = "tell the user what the step does: description = \"…\"";
        let description = part.required_text("description", fix).map(|text| text.text).unwrap_or_default();
        let fields = read_fields(&mut part);
        part.close();
        parts.push(Part { name: name.text, description, fields });
    }
    parts
}

impl Part {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("name".to_owned(), self.name.as_str().into());
        object.insert("description".to_owned(), self.description.as_str().into());
        object.insert("fields".to_owned(), write_fields(&self.fields));
        object.into()
    }
}
