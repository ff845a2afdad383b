use std::path::{Path, PathBuf};

use candor_store::{Catalog, IdentityPolicy, NewProject, ProjectMode};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{block_on, manifest};
use crate::failure::{Failure, While};
use crate::output;

/// Create and list projects: one for each tool that reports
#[derive(Debug, Subcommand)]
pub(crate) enum Project {
    Create(Create),
    Update(Update),
    List(List),
}

/// What a project does with what its manifest does not declare.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Mode {
    /// Keep it
    Open,
    /// Drop it, and count what was dropped by its name
    Strict,
}

/// For how long a project recognises an installation. A hash is made under a secret; that of a day or a month is destroyed
/// after it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Identity {
    /// Not at all: identifiers are dropped
    Drop,
    /// Within a day (UTC)
    Daily,
    /// Within a month (UTC)
    Monthly,
    /// For ever
    Stable,
}

/// What becomes of the minidumps that native crash handlers send, which hold memory of whatever crashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Minidumps {
    /// The crash is counted, and the dump is not kept
    Drop,
    /// They are kept as files, for `--keep-minidumps` of `candor serve`
    Keep,
}

impl From<Identity> for IdentityPolicy {
    fn from(identity: Identity) -> Self {
        match identity {
            Identity::Drop => Self::Drop,
            Identity::Daily => Self::Daily,
            Identity::Monthly => Self::Monthly,
            Identity::Stable => Self::Stable,
        }
    }
}

const CREATE_EXAMPLES: &str = "\
Examples:
  candor project create inventory --data ./candor-data --manifest telemetry.toml
  candor project create website --data ./candor-data --mode open --identity daily --json

The token is shown only here; the collector keeps a hash of it.";

/// Create a project, and print its write key and its token
#[derive(Debug, Args)]
#[command(after_help = CREATE_EXAMPLES)]
pub(crate) struct Create {
    /// Its name: 1 to 64 lower-case letters, digits, `-` and `_`
    name: String,
    /// The collector's data directory; it is made if it is missing
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// The tool's telemetry.toml (or its JSON): what may be recorded
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// What to do with what is not declared [default: strict with a manifest, open without]
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// For how long an installation is recognised, if it says who it is
    #[arg(long, value_enum, value_name = "POLICY", default_value_t = Identity::Stable)]
    identity: Identity,
    /// Where the collector is reached, for the Sentry DSN
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8700")]
    url: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const UPDATE_EXAMPLES: &str = "\
Examples:
  candor project update inventory --data ./candor-data --manifest telemetry.toml
  candor project update inventory --data ./candor-data --minidumps keep

A running collector goes by it within a few seconds.";

/// Give a project a new manifest or another mode
#[derive(Debug, Args)]
#[command(after_help = UPDATE_EXAMPLES)]
pub(crate) struct Update {
    /// The project
    name: String,
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// The tool's telemetry.toml (or its JSON) [default: the manifest it has]
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// What to do with what is not declared [default: the mode it has]
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// For how long an installation is recognised from now on [default: the policy it has]
    #[arg(long, value_enum, value_name = "POLICY")]
    identity: Option<Identity>,
    /// What becomes of minidumps from now on: memory of whatever crashed [default: as it is; drop in a new project]
    #[arg(long, value_enum, value_name = "WHAT")]
    minidumps: Option<Minidumps>,
}

const LIST_EXAMPLES: &str = "\
Examples:
  candor project list --data ./candor-data
  candor project list --data ./candor-data --json";

/// List the projects
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct List {
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Project {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Create(command) => block_on(command.run()),
            Self::Update(command) => block_on(command.run()),
            Self::List(command) => block_on(command.run()),
        }
    }
}

impl From<Mode> for ProjectMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Open => Self::Open,
            Mode::Strict => Self::Strict,
        }
    }
}

impl Create {
    async fn run(self) -> Result<(), Failure> {
        let manifest = self.manifest.as_deref().map(stored_manifest).transpose()?;
        let mode = match (self.mode, &manifest) {
            (Some(Mode::Strict), None) => return Err(strict_without_manifest()),
            (Some(mode), _) => mode.into(),
            (None, Some(_)) => ProjectMode::Strict,
            (None, None) => ProjectMode::Open,
        };
        let catalog = Catalog::open(&self.data).await?;
        let created = catalog
            .create_project(NewProject { name: self.name, mode, manifest, identity: self.identity.into() })
            .await;
        let created = created.or_failed_to(|| "create the project".to_owned())?;
        let dsn = sentry_dsn(&self.url, &created.sentry_key, created.project.id)?;
        if self.json {
            let answer = json!({
                "project": &*created.project.name,
                "project_id": created.project.id,
                "write_key": created.write_key,
                "sentry_dsn": dsn,
                "token": created.token,
            });
            return output::print(&answer.to_string());
        }
        output::print(&format!(
            "project     {} (number {}, {})\nwrite key   {}\nsentry DSN  {dsn}\ntoken       {}\n\n\
             The write key goes into the tool and is public. The token reads this project's reports: keep it, it is \
             shown only now.",
            created.project.name,
            created.project.id,
            mode_name(mode),
            created.write_key,
            created.token,
        ))
    }
}

