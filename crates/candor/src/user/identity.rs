//! What links the records of this installation, and where that is kept.

use std::path::PathBuf;

use super::Tool;
pub use crate::identity::IdentityFile;
use crate::{declared::IdentityMode, identity, variables::Lookup};

/// How records may be linked here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityStatus {
    /// What the manifest declares.
    pub declared: IdentityMode,
    /// What holds: the manifest's mode, or the lower one that the user chose.
    pub mode: IdentityMode,
    /// The file that it is made of, and what lies there. `None` in mode `none`, and where there is no home for it.
    pub file: Option<(PathBuf, IdentityFile)>,
}

impl IdentityStatus {
    pub(super) fn of(tool: &Tool, chosen: Option<IdentityMode>, lookup: Lookup<'_>) -> Self {
        let declared = tool.declaration.identity;
        let mode = identity::lower(declared, chosen);
        let path = tool.directory.as_deref().and_then(|directory| identity::file_path(mode, directory, lookup));
        Self { declared, mode, file: path.map(|path| (identity::look(&path), path)).map(|(file, path)| (path, file)) }
    }

    /// What it means, in one line.
    pub(super) fn meaning(&self) -> &'static str {
        match self.mode {
            IdentityMode::None => "none: no two records can be linked",
            IdentityMode::Rotating => "rotating: records of a month can be linked, by a value made of",
            IdentityMode::Installation { .. } => "installation: records can be linked, by the random id in",
        }
    }
}

impl IdentityFile {
    /// What lies there, in a few words.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Missing => "not made yet",
            Self::Kept => "made",
            Self::Directory => "a directory: no identity is kept",
            Self::Malformed => "not an id: the next run replaces it",
            Self::Unreadable(_) => "cannot be read: each run has an identity of its own",
        }
    }
}
