//! What a change of the manifest means, for the reviewer and for the user who agreed to the old one.

mod collects;
mod statement;
mod statements;
mod values;

use std::fmt;

use self::statements::Statements;
use crate::Manifest;

/// What a change of the manifest means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// Every change, those that collect more first.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Whether more is collected than before, or with less say of the user.
    pub collects_more: bool,
    /// What changes, in one line.
    pub text: String,
}

impl Diff {
    /// Whether anything collects more than before: then users are to be told again.
    #[must_use]
    pub fn collects_more(&self) -> bool {
        self.changes.iter().any(|change| change.collects_more)
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (collects_more, title) in [(true, "Collects more"), (false, "Other changes")] {
            let mut changes = self.changes.iter().filter(|change| change.collects_more == collects_more).peekable();
            if changes.peek().is_some() {
                writeln!(f, "{title}:")?;
            }
            for change in changes {
                writeln!(f, "  {}", change.text)?;
            }
        }
        if self.changes.is_empty() { writeln!(f, "No change in what is collected.") } else { Ok(()) }
    }
}

/// Compares two manifests.
#[must_use]
pub fn diff(old: &Manifest, new: &Manifest) -> Diff {
    let (before, after) = (Statements::of(old), Statements::of(new));
    let mut changes = Vec::new();
    for statement in after.iter() {
        let subject = &statement.subject;
        match before.find(subject) {
            // What a new record or field says of itself is told by its own line.
            None if !statement.adding_collects_more() && after.brings_along(subject, &before) => {}
            None => changes.push(Change {
                collects_more: statement.adding_collects_more(),
                text: format!("+ {subject}: {}", statement.value),
            }),
            Some(then) if then.value != statement.value => changes.push(Change {
                collects_more: statement.collects_more_than(then),
                text: format!("~ {subject}: {} -> {}", then.value, statement.value),
            }),
            Some(_) => {}
        }
    }
    for statement in before.iter().filter(|statement| after.find(&statement.subject).is_none()) {
        let subject = &statement.subject;
        if !before.brings_along(subject, &after) {
            let text = format!("- {subject}: {}", statement.value);
            changes.push(Change { collects_more: statement.removing_collects_more(), text });
        }
    }
    changes.sort_by_key(|change| !change.collects_more);
    Diff { changes }
}
