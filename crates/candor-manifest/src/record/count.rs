//! Something that is counted.

use serde_json::Value;

use super::{Entry, Reading};
use crate::document::Section;

/// A `[count.…]` of a manifest.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Count {
    /// What every record has.
    pub entry: Entry,
}

impl Count {
    pub(crate) fn read(mut section: Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Entry::read(&mut section, name, reading);
        section.close();
        Self { entry }
    }

    pub(crate) fn to_json(&self) -> Value {
        self.entry.to_json().into()
    }
}
