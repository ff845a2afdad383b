//! Who may read: tokens.

use sha2::{Digest, Sha256};
use sqlx::{Sqlite, Transaction};

use super::{
    Catalog, CatalogError, Project,
    keys::id_of,
    projects::{now, project, select_projects},
    random::{hex, random},
};

/// What every token begins with, so that a secret scanner finds one that was published.
const TOKEN_PREFIX: &str = "candor_";

impl Catalog {
    /// Makes another token that may read the project; it is shown only here.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn create_token(&self, project: &str) -> Result<String, CatalogError> {
        let mut transaction = self.begin().await?;
        let id = id_of(&mut transaction, project).await?;
        let token = insert_token(&mut transaction, Some(id)).await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// The project that a token may read.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn project_for_token(&self, token: &str) -> Result<Option<Project>, CatalogError> {
        let row = sqlx::query(select_projects!(
            "FROM tokens JOIN projects ON projects.id = tokens.project \
             WHERE sha256 = ? AND scope = 'read'"
        ))
        .bind(hash(token).as_slice())
        .fetch_optional(self.pool())
        .await?;
        row.map(project).transpose()
    }
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

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
