//! How the server is set up: the command line and the environment first, then the file, then what is usual.

use std::{
    collections::BTreeMap,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use inventory_store::{
    database::{Location, LocationError},
    policy::{Policy, PolicyError},
    providers,
    settings::{self, SettingsError},
};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    cli::Cli,
    interval::Interval,
    job::{Job, Task},
};

/// Resoto's core listened there.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8900);

/// How old runs of jobs get where nobody says it.
const KEEP: Interval = Interval::hours(30 * 24);

/// The file as it was written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    listen: Option<SocketAddr>,
    database: Option<String>,
    token_file: Option<PathBuf>,
    root: Option<PathBuf>,
    policy: Option<PathBuf>,
    #[serde(default)]
    job: BTreeMap<String, RawJob>,
}

/// A section `[job.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawJob {
    run: RawTask,
    every: Option<Interval>,
    providers: Option<Vec<String>>,
    keep: Option<Interval>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawTask {
    Collect,
    Check,
    Prune,
}

/// What holds.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// Which inventory.
    pub(crate) database: Location,
    /// What requests must have.
    pub(crate) token: Option<String>,
    /// Where the root directory of the machine is.
    pub(crate) root: PathBuf,
    /// The rules that are checked.
    pub(crate) policy: Policy,
    /// In the order of their names.
    pub(crate) jobs: Vec<Job>,
}

impl Settings {
    /// What holds for this command line.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub(crate) fn load(cli: &Cli) -> Result<Self, ConfigError> {
        let raw = cli.config.as_deref().map(settings::read::<Raw>).transpose()?.unwrap_or_default();
        let database = cli.database.as_deref().or(raw.database.as_deref()).unwrap_or("sqlite:inventory.db");
        let token_file = cli.token_file.as_ref().or(raw.token_file.as_ref());
        let settings = Self {
            listen: cli.listen.or(raw.listen).unwrap_or(LISTEN),
            database: database.parse()?,
            token: token_file.map(|path| read_token(path)).transpose()?,
            root: cli.root.clone().or(raw.root).unwrap_or_else(|| "/".into()),
            policy: Policy::load(raw.policy.as_deref())?,
            jobs: if raw.job.is_empty() {
                usual_jobs()
            } else {
                raw.job.into_iter().map(|(name, job)| job.checked(name)).collect::<Result<_, _>>()?
            },
        };
        if settings.token.is_none() && !settings.listen.ip().is_loopback() {
            return Err(ConfigError::Open { listen: settings.listen });
        }
        Ok(settings)
    }

    /// For people and programs to read; without secrets.
    pub(crate) fn shown(&self) -> Json {
        let job = |job: &Job| {
            let mut shown = json!({"run": job.task.name(), "every": job.every.map(|every| every.to_string())});
            match &job.task {
                Task::Collect { providers } => shown["providers"] = json!(providers),
                Task::Prune { keep } => shown["keep"] = json!(keep.to_string()),
                Task::Check => {}
            }
            (job.name.clone(), shown)
        };
        json!({
            "listen": self.listen,
            "database": self.database.to_string(),
            "token": self.token.is_some(),
            "root": self.root,
            "rules": self.policy.rules.len(),
            "job": self.jobs.iter().map(job).collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// Where the file says nothing of jobs.
fn usual_jobs() -> Vec<Job> {
    let job = |name: &str, hours, task| Job { name: name.to_owned(), task, every: Some(Interval::hours(hours)) };
    vec![
        job("check", 1, Task::Check),
        job("collect", 1, Task::Collect { providers: Vec::new() }),
        job("prune", 24, Task::Prune { keep: KEEP }),
    ]
}

impl RawJob {
    fn checked(self, name: String) -> Result<Job, ConfigError> {
        let is_shaped = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_shaped) {
            return Err(ConfigError::JobName { name });
        }
        let misplaced = match self.run {
            RawTask::Collect => self.keep.map(|_| "keep"),
            RawTask::Check => self.keep.map(|_| "keep").or(self.providers.as_ref().map(|_| "providers")),
            RawTask::Prune => self.providers.as_ref().map(|_| "providers"),
        };
        if let Some(key) = misplaced {
            return Err(ConfigError::JobKey { name, key });
        }
        if let Some(provider) = self.providers.iter().flatten().find(|asked| !providers::is_known(asked)) {
            return Err(ConfigError::Provider { name, provider: provider.clone() });
        }
        let task = match self.run {
            RawTask::Collect => Task::Collect { providers: self.providers.unwrap_or_default() },
            RawTask::Check => Task::Check,
            RawTask::Prune => Task::Prune { keep: self.keep.unwrap_or(KEEP) },
        };
        Ok(Job { name, task, every: self.every })
    }
}

/// The first line of the file.
fn read_token(path: &Path) -> Result<String, ConfigError> {
    let text = fs::read_to_string(path).map_err(|source| ConfigError::Token { path: path.to_owned(), source })?;
    let token = text.lines().next().unwrap_or_default().trim();
    if token.is_empty() { Err(ConfigError::EmptyToken { path: path.to_owned() }) } else { Ok(token.to_owned()) }
}

/// Why the server cannot be set up like this.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] SettingsError),
    /// The token cannot be read.
    #[error("cannot read the token {}", path.display())]
    Token {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The name of a job is none.
    #[error("a job is called {name:?}; a name has lower-case letters, digits and dashes")]
    JobName {
        /// The name.
        name: String,
    },
    /// A job has a key that says nothing for what it runs.
    #[error("the job {name:?} has {key:?}, which says nothing for what it runs")]
    JobKey {
        /// The job.
        name: String,
        /// The key.
        key: &'static str,
    },
    /// A job asks a provider that does not exist.
    #[error("the job {name:?} asks the provider {provider:?}, and there is none")]
    Provider {
        /// The job.
        name: String,
        /// The provider.
        provider: String,
    },
    /// The file of the token has none.
    #[error("there is no token in {}", path.display())]
    EmptyToken {
        /// The file.
        path: PathBuf,
    },
    /// Everybody could read the inventory.
    #[error(
        "{listen} can be reached from other computers, and an inventory holds secrets: name a file with --token-file"
    )]
    Open {
        /// Where to listen.
        listen: SocketAddr,
    },
    /// The database is none.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The rules cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}
