//! What is not said on the command line: the environment, and `inventory.toml`.
//!
//! ```toml
//! database = "postgres://inventory@db.example/assets"
//! providers = ["users", "mounts"]
//! policy = "rules.toml"
//! ```

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use inventory_store::{
    Classified, ErrorClass,
    database::{Location, LocationError},
    providers,
};
use serde::Deserialize;

use crate::cli::InventoryArgs;

/// Read from the current directory where there is one, and nobody names another.
const FILE: &str = "inventory.toml";

/// The inventory where nobody says another.
const DATABASE: &str = "inventory.db";

/// The file as it was written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    database: Option<String>,
    #[serde(default)]
    providers: Vec<String>,
    policy: Option<PathBuf>,
}

/// The file and what was said before it, checked.
#[derive(Debug)]
pub(crate) struct Config {
    /// Which inventory.
    pub(crate) database: Location,
    /// The providers that a fetch asks where it is not told others; none means all.
    pub(crate) providers: Vec<String>,
    /// The rules that are checked where no others are given.
    pub(crate) policy: Option<PathBuf>,
}

impl Config {
    /// What holds for these arguments.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub(crate) fn load(args: &InventoryArgs) -> Result<Self, ConfigError> {
        let Raw { database, providers, policy } = match &args.config {
            Some(path) => read(path)?,
            None if Path::new(FILE).exists() => read(Path::new(FILE))?,
            None => Raw::default(),
        };
        if let Some(name) = providers.iter().find(|name| providers::ALL.iter().all(|known| known.name() != *name)) {
            return Err(ConfigError::Provider { name: name.clone() });
        }
        let database = args.database.as_deref().or(database.as_deref()).unwrap_or(DATABASE);
        Ok(Self { database: database.parse()?, providers, policy })
    }
}

fn read(path: &Path) -> Result<Raw, ConfigError> {
    let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        // Only what is wrong and where: the line itself may hold a password.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        ConfigError::Malformed {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            what: error.message().to_owned(),
        }
    })
}

/// Why it is not clear which inventory is meant.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
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
    /// The file names a provider that does not exist.
    #[error("there is no provider {name:?}; `inventory providers list` shows them")]
    Provider {
        /// The name.
        name: String,
    },
    /// The database is none.
    #[error(transparent)]
    Location(#[from] LocationError),
}

impl Classified for ConfigError {
    fn class(&self) -> ErrorClass {
        ErrorClass::Configuration
    }
}
