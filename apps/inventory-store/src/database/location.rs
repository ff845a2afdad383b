//! Where an inventory is: `sqlite:inventory.db`, or `postgres://inventory@db.example/assets`.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::BackendKind;

/// Where an inventory is. Shown without a password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server, as its clients understand it.
    #[cfg(feature = "postgres")]
    Postgres(Box<postgres::Config>),
}

impl Location {
    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> BackendKind {
        match self {
            Self::Sqlite(_) => BackendKind::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => BackendKind::Postgres,
        }
    }
}

impl FromStr for Location {
    type Err = LocationError;

    /// A text without a scheme is the path of a SQLite file.
    fn from_str(text: &str) -> Result<Self, LocationError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return postgres_location(text);
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        match path.split_once("://") {
            Some((scheme, _)) => Err(LocationError::Scheme { scheme: scheme.to_owned() }),
            None if path.is_empty() => Err(LocationError::Empty),
            None => Ok(Self::Sqlite(Path::new(path).to_owned())),
        }
    }
}

#[cfg(feature = "postgres")]
fn postgres_location(text: &str) -> Result<Location, LocationError> {
    match text.parse() {
        Ok(config) => Ok(Location::Postgres(Box::new(config))),
        // The client names the option that it does not understand, never a value.
        Err(error) => Err(LocationError::Postgres(super::BackendError::Postgres(error))),
    }
}

#[cfg(not(feature = "postgres"))]
fn postgres_location(_: &str) -> Result<Location, LocationError> {
    Err(LocationError::WithoutPostgres)
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            #[cfg(feature = "postgres")]
            Self::Postgres(config) => show(config, f),
        }
    }
}

/// Where PostgreSQL listens unless somebody says otherwise.
#[cfg(feature = "postgres")]
const USUAL_PORT: u16 = 5432;

/// `postgres://user@host:5433/name`; of several hosts the first.
#[cfg(feature = "postgres")]
fn show(config: &postgres::Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("postgres://")?;
    if let Some(user) = config.get_user() {
        write!(f, "{user}@")?;
    }
    let socket = match config.get_hosts().first() {
        Some(postgres::config::Host::Tcp(host)) => {
            f.write_str(host)?;
            None
        }
        Some(postgres::config::Host::Unix(folder)) => Some(folder),
        None => None,
    };
    if let (None, Some(port)) = (socket, config.get_ports().first().filter(|port| **port != USUAL_PORT)) {
        write!(f, ":{port}")?;
    }
    write!(f, "/{}", config.get_dbname().unwrap_or_default())?;
    socket.map_or(Ok(()), |folder| write!(f, "?host={}", folder.display()))
}

/// Why a text says nothing about where an inventory is. Never has the text: there may be a password in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocationError {
    /// Another kind of database.
    #[error("{scheme}: is no database that can hold an inventory; write sqlite:PATH or postgres://USER@HOST/NAME")]
    Scheme {
        /// What stands before `://`.
        scheme: String,
    },
    /// Nothing.
    #[error("no database is given; write sqlite:PATH or postgres://USER@HOST/NAME")]
    Empty,
    /// An address that the client does not understand.
    #[cfg(feature = "postgres")]
    #[error("{0}")]
    Postgres(super::BackendError),
    /// PostgreSQL was left out of this build.
    #[cfg(not(feature = "postgres"))]
    #[error("this build cannot use PostgreSQL, only sqlite:PATH")]
    WithoutPostgres,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        text.parse::<Location>().map_or_else(|error| format!("error: {error}"), |location| location.to_string())
    }

    #[test]
    fn a_path_is_a_sqlite_file_with_and_without_its_scheme() {
        assert_eq!(shown("inventory.db"), "inventory.db");
        assert_eq!(shown("sqlite:/var/lib/inventory.db"), "/var/lib/inventory.db");
        assert_eq!("a.db".parse::<Location>().unwrap().kind(), BackendKind::Sqlite);
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_password_is_never_shown() {
        for text in ["postgres://me:secret@db:5433/assets", "postgresql://me@db:5433/assets?password=secret"] {
            assert_eq!(shown(text), "postgres://me@db:5433/assets");
            assert!(!format!("{:?}", text.parse::<Location>().unwrap()).contains("secret"));
        }
        assert_eq!(shown("postgres://me@db/assets"), "postgres://me@db/assets");
        assert_eq!(shown("postgres:///assets?host=/run/postgresql"), "postgres:///assets?host=/run/postgresql");
        assert!(!shown("postgres://me:secret@db:port/assets").contains("secret"));
        assert!(!shown("mysql://me:secret@db/assets").contains("secret"));
    }

    #[test]
    fn what_is_no_database_is_refused() {
        assert!(shown("mysql://db/assets").starts_with("error: mysql: is no database"));
        assert!(shown("").starts_with("error: no database is given"));
        assert!(shown("sqlite:").starts_with("error: no database is given"));
    }
}
