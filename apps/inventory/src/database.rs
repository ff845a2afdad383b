//! The inventory on disk: one SQLite file.
//!
//! Besides the providers' tables it has `fetches`, one row a provider: what was asked last and how that went. A provider
//! that fails leaves its tables as they were, and `fetches` says that they are old.

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params, params_from_iter, types::ToSqlOutput};

use crate::{
    classified::{Classified, ErrorClass},
    machine::CollectError,
    providers::Provider,
    schema::{Column, Kind, Rows, Table, Value},
};

/// Written into the header of every inventory (`CINV`), so that no other database is ever taken for one: a fetch drops
/// tables with names as common as `users`.
const APPLICATION_ID: i32 = 0x4349_4e56;

/// The layout of `fetches`.
const LAYOUT: i32 = 1;

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(30);

const FETCHES: &str = "CREATE TABLE IF NOT EXISTS fetches (
    provider TEXT PRIMARY KEY NOT NULL,
    version TEXT NOT NULL,
    attempted_at TEXT NOT NULL,
    succeeded_at TEXT,
    duration_ms INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    error_class TEXT,
    error TEXT
) STRICT";

/// An open inventory.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Connection,
    path: PathBuf,
}

impl Database {
    /// Opens the inventory at `path`, or makes one that only its owner can read: command lines may hold secrets.
    ///
    /// # Errors
    /// [`DatabaseError::Open`], or [`DatabaseError::Foreign`] where the file is another program's.
    pub(crate) fn create_or_open(path: &Path) -> Result<Self, DatabaseError> {
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
        opened.map_err(|source| DatabaseError::Create { path: path.to_owned(), source })?;
        let database = Self::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let prepare = || -> rusqlite::Result<bool> {
            let transaction = Transaction::new_unchecked(&database.connection, TransactionBehavior::Immediate)?;
            let empty = transaction.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
            if empty {
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
                transaction.pragma_update(None, "user_version", LAYOUT)?;
            }
            if application_id(&transaction)? != APPLICATION_ID {
                return Ok(false);
            }
            transaction.execute(FETCHES, [])?;
            transaction.commit()?;
            Ok(true)
        };
        match prepare() {
            Ok(true) => Ok(database),
            Ok(false) => Err(DatabaseError::Foreign { path: path.to_owned() }),
            Err(source) => Err(DatabaseError::Open { path: path.to_owned(), source }),
        }
    }

    /// Opens an inventory that is there, for reading only.
    ///
    /// # Errors
    /// [`DatabaseError::Missing`], [`DatabaseError::Open`] or [`DatabaseError::Foreign`].
    pub(crate) fn open_for_reading(path: &Path) -> Result<Self, DatabaseError> {
        if !path.exists() {
            return Err(DatabaseError::Missing { path: path.to_owned() });
        }
        let database = Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match application_id(&database.connection) {
            Ok(APPLICATION_ID) => Ok(database),
            Ok(_) => Err(DatabaseError::Foreign { path: path.to_owned() }),
            Err(source) => Err(DatabaseError::Open { path: path.to_owned(), source }),
        }
    }

