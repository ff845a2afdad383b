//! Fields: what else is recorded with a record, in closed shapes.

mod name_shape;
mod pattern;
mod shape;
mod values;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub use name_shape::NameShape;
pub use pattern::Pattern;
pub use shape::Shape;
pub(crate) use shape::write_shape;
pub(crate) use values::{read_value_list, read_values};

use crate::{
    document::Section,
    name::{MAX_NAME_LENGTH, RESERVED, is_field_name, type_name},
};

/// One field of a record or a part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name on the wire and, after the store's prefix of its type, in the tables.
    pub name: String,
    /// What it says, for the user.
    pub description: String,
    /// What the answer is used for, where that is another thing than the record's `why`.
    pub why: Option<String>,
    /// The values that it can have.
    pub shape: Shape,
}

/// Types that `candor::manifest!` writes into each record's module.
const TAKEN_TYPES: [&str; 3] = ["Error", "Part", "Scope"];

/// Reads the `fields` of a record or a part.
pub(crate) fn read_fields(section: &mut Section<'_>) -> Vec<Field> {
    let mut claimed: BTreeMap<String, String> = BTreeMap::new();
    let mut fields = Vec::new();
    for (name, mut field) in section.sections("fields") {
        check_name(&field, &name.text);
        if let Some(other) = claimed.insert(type_name(&name.text), name.text.clone()) {
            let message = format!("`{}` gets the same name in Rust as the field `{other}`", field.path());
            field.problem_at(name.at, message, "give one of them another name");
        }
        let fix = "tell the user what it says: description = \"…\"";
        let description = field.required_text("description", fix).map(|text| text.text).unwrap_or_default();
        let why = field.text("why").map(|why| why.text);
        let shape = Shape::read(&mut field);
        if matches!(shape, Shape::Enum(_)) && TAKEN_TYPES.contains(&type_name(&name.text).as_str()) {
            let message = format!("`{}` would make a Rust type that exists already", field.path());
            field.problem(message, "give it another name");
        }
        field.close();
        fields.push(Field { name: name.text, description, why, shape });
    }
    fields
}

fn check_name(field: &Section<'_>, name: &str) {
    if !is_field_name(name) {
        let fix = format!("use lower-case words joined by `_`, at most {MAX_NAME_LENGTH} bytes");
        field.problem(format!("`{}` is no name", field.path()), fix);
    } else if RESERVED.contains(&name) {
        let message = format!("`{}` is called like something that every record has", field.path());
        field.problem(message, "give it another name, or leave it out if it is recorded already");
    }
}

/// The `fields` as JSON.
pub(crate) fn write_fields(fields: &[Field]) -> Value {
    let object = |field: &Field| {
        let mut object = Map::new();
        object.insert("name".to_owned(), field.name.as_str().into());
        object.insert("description".to_owned(), field.description.as_str().into());
        if let Some(why) = &field.why {
            object.insert("why".to_owned(), why.as_str().into());
        }
        write_shape(&field.shape, &mut object);
        Value::Object(object)
    };
    fields.iter().map(object).collect()
}
