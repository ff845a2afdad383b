//! Where a command reads from: a data directory, or a collector over HTTP.

use std::path::{Path, PathBuf};
use std::time::Duration;

use candor_report::{Outcome, Query};
use candor_store::{Catalog, CatalogError, QueryBounds, ReadError, Reader};
use clap::{ArgGroup, Args};
use datafusion::prelude::SessionContext;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::Value;

use crate::commands::block_on;
use crate::failure::{Failure, While};

/// How long a collector may take to answer: its own bound for a query is 30 s.
const ANSWER_DEADLINE: Duration = Duration::from_secs(60);

/// How long work on a large store may take.
const WORK_DEADLINE: Duration = Duration::from_secs(6 * 3600);

/// The arguments that say where to read from.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true)))]
pub(crate) struct SourceArgs {
    /// Read this data directory; a collector may be running on it
    #[arg(long, value_name = "DIR", group = "source")]
    data: Option<PathBuf>,
    /// Ask this collector, such as http://127.0.0.1:8700
    #[arg(long, value_name = "URL", group = "source", requires = "token")]
    url: Option<String>,
    /// The token that `candor project create` printed
    #[arg(long, value_name = "TOKEN", env = "CANDOR_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// Where to read from.
#[derive(Debug)]
pub(crate) enum Source {
    Directory(PathBuf),
    Collector(Collector),
}

impl SourceArgs {
    pub(crate) fn source(self) -> Result<Source, Failure> {
        match (self.data, self.url, self.token) {
            (Some(dir), None, _) => Ok(Source::Directory(dir)),
            (None, Some(url), Some(token)) => Ok(Source::Collector(Collector { url: base(&url)?, token })),
            _ => Err(Failure::usage("give either --data DIR, or --url URL and --token TOKEN")),
        }
    }
}

pub(crate) fn base(url: &str) -> Result<String, Failure> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    Err(Failure::usage(format!("{url} is no address of a collector: write it like http://127.0.0.1:8700")))
}

/// A context with the table `facts` of a data directory, whether or not a collector is running on it.
pub(crate) async fn session(dir: &Path) -> Result<SessionContext, Failure> {
    session_within(dir, QueryBounds::default()).await
}

/// The same with other bounds for its queries.
pub(crate) async fn session_within(dir: &Path, bounds: QueryBounds) -> Result<SessionContext, Failure> {
    let reader = Reader::open_with(dir, bounds).await.map_err(|error| explain(error, dir))?;
    Ok(reader.session().await?)
}

/// A directory may have projects before any collector ran on it.
fn explain(error: ReadError, dir: &Path) -> Failure {
    match error {
        ReadError::NoStore(_) if dir.join("catalog.sqlite").exists() => {
            let dir = dir.display();
            Failure::new(format!("no collector has run on {dir} yet: start one with `candor serve --data {dir}`"))
        }
        other => other.into(),
    }
}

/// Fails with a helpful line where the directory has no such project.
pub(crate) async fn require_project(dir: &Path, project: &str) -> Result<(), Failure> {
    // Looked at first, because opening a catalog makes one.
    Reader::open(dir).await.map_err(|error| explain(error, dir))?;
    let projects = Catalog::open(dir).await?.projects().await?;
    if projects.iter().any(|known| &*known.name == project) {
        return Ok(());
    }
    let names: Vec<&str> = projects.iter().map(|project| &*project.name).collect();
    if names.is_empty() {
        return Err(CatalogError::NoSuchProject(project.to_owned()).into());
    }
    Err(Failure::new(format!("there is no project called `{project}`; there are: {}", names.join(", "))))
}

/// How the items of a project ended, in the days of a question and as many before.
pub(crate) async fn outcomes(dir: &Path, query: &Query) -> Result<Vec<Outcome>, Failure> {
    Ok(candor_server::outcomes_of(&Catalog::open(dir).await?, query).await?)
}

/// A collector that is reached over HTTP.
#[derive(Debug)]
pub(crate) struct Collector {
    url: String,
    token: String,
}

impl Collector {
    /// The body of the answer to `GET path?parameters`.
    pub(crate) fn get(&self, path: &str, parameters: &[(&str, String)]) -> Result<String, Failure> {
        block_on(async {
            let request = client()?.get(format!("{}{path}", self.url)).query(parameters);
            self.read(request.bearer_auth(&self.token).send().await).await
        })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The body of the answer to `POST path` with this JSON, however long that takes.
    pub(crate) fn post_and_wait(&self, path: &str, body: &Value) -> Result<String, Failure> {
        block_on(async {
            let request = client()?.post(format!("{}{path}", self.url)).timeout(WORK_DEADLINE);
            let request = request.header("content-type", "application/json").bearer_auth(&self.token);
            self.read(request.body(body.to_string()).send().await).await
        })
    }

    /// The body of the answer to `POST path` with this JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<String, Failure> {
        block_on(async {
            let request = client()?.post(format!("{}{path}", self.url)).header("content-type", "application/json");
            self.read(request.bearer_auth(&self.token).body(body.to_string()).send().await).await
        })
    }

    async fn read(&self, answer: Result<Response, reqwest::Error>) -> Result<String, Failure> {
        let answer = answer.or_failed_to(|| format!("reach the collector at {}", self.url))?;
        let status = answer.status();
        let body = answer.text().await.or_failed_to(|| format!("read the answer of {}", self.url))?;
        if status.is_success() {
            return Ok(body);
        }
        let error: Value = serde_json::from_str(&body).unwrap_or_default();
        let said = ["message", "detail"].map(|key| error[key].as_str().unwrap_or_default()).join(" ");
        Err(Failure::new(format!("the collector at {} answered {status}: {}", self.url, said.trim())))
    }
}

/// Asks over HTTP and HTTPS; trusts what the system trusts, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
pub(crate) fn client() -> Result<Client, Failure> {
    // No redirects: they would hand the token to whatever they name.
    let client = Client::builder().redirect(Policy::none()).timeout(ANSWER_DEADLINE).build();
    client.or_failed_to(|| "prepare to ask over HTTP".to_owned())
}
