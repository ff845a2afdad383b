//! What can be taken inventory of: one file a provider.

mod defective;
mod files;
mod interfaces;
mod modules;
mod mounts;
mod packages;
mod processes;
mod sockets;
mod system;
mod users;

use crate::{
    machine::{CollectError, Machine},
    schema::{Rows, Table},
};

/// A source of resources.
pub trait Provider: Sync {
    /// Its name on the command line: lower-case letters.
    fn name(&self) -> &'static str;

    /// Its own version; it changes when its tables or their meaning do.
    fn version(&self) -> &'static str;

    /// What it looks at, in one line.
    fn about(&self) -> &'static str;

    /// The tables that it fills.
    fn tables(&self) -> &'static [&'static Table];

    /// Looks at the machine. Gives rows for every one of its tables, be they empty.
    ///
    /// # Errors
    /// The first source that is not readable or makes no sense. What vanishes while it is looked at (a process that
    /// ends) is no error.
    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError>;
}

/// All providers, in the order in which they are listed.
pub const ALL: [&dyn Provider; 9] = [
    &system::System,
    &processes::Processes,
    &sockets::Sockets,
    &mounts::Mounts,
    &interfaces::Interfaces,
    &users::Users,
    &packages::Packages,
    &modules::Modules,
    &files::Files,
];

/// A provider that panics, for tests and demonstrations; it is not listed.
pub const DEFECTIVE: &dyn Provider = &defective::Defective;

/// The providers of these names, each once and in the order in which they are listed; all that are listed where there is no
/// name.
pub fn chosen(names: &[String]) -> Vec<&'static dyn Provider> {
    if names.is_empty() {
        return ALL.to_vec();
    }
    known().filter(|provider| names.iter().any(|name| name == provider.name())).collect()
}

/// Whether there is a provider of this name.
pub fn is_known(name: &str) -> bool {
    known().any(|provider| provider.name() == name)
}

/// Those that are listed, and the one that is not.
fn known() -> impl Iterator<Item = &'static dyn Provider> {
    ALL.into_iter().chain([DEFECTIVE])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_short_lower_case_and_unique() {
        let names: HashSet<_> = ALL.iter().map(|provider| provider.name()).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(names.iter().all(|name| name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_lowercase())));
    }

    #[test]
    fn no_two_providers_fill_the_same_table() {
        let tables: Vec<_> = ALL.iter().flat_map(|provider| provider.tables()).map(|table| table.name).collect();
        assert_eq!(tables.iter().collect::<HashSet<_>>().len(), tables.len());
    }
}
