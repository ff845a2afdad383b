//! Projects, their keys and tokens, and what became of their items: SQLite, shared by the collector and the command line.

mod database;
mod keys;
mod outcomes;
mod projects;
mod random;
mod scopes;
mod tokens;
mod totals;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use candor_privacy::Policy as IdentityPolicy;
use candor_wire::Timestamp;
use sqlx::SqlitePool;

pub use self::{
    keys::{Rotated, WriteKey},
    scopes::{NoSuchScope, TokenScope, TokenScopes},
    tokens::{Access, CreatedToken, NewToken, Token},
};

/// The metadata of a data directory, in `catalog.sqlite`.
///
/// Several processes may have it open: each change is one transaction, and a writer waits for another.
#[derive(Debug, Clone)]
pub struct Catalog {
    pool: SqlitePool,
}

/// Why the catalog could not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// There is a project of this name.
    #[error("a project called `{0}` already exists: choose another name")]
    ProjectExists(String),
    /// There is no project of this name.
    #[error("there is no project called `{0}`: create it with `candor project create {0}`")]
    NoSuchProject(String),
    /// The name cannot be a project's.
    #[error(
        "`{0}` cannot be a project's name: use 1 to 64 lower-case letters, digits, `-` and `_`, beginning with a letter or digit"
    )]
    InvalidName(String),
    /// The key cannot be a write key.
    #[error("the key cannot be used: it must have 1 to 128 visible ASCII characters without `:`")]
    InvalidKey,
    /// The key belongs to another project.
    #[error("the key already belongs to the project `{0}`: choose another key, or remove it there first")]
    KeyTaken(String),
    /// The project has no such key, or it has ended.
    #[error(
        "the project `{project}` has no valid write key `{key}`: `candor keys list --project {project}` shows those it has"
    )]
    NoSuchKey {
        /// The project's name.
        project: String,
        /// The key.
        key: String,
    },
    /// There is no such token, or it has ended.
    #[error("there is no valid token with the id `{0}`: `candor token list` shows those there are")]
    NoSuchToken(String),
    /// A newer release made it.
    #[error("the catalog has format version {0}, which this release does not know: use the release that wrote it")]
    Version(i64),
    /// The system had no random bytes to make a secret of.
    #[error("make a secret: {0}")]
    Random(getrandom::Error),
    /// The data directory could not be made or read.
    #[error("open the catalog in {}: {source}", .dir.display())]
    Io {
        /// The data directory.
        dir: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite said no.
    #[error("the catalog: {0}")]
    Sqlite(#[from] sqlx::Error),
}

/// Whether a project takes what its manifest does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectMode {
    /// It does; the undeclared is JSON text.
    Open,
    /// It does not; the undeclared is dropped, and counted by name.
    Strict,
}

/// A project that shall be.
#[derive(Debug, Clone)]
pub struct NewProject {
    /// Its name, 1 to 64 lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// Whether it takes what its manifest does not declare.
    pub mode: ProjectMode,
    /// Its manifest as the JSON that the collector enforces.
    pub manifest: Option<String>,
    /// For how long it can recognise an installation.
    pub identity: IdentityPolicy,
}

/// A project.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Project {
    /// A small integer; Sentry's project id.
    pub id: i64,
    /// Its name; the column `project` of the tables.
    pub name: Arc<str>,
    /// Whether it takes what its manifest does not declare.
    pub mode: ProjectMode,
    /// Its manifest as JSON.
    pub manifest: Option<String>,
    /// For how long it can recognise an installation.
    pub identity: IdentityPolicy,
    /// 32 random bytes that key the hashes of its identifiers where it recognises them for ever. Never leaves the collector.
    pub secret: [u8; 32],
    /// When it was created.
    pub created: Timestamp,
    /// Whether its minidumps are kept; otherwise a crash is counted, and its dump is not.
    pub minidumps: bool,
}

/// A project that was just created, with what is shown only once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CreatedProject {
    /// The project.
    pub project: Project,
    /// The public key with which SDKs send: 32 hexadecimal digits, so that it is also a Sentry DSN's key.
    pub write_key: String,
    /// The key of its Sentry DSN, 32 hexadecimal digits.
    pub sentry_key: String,
    /// The secret with which reports are read and SQL is asked. Only its hash is stored.
    pub token: String,
}

/// How an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemOutcome {
    /// It is counted.
    Accepted,
    /// It was left out, or a part of it, for a reason that the client cannot mend by sending it again.
    Dropped,
    /// It was refused.
    Rejected,
    /// It was counted already.
    Duplicate,
}

/// So many items of a project ended so on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutcomeCount {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// How they ended.
    pub outcome: ItemOutcome,
    /// Why; empty where they were accepted.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// Items of a project that ended so, to be added to what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeDelta {
    /// [`Project::id`].
    pub project: i64,
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// How they ended.
    pub outcome: ItemOutcome,
    /// A stable code such as `timestamp_too_old`; empty where they were accepted.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// What a counter that says totals has come to, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterTotal {
    /// Tells the counter, since when it counts included, from the others of its project.
    pub stream: i64,
    /// What its last step began from.
    pub before: i64,
    /// What it has come to.
    pub value: i64,
    /// When, microseconds since 1970.
    pub time: i64,
    /// The day it was last heard of, days since 1970-01-01, UTC.
    pub heard: i32,
}
