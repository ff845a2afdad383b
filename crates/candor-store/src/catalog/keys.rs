//! Who may send: write keys.
//!
//! A key is public: it stands in every copy of the tool. So it is not hidden, but changed: a new one goes into the next
//! release, and the old one ends on a day by which most users have that.

use candor_wire::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{
    Catalog, CatalogError, Project,
    projects::{by_name, now, project, select_projects},
    random::random_hex,
};

/// A write key of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteKey {
    /// What SDKs send.
    pub key: String,
    /// When it was made or added.
    pub created: Timestamp,
    /// From when on it opens nothing; may be to come.
    pub ends: Option<Timestamp>,
    /// Whether it opens the project now.
    pub valid: bool,
}

/// A key that took the place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rotated {
    /// The new key: 32 hexadecimal digits, so that it can also be a Sentry DSN's.
    pub key: String,
    /// The keys that end.
    pub ending: Vec<String>,
}

impl Catalog {
    /// Makes `key` a write key of the project. Adding it again changes nothing; a revoked key is valid again.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], [`CatalogError::InvalidKey`], [`CatalogError::KeyTaken`], or SQLite's.
    pub async fn add_key(&self, project: &str, key: &str) -> Result<(), CatalogError> {
        // A colon would end the user name of the basic authentication that carries the key.
        if !(1..=128).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
            return Err(CatalogError::InvalidKey);
        }
        let mut transaction = self.begin().await?;
        let id = id_of(&mut transaction, project).await?;
        let owner: Option<(i64, String)> = sqlx::query_as(
            "SELECT projects.id, name FROM keys JOIN projects ON projects.id = keys.project WHERE key = ?",
        )
        .bind(key)
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some((_, name)) = owner.filter(|(owner, _)| *owner != id) {
            return Err(CatalogError::KeyTaken(name));
        }
        insert_key(&mut transaction, id, key).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes another write key of the project: 32 hexadecimal digits.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn create_key(&self, project: &str) -> Result<String, CatalogError> {
        Ok(self.replace_keys(project, None, None).await?.key)
    }

    /// Makes a new write key, and lets `old`, or else every other key of the project, end at `ends`. A key that ends
    /// earlier already is left so.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], [`CatalogError::NoSuchKey`], or SQLite's.
    pub async fn rotate_key(&self, project: &str, old: Option<&str>, ends: Timestamp) -> Result<Rotated, CatalogError> {
        self.replace_keys(project, old, Some(ends)).await
    }

    async fn replace_keys(
        &self,
        project: &str,
        old: Option<&str>,
        ends: Option<Timestamp>,
    ) -> Result<Rotated, CatalogError> {
        let key = random_hex()?;
        let mut transaction = self.begin().await?;
        let id = id_of(&mut transaction, project).await?;
        let mut ending = Vec::new();
        if let Some(ends) = ends {
            ending = end_keys(&mut transaction, id, old, ends).await?;
            if let (Some(old), true) = (old, ending.is_empty()) {
                return Err(no_such_key(project, old));
            }
        }
        insert_key(&mut transaction, id, &key).await?;
        transaction.commit().await?;
        Ok(Rotated { key, ending })
    }

    /// Makes a write key of the project worth nothing from now on.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], [`CatalogError::NoSuchKey`] where it has no such valid key, or SQLite's.
    pub async fn revoke_key(&self, project: &str, key: &str) -> Result<(), CatalogError> {
        let mut transaction = self.begin().await?;
        let id = id_of(&mut transaction, project).await?;
        if end_keys(&mut transaction, id, Some(key), now()).await?.is_empty() {
            return Err(no_such_key(project, key));
        }
        Ok(transaction.commit().await?)
    }

    /// Every write key that the project ever had, the oldest first.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn keys(&self, project: &str) -> Result<Vec<WriteKey>, CatalogError> {
        let mut transaction = self.begin().await?;
        let id = id_of(&mut transaction, project).await?;
        let rows: Vec<(String, i64, Option<i64>)> =
            sqlx::query_as("SELECT key, created, revoked_at FROM keys WHERE project = ? ORDER BY created, key")
                .bind(id)
                .fetch_all(&mut *transaction)
                .await?;
        let now = now();
        let key = |(key, created, ends): (String, i64, Option<i64>)| {
            let ends = ends.map(Timestamp::from_micros);
            let valid = ends.is_none_or(|ends| ends > now);
            WriteKey { key, created: Timestamp::from_micros(created), ends, valid }
        };
        Ok(rows.into_iter().map(key).collect())
    }

    /// The project that a write key belongs to, unless it has ended.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn project_by_key(&self, key: &str) -> Result<Option<Project>, CatalogError> {
        let row = sqlx::query(select_projects!(
            "FROM keys JOIN projects ON projects.id = keys.project \
             WHERE key = ? AND (revoked_at IS NULL OR revoked_at > ?)"
        ))
        .bind(key)
        .bind(now().micros())
        .fetch_optional(self.pool())
        .await?;
        row.map(project).transpose()
    }

    /// Every valid write key with its project's id, for a cache.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn write_keys(&self) -> Result<Vec<(String, i64)>, CatalogError> {
        let query = sqlx::query_as(
            "SELECT key, project FROM keys WHERE revoked_at IS NULL OR revoked_at > ? ORDER BY created, key",
        );
        Ok(query.bind(now().micros()).fetch_all(self.pool()).await?)
    }
}

pub(super) async fn id_of(transaction: &mut Transaction<'static, Sqlite>, project: &str) -> Result<i64, CatalogError> {
    by_name(transaction, project).await?.ok_or_else(|| CatalogError::NoSuchProject(project.to_owned()))
}

fn no_such_key(project: &str, key: &str) -> CatalogError {
    CatalogError::NoSuchKey { project: project.to_owned(), key: key.to_owned() }
}

/// Lets a valid key, or all of them, end; gives back which.
async fn end_keys(
    transaction: &mut Transaction<'static, Sqlite>,
    project: i64,
    key: Option<&str>,
    ends: Timestamp,
) -> Result<Vec<String>, CatalogError> {
    let query = sqlx::query_scalar(
        "UPDATE keys SET revoked_at = MIN(COALESCE(revoked_at, ?1), ?1) \
         WHERE project = ?2 AND key = COALESCE(?3, key) AND (revoked_at IS NULL OR revoked_at > ?4) RETURNING key",
    );
    let query = query.bind(ends.micros()).bind(project).bind(key).bind(now().micros());
    Ok(query.fetch_all(&mut **transaction).await?)
}

pub(super) async fn insert_key(
    transaction: &mut Transaction<'static, Sqlite>,
    project: i64,
    key: &str,
) -> Result<(), CatalogError> {
    sqlx::query(
        "INSERT INTO keys (key, project, created) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET revoked_at = NULL",
    )
    .bind(key)
    .bind(project)
    .bind(now().micros())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
