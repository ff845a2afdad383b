//! An error that was handled.

use serde_json::Value;

use super::{Entry, Reading};
use crate::document::Section;

/// An `[error.…]` of a manifest: a kind of error that the tool meets and handles outside of any operation.
///
/// How an operation fails is said by [`crate::Operation::errors`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ErrorKind {
    /// What every record has.
    pub entry: Entry,
}

impl ErrorKind {
    pub(crate) fn read(mut section: Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Entry::read(&mut section, name, reading);
        section.close();
        Self { entry }
    }

    pub(crate) fn to_json(&self) -> Value {
        self.entry.to_json().into()
    }
}
