//! Who may look: tokens, each with what it may do.

use candor_wire::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{Row, Sqlite, Transaction};

use super::{
    Catalog, CatalogError, Project, TokenScopes,
    keys::id_of,
    projects::{now, project, select_projects},
    random::{hex, random},
};

/// What every token begins with, so that a secret scanner finds one that was published.
const TOKEN_PREFIX: &str = "candor_";
/// Bytes of a token's hash by which it is named: among a million tokens two would share them once in 500 catalogs.
const ID_BYTES: usize = 6;

/// A token that shall be.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// The project that it is for; `None` for all, also those to come.
    pub project: Option<String>,
    /// What it may do there.
    pub scopes: TokenScopes,
    /// Whom it is for, to tell it from others; may be empty.
    pub label: String,
    /// From when on it opens nothing.
    pub ends: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatedToken {
    /// By which it is listed and revoked: 12 hexadecimal digits. No secret.
    pub id: String,
    /// The secret, shown only here. Only its hash is stored.
    pub token: String,
}

/// A token as it is known after it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// By which it is revoked.
    pub id: String,
    /// The project that it is for; `None` for all.
    pub project: Option<String>,
    /// What it may do.
    pub scopes: TokenScopes,
    /// Whom it is for.
    pub label: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it opens nothing; may be to come.
    pub ends: Option<Timestamp>,
    /// Whether it opens anything now.
    pub valid: bool,
}

/// Hash, project's name, scopes, label, creation and end.
type TokenRow = (Vec<u8>, Option<String>, String, String, i64, Option<i64>);

/// What a valid token opens.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Access {
    /// The project; `None` for all.
    pub project: Option<Project>,
    /// What may be done there.
    pub scopes: TokenScopes,
}

impl Catalog {
    /// Makes a token.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn create_token(&self, new: NewToken) -> Result<CreatedToken, CatalogError> {
        let mut transaction = self.begin().await?;
        let project = match &new.project {
            Some(name) => Some(id_of(&mut transaction, name).await?),
            None => None,
        };
        let token = insert_token(&mut transaction, project, &new).await?;
        transaction.commit().await?;
        Ok(CreatedToken { id: id(&hash(&token)), token })
    }

    /// Every token that there ever was, or those of one project, the oldest first.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn tokens(&self, project: Option<&str>) -> Result<Vec<Token>, CatalogError> {
        if let Some(name) = project {
            self.project_by_name(name).await?.ok_or_else(|| CatalogError::NoSuchProject(name.to_owned()))?;
        }
        let rows: Vec<TokenRow> = sqlx::query_as(
            "SELECT sha256, name, scopes, label, tokens.created, ends FROM tokens \
             LEFT JOIN projects ON projects.id = tokens.project WHERE ?1 IS NULL OR name = ?1 \
             ORDER BY tokens.created, sha256",
        )
        .bind(project)
        .fetch_all(self.pool())
        .await?;
        let now = now();
        let token = |(sha256, project, scopes, label, created, ends): TokenRow| {
            let ends = ends.map(Timestamp::from_micros);
            Ok(Token {
                id: id(&sha256),
                project,
                scopes: stored(&scopes)?,
                label,
                created: Timestamp::from_micros(created),
                ends,
                valid: ends.is_none_or(|ends| ends > now),
            })
        };
        rows.into_iter().map(token).collect()
    }

    /// Makes a token, named by its id or by itself, worth nothing from now on.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchToken`] where there is no such valid token, or SQLite's.
    pub async fn revoke_token(&self, named: &str) -> Result<(), CatalogError> {
        let id = if named.starts_with(TOKEN_PREFIX) { id(&hash(named)) } else { named.to_owned() };
        let changed = sqlx::query(
            "UPDATE tokens SET ends = ?1 WHERE lower(hex(substr(sha256, 1, ?2))) = ?3 AND (ends IS NULL OR ends > ?1)",
        )
        .bind(now().micros())
        .bind(ID_BYTES as i64)
        .bind(&id)
        .execute(self.pool())
        .await?;
        if changed.rows_affected() == 0 { Err(CatalogError::NoSuchToken(id)) } else { Ok(()) }
    }

    /// What a token opens, unless it has ended.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn access_by_token(&self, token: &str) -> Result<Option<Access>, CatalogError> {
        let row = sqlx::query("SELECT project, scopes FROM tokens WHERE sha256 = ? AND (ends IS NULL OR ends > ?)")
            .bind(hash(token).as_slice())
            .bind(now().micros())
            .fetch_optional(self.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let scopes = stored(row.try_get("scopes")?)?;
        let Some(id) = row.try_get::<Option<i64>, _>("project")? else {
            return Ok(Some(Access { project: None, scopes }));
        };
        let of = sqlx::query(select_projects!("FROM projects WHERE id = ?")).bind(id).fetch_one(self.pool()).await?;
        Ok(Some(Access { project: Some(project(of)?), scopes }))
    }
}

/// Makes a token and returns it; the catalog keeps its hash. 256 random bits need no salt and no slow hash.
pub(super) async fn insert_token(
    transaction: &mut Transaction<'static, Sqlite>,
    project: Option<i64>,
    new: &NewToken,
) -> Result<String, CatalogError> {
    let token = format!("{TOKEN_PREFIX}{}", hex(&random::<32>()?));
    sqlx::query("INSERT INTO tokens (sha256, project, scopes, label, created, ends) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(hash(&token).as_slice())
        .bind(project)
        .bind(new.scopes.to_string())
        .bind(&new.label)
        .bind(now().micros())
        .bind(new.ends.map(|ends| ends.micros()))
        .execute(&mut **transaction)
        .await?;
    Ok(token)
}

/// Scopes as the catalog has them. One of a later release is no reason to guess what else the token may do.
fn stored(scopes: &str) -> Result<TokenScopes, CatalogError> {
    let corrupt = |error| sqlx::Error::Decode(format!("unexpected value in tokens.scopes: {error}").into());
    Ok(scopes.parse().map_err(corrupt)?)
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn id(sha256: &[u8]) -> String {
    hex(sha256.get(..ID_BYTES).unwrap_or(sha256))
}
