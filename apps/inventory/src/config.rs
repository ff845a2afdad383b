//! What is not said on the command line: the environment, and `inventory.toml`.
//!
//! ```toml
//! database = "postgres://inventory@db.example/assets"
//! providers = ["users", "mounts"]
//! policy = "rules.toml"
//! ```

use std::path::{Path, PathBuf};

use inventory_store::{
    Classified, ErrorClass,
    database::{Location, LocationError},
    providers,
    settings::{self, SettingsError},
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
            Some(path) => settings::read(path)?,
            None if Path::new(FILE).exists() => settings::read(Path::new(FILE))?,
            None => Raw::default(),
        };
        if let Some(name) = providers.iter().find(|name| !providers::is_known(name)) {
            return Err(ConfigError::Provider { name: name.clone() });
        }
        let database = args.database.as_deref().or(database.as_deref()).unwrap_or(DATABASE);
        Ok(Self { database: database.parse()?, providers, policy })
    }
}

/// Why it is not clear which inventory is meant.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] SettingsError),
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
