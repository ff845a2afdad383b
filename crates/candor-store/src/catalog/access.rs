//! Who may send and who may read: write keys and tokens.

use sha2::{Digest, Sha256};
use sqlx::{Sqlite, Transaction};

use super::{
    Catalog, CatalogError, Project,
    projects::{by_name, now, project},
};

/// What every token begins with, so that a secret scanner finds one that was published.
const TOKEN_PREFIX: &str = "candor_";

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
        let no_project = || CatalogError::NoSuchProject(project.to_owned());
        let id = by_name(&mut transaction, project).await?.ok_or_else(no_project)?;
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

    /// Makes a write key worth nothing. One that is none already stays so.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn revoke_key(&self, key: &str) -> Result<(), CatalogError> {
        let query = sqlx::query("UPDATE keys SET revoked_at = ? WHERE key = ? AND revoked_at IS NULL");
        query.bind(now().micros()).bind(key).execute(self.pool()).await?;
        Ok(())
    }

    /// Makes another token that may read the project; it is shown only here.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn create_token(&self, project: &str) -> Result<String, CatalogError> {
        let mut transaction = self.begin().await?;
        let no_project = || CatalogError::NoSuchProject(project.to_owned());
        let id = by_name(&mut transaction, project).await?.ok_or_else(no_project)?;
        let token = insert_token(&mut transaction, Some(id)).await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// The project that a write key belongs to, unless it was revoked.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn project_by_key(&self, key: &str) -> Result<Option<Project>, CatalogError> {
        let row = sqlx::query(
            "SELECT projects.* FROM keys JOIN projects ON projects.id = keys.project \
             WHERE key = ? AND revoked_at IS NULL",
        )
        .bind(key)
        .fetch_optional(self.pool())
        .await?;
        row.map(project).transpose()
    }

    /// Every valid write key with its project's id, for a cache.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn write_keys(&self) -> Result<Vec<(String, i64)>, CatalogError> {
        let query = sqlx::query_as("SELECT key, project FROM keys WHERE revoked_at IS NULL ORDER BY created, key");
        Ok(query.fetch_all(self.pool()).await?)
    }

    /// The project that a token may read.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn project_for_token(&self, token: &str) -> Result<Option<Project>, CatalogError> {
        let row = sqlx::query(
            "SELECT projects.* FROM tokens JOIN projects ON projects.id = tokens.project \
             WHERE sha256 = ? AND scope = 'read'",
        )
        .bind(hash(token).as_slice())
        .fetch_optional(self.pool())
        .await?;
        row.map(project).transpose()
    }
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

/// Makes a token and returns it; the catalog keeps its hash. 256 random bits need no salt and no slow hash.
pub(super) async fn insert_token(
    transaction: &mut Transaction<'static, Sqlite>,
    project: Option<i64>,
) -> Result<String, CatalogError> {
    let token = format!("{TOKEN_PREFIX}{}", hex(&random::<32>()?));
    sqlx::query("INSERT INTO tokens (sha256, project, scope, created) VALUES (?, ?, 'read', ?)")
        .bind(hash(&token).as_slice())
        .bind(project)
        .bind(now().micros())
        .execute(&mut **transaction)
        .await?;
    Ok(token)
}

/// 32 hexadecimal digits.
pub(super) fn random_hex() -> Result<String, CatalogError> {
    Ok(hex(&random::<16>()?))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], CatalogError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(CatalogError::Random)?;
    Ok(bytes)
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
