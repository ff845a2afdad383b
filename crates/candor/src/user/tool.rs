//! A tool, and where its files are.

use std::path::{Path, PathBuf};

use crate::{
    declared::Declaration,
    places::{self, ConsentFiles},
    spool::{Limits, Spool},
    tool_file, variables,
};

/// A tool on this computer.
#[derive(Debug, Clone)]
pub struct Tool {
    pub(super) declaration: Declaration,
    pub(super) directory: Option<PathBuf>,
    pub(super) files: ConsentFiles,
}

impl Tool {
    /// The tool that this process is.
    #[must_use]
    pub fn of(declaration: &'static Declaration) -> Self {
        let lookup = &variables::process;
        let directory = places::state_directory(declaration.application, lookup);
        Self { declaration: declaration.clone(), directory, files: ConsentFiles::of(lookup) }
    }

    /// A tool of which nothing but its name is known, for a choice about it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let lookup = &variables::process;
        let directory = places::state_directory(name, lookup);
        Self { declaration: tool_file::named(name), directory, files: ConsentFiles::of(lookup) }
    }

    /// Another tool, by what it said of itself in this directory.
    pub(super) fn at(declaration: Declaration, directory: PathBuf) -> Self {
        Self { declaration, directory: Some(directory), files: ConsentFiles::of(&variables::process) }
    }

    /// Its name, which is also its key in `consent.toml`.
    #[must_use]
    pub fn application(&self) -> &str {
        self.declaration.application
    }

    /// Its version; of another tool, the one that sent or recorded last.
    #[must_use]
    pub fn version(&self) -> &str {
        self.declaration.release.version
    }

    /// The directory that all of its records are in, where there is a place for one.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    pub(super) fn spool(&self) -> Option<Spool> {
        self.directory
            .clone()
            .map(|directory| Spool::new(directory, Limits::default()).counting(Some(Spool::close_presence)))
    }
}