    fn open(path: &Path, access: OpenFlags) -> Result<Self, DatabaseError> {
        let open = || {
            let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(BUSY)?;
            Ok(connection)
        };
        let connection = open().map_err(|source| DatabaseError::Open { path: path.to_owned(), source })?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// For queries.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Replaces everything that `provider` has in the inventory, in one transaction.
    ///
    /// # Errors
    /// [`DatabaseError::Write`]; then nothing has changed.
    pub(crate) fn replace(
        &mut self,
        provider: &dyn Provider,
        tables: &[Rows],
        collecting: Duration,
    ) -> Result<(), DatabaseError> {
        self.write(|transaction| {
            for rows in tables {
                replace_table(transaction, rows)?;
            }
            let row_count: usize = tables.iter().map(|rows| rows.rows.len()).sum();
            transaction.execute(
                "INSERT OR REPLACE INTO fetches VALUES (?1, ?2, datetime('now'), datetime('now'), ?3, ?4, NULL, NULL)",
                params![provider.name(), provider.version(), whole_millis(collecting), row_count as i64],
            )?;
            Ok(())
        })
    }

    /// Notes that `provider` failed. What it had in the inventory stays.
    ///
    /// # Errors
    /// [`DatabaseError::Write`]; then nothing has changed.
    pub(crate) fn note_failure(
        &mut self,
        provider: &dyn Provider,
        error: &CollectError,
        collecting: Duration,
    ) -> Result<(), DatabaseError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO fetches VALUES (?1, ?2, datetime('now'), NULL, ?3, 0, ?4, ?5)
                 ON CONFLICT (provider) DO UPDATE SET attempted_at = excluded.attempted_at,
                     duration_ms = excluded.duration_ms, error_class = excluded.error_class, error = excluded.error",
                params![
                    provider.name(),
                    provider.version(),
                    whole_millis(collecting),
                    error.class().name(),
                    error.to_string()
                ],
            )?;
            Ok(())
        })
    }

    /// The providers whose last fetch failed, so that their tables are old or missing.
    ///
    /// # Errors
    /// [`DatabaseError::Open`] where `fetches` cannot be read.
    pub(crate) fn outdated(&self) -> Result<Vec<String>, DatabaseError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let sql = "SELECT provider FROM fetches WHERE error_class IS NOT NULL ORDER BY provider";
            self.connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(|source| DatabaseError::Open { path: self.path.clone(), source })
    }

    fn write(&mut self, change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<(), DatabaseError> {
        // Immediate: a transaction that turns from reading to writing cannot wait for another one that does the same.
        let Self { connection, path } = self;
        let write = || {
            let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            change(&transaction)?;
            transaction.commit()
        };
        write().map_err(|source| DatabaseError::Write { path: path.clone(), source })
    }
}

fn application_id(connection: &Connection) -> rusqlite::Result<i32> {
    connection.query_row("PRAGMA application_id", [], |row| row.get(0))
}

/// Dropped and made anew, so that a newer version of a provider may have other columns. Views on it live on.
fn replace_table(transaction: &Transaction<'_>, rows: &Rows) -> rusqlite::Result<()> {
    let Table { name, columns, .. } = rows.table;
    let definitions: Vec<String> = columns.iter().map(definition).collect();
    let places = vec!["?"; columns.len()].join(", ");
    transaction.execute_batch(&format!(
        "DROP TABLE IF EXISTS \"{name}\"; CREATE TABLE \"{name}\" ({}) STRICT",
        definitions.join(", ")
    ))?;
    let mut insert = transaction.prepare(&format!("INSERT INTO \"{name}\" VALUES ({places})"))?;
    for row in &rows.rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

fn definition(column: &Column) -> String {
    let Column { name, kind, optional, .. } = column;
    let kind = match kind {
        Kind::Integer => "INTEGER".to_owned(),
        Kind::Text => "TEXT".to_owned(),
        Kind::Boolean => format!("INTEGER CHECK (\"{name}\" IN (0, 1))"),
    };
    format!("\"{name}\" {kind}{}", if *optional { "" } else { " NOT NULL" })
}

fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Absent => ToSqlOutput::from(rusqlite::types::Null),
            Self::Integer(value) => ToSqlOutput::from(*value),
            Self::Text(value) => ToSqlOutput::from(value.as_str()),
            Self::Boolean(value) => ToSqlOutput::from(*value),
        })
    }
}

/// Why the inventory cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseError {
    /// There is no file.
    #[error("there is no inventory at {}; `inventory fetch` makes one", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be made.
    #[error("cannot open {} for writing", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is a database of another program.
    #[error("{} is a database, but no inventory; choose another file with --db", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// SQLite cannot open the file.
    #[error("cannot open the inventory {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// SQLite cannot write to the file.
    #[error("cannot write to the inventory {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
}

impl Classified for DatabaseError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Missing { .. } | Self::Create { .. } | Self::Foreign { .. } | Self::Open { .. } => {
                ErrorClass::DatabaseOpen
            }
            Self::Write { .. } => ErrorClass::DatabaseWrite,
        }
    }
}
