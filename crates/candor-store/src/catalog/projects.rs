//! Projects.

use std::{sync::Arc, time::SystemTime};

use candor_privacy::Policy as IdentityPolicy;
use candor_wire::Timestamp;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    Catalog, CatalogError, CreatedProject, NewProject, NewToken, Project, ProjectMode, TokenScopes,
    keys::insert_key,
    random::{random, random_hex},
    tokens::insert_token,
};

/// `SELECT` of what [`project`] reads. Columns are named one by one: where another process adds one to the table meanwhile,
/// `*` means other columns when the statement runs than when it was read.
macro_rules! select_projects {
    ($rest:literal) => {
        concat!(
            "SELECT projects.id, projects.name, projects.mode, projects.manifest, projects.identity, projects.secret, ",
            "projects.created, projects.minidumps ",
            $rest
        )
    };
}
pub(super) use select_projects;

impl ProjectMode {
    /// Its name in the catalog and on the command line: `open` or `strict`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Strict => "strict",
        }
    }

    /// The mode of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Strict].into_iter().find(|mode| mode.as_str() == name)
    }
}

impl Catalog {
    /// Creates a project with a first write key and a token that may read it.
    ///
    /// # Errors
    /// [`CatalogError::ProjectExists`], [`CatalogError::InvalidName`], or SQLite's.
    pub async fn create_project(&self, new: NewProject) -> Result<CreatedProject, CatalogError> {
        if !is_project_name(&new.name) {
            return Err(CatalogError::InvalidName(new.name));
        }
        let (secret, write_key, created) = (random()?, random_hex()?, now());
        let mut transaction = self.begin().await?;
        if by_name(&mut transaction, &new.name).await?.is_some() {
            return Err(CatalogError::ProjectExists(new.name));
        }
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO projects (name, mode, manifest, identity, secret, created) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(&new.name)
        .bind(new.mode.as_str())
        .bind(&new.manifest)
        .bind(new.identity.as_str())
        .bind(secret.as_slice())
        .bind(created.micros())
        .fetch_one(&mut *transaction)
        .await?;
        insert_key(&mut transaction, id, &write_key).await?;
        let first = NewToken { project: None, scopes: TokenScopes::of_a_project(), label: String::new(), ends: None };
        let token = insert_token(&mut transaction, Some(id), &first).await?;
        transaction.commit().await?;
        let NewProject { name, mode, manifest, identity } = new;
        let project =
            Project { id, name: Arc::from(name), mode, manifest, identity, secret, created, minidumps: false };
        // A Sentry DSN's key is 32 hexadecimal digits, and so is a write key: one key serves both.
        Ok(CreatedProject { project, sentry_key: write_key.clone(), write_key, token })
    }

    /// Replaces the mode and manifest of a project.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn set_manifest(
        &self,
        project: &str,
        mode: ProjectMode,
        manifest: Option<&str>,
    ) -> Result<(), CatalogError> {
        let changed = sqlx::query("UPDATE projects SET mode = ?, manifest = ? WHERE name = ?")
            .bind(mode.as_str())
            .bind(manifest)
            .bind(project)
            .execute(self.pool())
            .await?;
        if changed.rows_affected() == 0 { Err(CatalogError::NoSuchProject(project.to_owned())) } else { Ok(()) }
    }

    /// Changes for how long a project can recognise an installation, from now on.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn set_identity(&self, project: &str, identity: IdentityPolicy) -> Result<(), CatalogError> {
        let query =
            sqlx::query("UPDATE projects SET identity = ? WHERE name = ?").bind(identity.as_str()).bind(project);
        let changed = query.execute(self.pool()).await?;
        if changed.rows_affected() == 0 { Err(CatalogError::NoSuchProject(project.to_owned())) } else { Ok(()) }
    }

    /// Changes whether the minidumps of a project are kept, from now on.
    ///
    /// # Errors
    /// [`CatalogError::NoSuchProject`], or SQLite's.
    pub async fn set_minidumps(&self, project: &str, kept: bool) -> Result<(), CatalogError> {
        let query = sqlx::query("UPDATE projects SET minidumps = ? WHERE name = ?").bind(kept).bind(project);
        let changed = query.execute(self.pool()).await?;
        if changed.rows_affected() == 0 { Err(CatalogError::NoSuchProject(project.to_owned())) } else { Ok(()) }
    }

    /// The project of a name.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn project_by_name(&self, name: &str) -> Result<Option<Project>, CatalogError> {
        let row = sqlx::query(select_projects!("FROM projects WHERE name = ?"))
            .bind(name)
            .fetch_optional(self.pool())
            .await?;
        row.map(project).transpose()
    }

    /// All projects by name.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn projects(&self) -> Result<Vec<Project>, CatalogError> {
        let rows = sqlx::query(select_projects!("FROM projects ORDER BY name")).fetch_all(self.pool()).await?;
        rows.into_iter().map(project).collect()
    }
}

/// The id of a project.
pub(super) async fn by_name(
    transaction: &mut Transaction<'static, Sqlite>,
    name: &str,
) -> Result<Option<i64>, CatalogError> {
    let query = sqlx::query_scalar("SELECT id FROM projects WHERE name = ?").bind(name);
    Ok(query.fetch_optional(&mut **transaction).await?)
}

/// A row of `projects`.
pub(super) fn project(row: SqliteRow) -> Result<Project, CatalogError> {
    let corrupt = |column: &str| sqlx::Error::Decode(format!("unexpected value in projects.{column}").into());
    let secret: Vec<u8> = row.try_get("secret")?;
    Ok(Project {
        id: row.try_get("id")?,
        name: Arc::from(row.try_get::<&str, _>("name")?),
        mode: ProjectMode::from_name(row.try_get("mode")?).ok_or_else(|| corrupt("mode"))?,
        manifest: row.try_get("manifest")?,
        identity: IdentityPolicy::from_name(row.try_get("identity")?).ok_or_else(|| corrupt("identity"))?,
        secret: secret.try_into().map_err(|_| corrupt("secret"))?,
        created: Timestamp::from_micros(row.try_get("created")?),
        minidumps: row.try_get("minidumps")?,
    })
}

/// The catalog's clock: when something was created is told to people, and decides nothing.
#[expect(clippy::disallowed_methods, reason = "the catalog's one place")]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

fn is_project_name(name: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (1..=64).contains(&name.len())
        && name.bytes().all(allowed)
        && name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
}
