//! Names that only exist at run time, held to bounds.

use serde_json::{Map, Value};

use super::Pattern;
use crate::document::Section;

/// What a name that is only known at run time may look like; any other is recorded as `other`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameShape {
    /// Its characters.
    pub pattern: Pattern,
    /// The most bytes.
    pub max_length: usize,
    /// The most different names in a run; the rest is `other`.
    pub max_distinct: usize,
}

/// Longer ones are sentences.
const MAX_LENGTH: u64 = 64;
/// A report of more rows is not read, and so many names could hold a secret in their choice.
const MAX_DISTINCT: u64 = 1000;

impl NameShape {
    /// Whether the name is recorded as it is.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        name.len() <= self.max_length && self.pattern.matches(name)
    }

    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let fix = "write one class of letters, digits and `_ . : + -`: pattern = \"[a-z0-9_-]+\"";
        let pattern = match section.required_text("pattern", fix) {
            Some(text) => {
                Pattern::parse(&text.text).map_err(|message| section.problem_with("pattern", &message, fix)).ok()
            }
            None => None,
        };
        Self {
            // Stands for a pattern that was refused; the manifest is refused with it.
            pattern: pattern.unwrap_or_else(|| Pattern { text: String::new(), ranges: Vec::new() }),
            max_length: bounded(section, "max_length", MAX_LENGTH),
            max_distinct: bounded(section, "max_distinct", MAX_DISTINCT),
        }
    }

    pub(crate) fn write(&self, object: &mut Map<String, Value>) {
        object.insert("pattern".to_owned(), self.pattern.as_str().into());
        object.insert("max_length".to_owned(), self.max_length.into());
        object.insert("max_distinct".to_owned(), self.max_distinct.into());
    }
}

fn bounded(section: &mut Section<'_>, key: &'static str, most: u64) -> usize {
    let fix = format!("write a number from 1 to {most}: {key} = 32");
    section.require(key, &fix);
    let number = section.natural(key);
    if number.is_some_and(|number| number == 0 || number > most) {
        section.problem_with(key, "is out of bounds", fix);
    }
    number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1)
}
