//! A set of plugins or providers.

use serde_json::Value;

use super::{Entry, Reading};
use crate::{
    NameShape, Shape,
    document::Section,
    field::{read_values, write_shape},
};

/// A `[component.…]` of a manifest: plugins or providers that are there, each with a name and a version.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ComponentSet {
    /// What every record has; its name is the set's.
    pub entry: Entry,
    /// What the components may be called: [`Shape::Enum`] or [`Shape::Name`]; what is not becomes `other`.
    pub names: Shape,
}

impl ComponentSet {
    pub(crate) fn read(mut section: Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Entry::read(&mut section, name, reading);
        let names = read_names(&mut section);
        section.close();
        Self { entry, names }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = self.entry.to_json();
        match &self.names {
            Shape::Name(_) => {
                let mut names = serde_json::Map::new();
                write_shape(&self.names, &mut names);
                names.remove("type");
                object.insert("names".to_owned(), names.into());
            }
            other => {
                write_shape(other, &mut object);
                object.remove("type");
            }
        }
        object.into()
    }
}

fn read_names(section: &mut Section<'_>) -> Shape {
    let values = section.has("values").then(|| read_values(section));
    let names = section.section("names").map(|mut names| {
        let shape = NameShape::read(&mut names);
        names.close();
        shape
    });
    match (values, names) {
        (Some(values), None) => Shape::Enum(values),
        (None, Some(names)) => Shape::Name(names),
        (values, _) => {
            let what = if values.is_some() { "both `values` and `names`" } else { "neither `values` nor `names`" };
            let fix = "list the components (values = [\"…\"]), or bound their names \
                       (names = { pattern = \"[a-z0-9_-]+\", max_length = 32, max_distinct = 64 })";
            section.problem(format!("`{}` has {what}", section.path()), fix);
            Shape::Enum(Vec::new())
        }
    }
}
