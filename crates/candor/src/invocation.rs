//! What a user asked for, by the names of the tool's own definition: which command, and which flags.
//!
//! For fields of the types `command` and `flag`. The names come from the `clap` definition, never from what was typed:
//! a value, a positional argument or an unknown subcommand has no way into them, and nothing else makes them. That is
//! only worth what the definition is: a tool that defines commands while it runs, such as one for each plugin that it
//! finds on the disk, records the names of those too.

#[cfg(feature = "clap")]
mod definition;

#[cfg(feature = "clap")]
pub use definition::Invocation;

use std::fmt;

/// The path of a command from the tool's definition, such as `policy run`: words of letters, digits and `_ . : + -`, joined
/// by single spaces, at most 64 bytes. `none` where no command was given, `other` where it is none of the definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandPath(String);

/// The name of a flag from the tool's definition, as it is told in `--help`: `--dry-run`, or `-n` where it has no long
/// name; at most 64 bytes. `other` where the definition has another shape.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FlagName(String);

impl CommandPath {
    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FlagName {
    /// The name, with its dashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommandPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for FlagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
