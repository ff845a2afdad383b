//! What SQLite and PostgreSQL each do in their own way.

use std::fmt;

use serde_json::Value as Json;

use super::Change;
use crate::schema::{self, Table, Value};

/// An open database that is an inventory.
pub(super) trait Backend: fmt::Debug + Send {
    /// As [`Database::instance_id`](super::Database::instance_id).
    fn instance_id(&mut self) -> Result<Option<String>, BackendError>;

    /// Whether there is a table of this name.
    fn has_table(&mut self, table: &'static Table) -> Result<bool, BackendError>;

    /// As [`Database::query`](super::Database::query).
    fn query(&mut self, sql: &str, values: &[Value], kinds: &[schema::Kind]) -> Result<Vec<Vec<Value>>, BackendError>;

    /// As [`Database::write`](super::Database::write).
    fn write(&mut self, changes: &[Change<'_>]) -> Result<(), BackendError>;

    /// As [`Database::evaluate`](super::Database::evaluate).
    fn evaluate(&mut self, sql: &str, most: usize) -> Result<Found, EvaluateError>;
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A SQLite file.
    Sqlite,
    /// A schema in PostgreSQL.
    Postgres,
}

/// What a query found.
#[derive(Debug, Default)]
pub struct Found {
    /// How many rows it gave.
    pub count: u64,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<Vec<Json>>,
}

/// What the database said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// SQLite.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The server, or its client on the way to it.
    #[cfg(feature = "postgres")]
    #[error("{}", message(.0))]
    Postgres(::postgres::Error),
}

#[cfg(feature = "postgres")]
impl From<::postgres::Error> for BackendError {
    fn from(error: ::postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// The server's own words where it is the server that complains, without what they are about to be found out.
#[cfg(feature = "postgres")]
fn message(error: &::postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => error.message().to_owned(),
        None => {
            let mut text = error.to_string();
            let mut cause = std::error::Error::source(error);
            // The client says "error connecting to server: …" with the reason at its end, or behind it.
            while let Some(error) = cause {
                let reason = error.to_string();
                if !text.contains(&reason) {
                    text = format!("{text}: {reason}");
                }
                cause = error.source();
            }
            text
        }
    }
}

/// Why a query that somebody wrote has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// It asks for a table that is not there.
    #[error("{0}; `inventory fetch` fills the tables that `inventory providers list` shows")]
    NoTable(BackendError),
    /// The database does not understand it, or refuses it.
    #[error(transparent)]
    Sql(BackendError),
    /// It is no query.
    #[error("it is no query: a rule only reads, and gives one row a violation")]
    NoQuery,
}
