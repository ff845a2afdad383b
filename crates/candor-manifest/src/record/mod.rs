//! What may be recorded: one file a kind.

mod active;
mod component;
mod count;
mod crash;
mod entry;
mod error;
mod lifecycle;
mod operation;

use std::collections::BTreeMap;

pub use active::Active;
pub use component::ComponentSet;
pub use count::Count;
pub use crash::{Crash, Messages};
pub use entry::{Collect, Entry, Level, RecordKind};
pub use error::ErrorKind;
pub use lifecycle::Lifecycle;
pub use operation::{Operation, Part};

use crate::{
    Date,
    document::Section,
    name::{MAX_NAME_LENGTH, is_record_name, type_name},
};

/// What reading records needs to know beside the text.
pub(crate) struct Reading {
    /// Expiry dates before it are problems; without it none is.
    pub(crate) today: Option<Date>,
    /// Who has each Rust name already.
    claimed: BTreeMap<String, String>,
}

impl Reading {
    pub(crate) fn new(today: Option<Date>) -> Self {
        Self { today, claimed: BTreeMap::new() }
    }

    /// Reads the records of one kind: the tables in the section `kind`.
    pub(crate) fn records<T>(
        &mut self,
        root: &mut Section<'_>,
        kind: &'static str,
        read: fn(Section<'_>, String, &Self) -> T,
    ) -> Vec<T> {
        let mut records = Vec::new();
        for (name, section) in root.sections(kind) {
            let at = name.at;
            let path = section.path().to_owned();
            if check_record_name(&section, &name.text)
                && let Some(other) = self.claimed.insert(type_name(&name.text), path.clone())
            {
                let message = format!("`{path}` gets the same name in Rust as `{other}`");
                section.problem_at(at, message, "give one of them another name");
            }
            records.push(read(section, name.text, self));
        }
        records
    }
}

/// The count by which the SDK itself says how many records were lost before they could be sent; part of every manifest.
pub(crate) const LOST_RECORDS: &str = "candor_dropped";

/// What the names of the SDK's own records begin with.
const OWN_PREFIX: &str = "candor_";

/// Words that Rust does not let a module be called, not even as raw identifiers.
const UNUSABLE: [&str; 3] = ["crate", "self", "super"];

/// Whether a record or a part may have this name; if not, that is noted.
fn check_record_name(section: &Section<'_>, name: &str) -> bool {
    if !is_record_name(name) {
        let fix = format!("use lower-case words joined by `_`, `-` or one space, at most {MAX_NAME_LENGTH} bytes");
        section.problem(format!("`{}` is no name", section.path()), fix);
        return false;
    }
    if UNUSABLE.contains(&name) {
        section.problem(format!("`{}` has a name that Rust keeps for itself", section.path()), "choose another name");
        return false;
    }
    if name.starts_with(OWN_PREFIX) {
        section.problem(format!("`{}` has a name that candor keeps for itself", section.path()), "choose another name");
        return false;
    }
    true
}
