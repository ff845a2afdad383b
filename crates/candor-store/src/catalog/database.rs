//! Opening the file, and bringing it to the current format.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Catalog, CatalogError};
use crate::recovery::create_private;

/// What brings the file from format N to N + 1, at position N. Released entries never change.
const UPGRADES: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("identity.sql"),
    include_str!("tokens.sql"),
    include_str!("minidumps.sql"),
    include_str!("totals.sql"),
];

/// How long a writer waits for another process; a transaction takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

impl Catalog {
    /// Opens `dir/catalog.sqlite`, and makes the directory (0700) and the file (0600) where they are missing.
    ///
    /// # Errors
    /// When they cannot be made or read, or were made by a newer version.
    pub async fn open(dir: &Path) -> Result<Self, CatalogError> {
        let path = dir.join("catalog.sqlite");
        create_file(dir, &path).map_err(|source| CatalogError::Io { dir: dir.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // A project or token that was shown to its maker must still be there after a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        let catalog = Self { pool };
        catalog.upgrade().await?;
        Ok(catalog)
    }

    /// Writes all of it, as of one moment, into a new file that only the owner may read.
    ///
    /// # Errors
    /// When there is such a file, or it cannot be made.
    pub(crate) async fn copy(&self, to: &Path) -> Result<(), CatalogError> {
        let failed = |source| CatalogError::Io { dir: to.to_owned(), source };
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
        // An empty file is one that SQLite may write into.
        sqlx::query("VACUUM INTO ?").bind(to.to_string_lossy()).execute(&self.pool).await?;
        File::open(to).and_then(|file| file.sync_all()).map_err(failed)
    }

    /// What SQLite finds wrong with the file, if anything.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub(crate) async fn check(&self) -> Result<Option<String>, CatalogError> {
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await?;
        Ok((found != "ok").then_some(found))
    }

    pub(super) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// A transaction that has the right to write from its beginning: one that begins to read and then wants to write
    /// cannot wait for another writer.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, CatalogError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    async fn upgrade(&self) -> Result<(), CatalogError> {
        if self.version().await? == UPGRADES.len() as i64 {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        // Another process may have been faster.
        let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *transaction).await?;
        let Some(missing) = usize::try_from(version).ok().and_then(|version| UPGRADES.get(version..)) else {
            return Err(CatalogError::Version(version));
        };
        for upgrade in missing {
            sqlx::raw_sql(*upgrade).execute(&mut *transaction).await?;
        }
        let version = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {}", UPGRADES.len()));
        sqlx::raw_sql(version).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn version(&self) -> Result<i64, CatalogError> {
        Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(&self.pool).await?)
    }
}

/// SQLite gives its other files the mode of this one.
fn create_file(dir: &Path, path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    create_private(dir)?;
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    // SQLite syncs the directories of files that it makes itself.
    File::open(dir)?.sync_all()
}
