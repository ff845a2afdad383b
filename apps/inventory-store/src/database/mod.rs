//! The inventory's database: a SQLite file, or a schema in PostgreSQL. Both keep the same tables and answer the same SQL.
//!
//! Besides the providers' tables there is `fetches`, one row a provider: what was asked last and how that went. A provider
//! that fails leaves its tables as they were, and `fetches` says that they are old. And there is `meta`, which says that the
//! rest is an inventory, and which one.

mod backend;
mod change;
mod error;
mod location;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;
mod tables;

use std::time::Duration;

use self::{backend::Backend, tables::NOW};
pub use self::{
    backend::{BackendError, EvaluateError, Found, Kind as BackendKind},
    change::Change,
    error::DatabaseError,
    location::{Location, LocationError},
};
use crate::{
    classified::Classified,
    machine::CollectError,
    providers::Provider,
    schema::{Kind, Rows, Table, Value},
};

/// An open inventory.
#[derive(Debug)]
pub struct Database {
    backend: Box<dyn Backend>,
    location: Location,
}

impl Database {
    /// Opens the inventory, or makes one that only its owner can read: command lines may hold secrets. A PostgreSQL database
    /// must be there; the schema `inventory` in it is made.
    ///
    /// # Errors
    /// [`DatabaseError::Open`] or [`DatabaseError::Create`], or [`DatabaseError::Foreign`] for a database of another program.
    pub fn create_or_open(location: &Location) -> Result<Self, DatabaseError> {
        let backend: Box<dyn Backend> = match location {
            Location::Sqlite(path) => Box::new(sqlite::Sqlite::create_or_open(path, location)?),
            #[cfg(feature = "postgres")]
            Location::Postgres(config) => Box::new(postgres::Postgres::create_or_open(config, location)?),
        };
        Ok(Self { backend, location: location.clone() })
    }

    /// Opens an inventory that is there, for reading only.
    ///
    /// # Errors
    /// [`DatabaseError::Missing`], [`DatabaseError::Open`] or [`DatabaseError::Foreign`].
    pub fn open_for_reading(location: &Location) -> Result<Self, DatabaseError> {
        let backend: Box<dyn Backend> = match location {
            Location::Sqlite(path) => Box::new(sqlite::Sqlite::open_for_reading(path, location)?),
            #[cfg(feature = "postgres")]
            Location::Postgres(config) => Box::new(postgres::Postgres::open_for_reading(config, location)?),
        };
        Ok(Self { backend, location: location.clone() })
    }

    /// A random or unique text that stays the same for as long as the database lives: PostgreSQL's own `system_identifier`,
    /// or else what was drawn when the inventory was made. `None` where an older release made it and nothing was written
    /// since.
    ///
    /// # Errors
    /// [`DatabaseError::Open`] where it cannot be read.
    pub fn instance_id(&mut self) -> Result<Option<String>, DatabaseError> {
        let Self { backend, location } = self;
        backend.instance_id().map_err(|source| DatabaseError::Open { location: location.clone(), source })
    }

    /// Replaces everything that `provider` has in the inventory, in one transaction.
    ///
    /// # Errors
    /// [`DatabaseError::Write`]; then nothing has changed.
    pub fn replace(
        &mut self,
        provider: &dyn Provider,
        tables: &[Rows],
        collecting: Duration,
    ) -> Result<(), DatabaseError> {
        let row_count: usize = tables.iter().map(|rows| rows.rows.len()).sum();
        let mut changes: Vec<Change<'_>> = tables.iter().map(Change::Replace).collect();
        changes.push(Change::execute(
            format!(
                "INSERT INTO fetches VALUES (?1, ?2, {NOW}, {NOW}, ?3, ?4, NULL, NULL)
                 ON CONFLICT (provider) DO UPDATE SET version = excluded.version, attempted_at = excluded.attempted_at,
                     succeeded_at = excluded.succeeded_at, duration_ms = excluded.duration_ms,
                     row_count = excluded.row_count, error_class = NULL, error = NULL"
            ),
            [
                provider.name().into(),
                provider.version().into(),
                whole_millis(collecting).into(),
                (row_count as u64).into(),
            ],
        ));
        self.write(&changes)
    }