impl Update {
    async fn run(self) -> Result<(), Failure> {
        let Self { manifest, mode, identity, minidumps, .. } = &self;
        if manifest.is_none() && mode.is_none() && identity.is_none() && minidumps.is_none() {
            return Err(Failure::usage("nothing to change: give --manifest, --mode, --identity or --minidumps"));
        }
        let manifest = self.manifest.as_deref().map(stored_manifest).transpose()?;
        let catalog = Catalog::open(&self.data).await?;
        let Some(project) = catalog.project_by_name(&self.name).await? else {
            return Err(candor_store::CatalogError::NoSuchProject(self.name).into());
        };
        let manifest = manifest.or(project.manifest);
        let mode = self.mode.map_or(project.mode, ProjectMode::from);
        if mode == ProjectMode::Strict && manifest.is_none() {
            return Err(strict_without_manifest());
        }
        let updated = catalog.set_manifest(&self.name, mode, manifest.as_deref()).await;
        updated.or_failed_to(|| "update the project".to_owned())?;
        if let Some(identity) = self.identity {
            let updated = catalog.set_identity(&self.name, identity.into()).await;
            updated.or_failed_to(|| "update the project".to_owned())?;
        }
        if let Some(minidumps) = self.minidumps {
            let updated = catalog.set_minidumps(&self.name, minidumps == Minidumps::Keep).await;
            updated.or_failed_to(|| "update the project".to_owned())?;
        }
        output::print(&format!("project {} is {} now", self.name, mode_name(mode)))
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let projects = Catalog::open(&self.data).await?.projects().await?;
        if self.json {
            let projects: Vec<_> = projects
                .iter()
                .map(|project| {
                    json!({
                        "project": &*project.name,
                        "project_id": project.id,
                        "mode": mode_name(project.mode),
                        "manifest": project.manifest.is_some(),
                        "identity": project.identity.as_str(),
                        "minidumps": if project.minidumps { "keep" } else { "drop" },
                        "created": project.created.to_string(),
                    })
                })
                .collect();
            return output::print(&json!({ "projects": projects }).to_string());
        }
        if projects.is_empty() {
            return output::print("no projects yet: create one with `candor project create NAME --data DIR`");
        }
        let mut table = output::table();
        table.set_header(["project", "number", "mode", "manifest", "identity", "created"]);
        for project in projects {
            let manifest = if project.manifest.is_some() { "yes" } else { "no" };
            let day = output::day(project.created);
            let number = project.id.to_string();
            let identity = project.identity.as_str();
            table.add_row([&*project.name, &number, mode_name(project.mode), manifest, identity, &day]);
        }
        output::print(&table.trim_fmt())
    }
}

fn mode_name(mode: ProjectMode) -> &'static str {
    match mode {
        ProjectMode::Open => "open",
        ProjectMode::Strict => "strict",
    }
}

fn strict_without_manifest() -> Failure {
    Failure::usage("a strict project needs --manifest FILE: it takes nothing else than what that declares")
}

/// The manifest as the collector stores it.
fn stored_manifest(file: &Path) -> Result<String, Failure> {
    Ok(manifest::read(file)?.to_json().to_string())
}

/// `http://KEY@HOST/NUMBER`, as Sentry's SDKs are configured.
fn sentry_dsn(url: &str, key: &str, number: i64) -> Result<String, Failure> {
    let (scheme, rest) =
        url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https")).ok_or_else(|| {
            Failure::usage(format!("{url} is no address of a collector: write it like http://telemetry.example.org"))
        })?;
    Ok(format!("{scheme}://{key}@{}/{number}", rest.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_is_spelled_as_sentry_sdks_read_it() {
        let dsn = sentry_dsn("https://telemetry.example.org/", "0123", 7);
        assert_eq!(dsn.ok().as_deref(), Some("https://0123@telemetry.example.org/7"));
        assert!(sentry_dsn("example.org", "0123", 7).is_err());
    }
}
