//! Reading a file of settings, which may hold a password.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

/// The whole file as `T`.
///
/// # Errors
/// [`SettingsError`], in one line that says nothing of what the file has but the names of its keys.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, SettingsError> {
    let text =
        fs::read_to_string(path).map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        // TOML's own message has the whole line.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        SettingsError::Malformed {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            what: error.message().replace('\n', " "),
        }
    })
}

/// Why a file of settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is no TOML, or has other keys.
    #[error("cannot understand the configuration {}, line {line}: {what}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
}