    /// Notes that `provider` failed. What it had in the inventory stays.
    ///
    /// # Errors
    /// [`DatabaseError::Write`]; then nothing has changed.
    pub fn note_failure(
        &mut self,
        provider: &dyn Provider,
        error: &CollectError,
        collecting: Duration,
    ) -> Result<(), DatabaseError> {
        self.write(&[Change::execute(
            format!(
                "INSERT INTO fetches VALUES (?1, ?2, {NOW}, NULL, ?3, 0, ?4, ?5)
                 ON CONFLICT (provider) DO UPDATE SET attempted_at = excluded.attempted_at,
                     duration_ms = excluded.duration_ms, error_class = excluded.error_class, error = excluded.error"
            ),
            [
                provider.name().into(),
                provider.version().into(),
                whole_millis(collecting).into(),
                error.class().name().into(),
                error.to_string().into(),
            ],
        )])
    }

    /// The providers whose last fetch failed, so that their tables are old or missing.
    ///
    /// # Errors
    /// [`DatabaseError::Read`].
    pub fn outdated(&mut self) -> Result<Vec<String>, DatabaseError> {
        let sql = "SELECT provider FROM fetches WHERE error_class IS NOT NULL ORDER BY provider";
        let rows = self.query(sql, &[], &[Kind::Text])?;
        Ok(rows.into_iter().flatten().filter_map(Value::into_text).collect())
    }

    /// The first rows of a provider's table, at most `limit`; `None` where it was never fetched.
    ///
    /// # Errors
    /// [`DatabaseError::Read`]; also where another version of the provider filled the table with other columns.
    pub fn rows(&mut self, table: &'static Table, limit: u64) -> Result<Option<Rows>, DatabaseError> {
        if !self.read(|backend| backend.has_table(table))? {
            return Ok(None);
        }
        let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let kinds: Vec<Kind> = table.columns.iter().map(|column| column.kind).collect();
        let sql = format!("SELECT {} FROM \"{}\" LIMIT ?1", columns.join(", "), table.name);
        Ok(Some(Rows { table, rows: self.query(&sql, &[limit.into()], &kinds)? }))
    }

    /// How many rows a provider's table has; `None` where it was never fetched.
    ///
    /// # Errors
    /// [`DatabaseError::Read`].
    pub fn count(&mut self, table: &'static Table) -> Result<Option<u64>, DatabaseError> {
        if !self.read(|backend| backend.has_table(table))? {
            return Ok(None);
        }
        let rows = self.query(&format!("SELECT count(*) FROM \"{}\"", table.name), &[], &[Kind::Integer])?;
        Ok(rows.into_iter().flatten().find_map(Value::into_integer).map(i64::unsigned_abs))
    }

    /// What a query gives that SQLite and PostgreSQL both understand: `?1` stands for the first of `values`, and column by
    /// column the result has these `kinds`.
    ///
    /// # Errors
    /// [`DatabaseError::Read`].
    pub fn query(&mut self, sql: &str, values: &[Value], kinds: &[Kind]) -> Result<Vec<Vec<Value>>, DatabaseError> {
        self.read(|backend| backend.query(sql, values, kinds))
    }

    /// Makes all the changes in one transaction, or none of them. Waits for another process that writes.
    ///
    /// # Errors
    /// [`DatabaseError::Write`]; then nothing has changed.
    pub fn write(&mut self, changes: &[Change<'_>]) -> Result<(), DatabaseError> {
        let Self { backend, location } = self;
        backend.write(changes).map_err(|source| DatabaseError::Write { location: location.clone(), source })
    }

    /// Runs a query that somebody wrote, which can only read. All rows are counted, and the first `most` are kept.
    ///
    /// # Errors
    /// [`EvaluateError`].
    pub fn evaluate(&mut self, sql: &str, most: usize) -> Result<Found, EvaluateError> {
        self.backend.evaluate(sql, most)
    }

    fn read<T>(&mut self, ask: impl FnOnce(&mut dyn Backend) -> Result<T, BackendError>) -> Result<T, DatabaseError> {
        let Self { backend, location } = self;
        ask(backend.as_mut()).map_err(|source| DatabaseError::Read { location: location.clone(), source })
    }
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
