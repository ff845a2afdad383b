//! Projects as ingest needs them: found by write key, kept in memory, looked up again every few seconds.

use crate::error::{ApiError, Code};
use crate::identity::{Identities, IdentityKey};
use crate::ingest::Scrubbers;
use crate::limits::Limits;
use crate::vocabulary::Vocabulary;
use candor_manifest::Manifest;
use candor_store::{AttributeColumns, Catalog, CatalogError, Project, ProjectMode};
use candor_wire::active;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Keys that are longer than this are in no catalog.
const MAX_KEY_BYTES: usize = 128;
/// Keys remembered, most of them unknown ones; beyond it the unknown ones are forgotten.
const MAX_KEYS: usize = 10_000;

/// A project as one request needs it.
#[derive(Debug)]
pub(crate) struct Ingesting {
    pub(crate) id: i64,
    pub(crate) name: Arc<str>,
    /// What its identifiers are hashed under on the day of the request.
    pub(crate) secret: IdentityKey,
    pub(crate) rule: Arc<Rule>,
    pub(crate) scrubbers: Arc<Scrubbers>,
    pub(crate) vocabulary: Arc<Vocabulary>,
    /// Whether its minidumps are kept.
    pub(crate) minidumps: bool,
    /// What is not of an installation is hashed under this, whatever the identity policy.
    pub(crate) lasting_secret: [u8; 32],
}

/// A project as it is remembered between requests.
#[derive(Debug)]
struct Kept {
    project: Project,
    rule: Arc<Rule>,
    scrubbers: Arc<Scrubbers>,
}

/// What a project takes.
#[derive(Debug)]
pub(crate) enum Rule {
    /// Everything; attributes of these names have columns of their own.
    Open(AttributeColumns),
    /// What the manifest declares.
    Declared(Box<Manifest>),
    /// Nothing: the project is strict and has no manifest, or one that this version cannot read.
    Nothing,
}

impl Kept {
    fn new(mut project: Project) -> Self {
        let manifest = project.manifest.as_deref().and_then(|json| read_manifest(&project.name, json));
        let rule = match (project.mode, manifest) {
            (ProjectMode::Strict, Some(manifest)) => Rule::Declared(Box::new(manifest)),
            (ProjectMode::Strict, None) => Rule::Nothing,
            (ProjectMode::Open, Some(manifest)) => {
                Rule::Open(columns(manifest.attribute_columns().into_iter().map(|column| column.name)))
            }
            (ProjectMode::Open, None) => Rule::Open(columns([])),
        };
        project.manifest = None;
        Self { project, rule: Arc::new(rule), scrubbers: Arc::default() }
    }
}

/// The version of a component is a word of the wire, not of a manifest, and so is what counts people: reports ask for them
/// in every project.
const COMPONENT_VERSION: &str = "component_version";

fn columns(declared: impl IntoIterator<Item = String>) -> AttributeColumns {
    let of_the_wire = [COMPONENT_VERSION].into_iter().chain(active::ATTRIBUTES).map(str::to_owned);
    let names = declared.into_iter().chain(of_the_wire);
    AttributeColumns::Declared(Arc::new(names.collect()))
}

fn read_manifest(project: &str, json: &str) -> Option<Manifest> {
    let document = serde_json::from_str(json).map_err(|error| error.to_string());
    match document.and_then(|document| Manifest::from_json(&document).map_err(|problems| problems.to_string())) {
        Ok(manifest) => Some(manifest),
        Err(reason) => {
            tracing::error!(project, reason, "the stored manifest cannot be read");
            None
        }
    }
}

/// The write keys that were used lately.
#[derive(Debug)]
pub(crate) struct Keys {
    catalog: Catalog,
    identities: Arc<Identities>,
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    known: HashMap<String, Known>,
    /// By project.
    vocabularies: HashMap<i64, Arc<Vocabulary>>,
    /// The second that look-ups of unknown keys are counted in, and how many there were.
    second: (Instant, u32),
}

#[derive(Debug, Clone)]
struct Known {
    /// `None`: the key was looked up and opens nothing.
    project: Option<Arc<Kept>>,
    read: Instant,
}

impl Keys {
    pub(crate) fn new(catalog: Catalog, identities: Arc<Identities>, limits: &Limits) -> Self {
        Self {
            catalog,
            identities,
            limits: limits.clone(),
            state: Mutex::new(State {
                known: HashMap::new(),
                vocabularies: HashMap::new(),
                second: (Instant::now(), 0),
            }),
        }
    }

    /// Reads every key before the first request, so that guessers do not hold up those who have one.
    pub(crate) async fn load(&self) -> Result<(), CatalogError> {
        let projects = self.catalog.projects().await?.into_iter();
        let projects: HashMap<i64, Arc<Kept>> =
            projects.map(|project| (project.id, Arc::new(Kept::new(project)))).collect();
        for (key, project) in self.catalog.write_keys().await? {
            self.remember(&key, projects.get(&project).cloned());
        }
        Ok(())
    }

    /// The project of a write key, as it is on this day (days since 1970-01-01, UTC).
    ///
    /// # Errors
    /// `invalid_write_key`; `overloaded` when too many unknown keys are tried; `storage_unavailable`.
    pub(crate) async fn project(&self, key: &str, day: i32) -> Result<Arc<Ingesting>, ApiError> {
        let kept = self.kept(key).await?;
        let secret = self.identities.key(&kept.project, day);
        let secret = secret.map_err(|error| ApiError::from(Code::Internal).because(error))?;
        let (id, name) = (kept.project.id, Arc::clone(&kept.project.name));
        let (rule, scrubbers) = (Arc::clone(&kept.rule), Arc::clone(&kept.scrubbers));
        let (vocabulary, minidumps) = (self.vocabulary(id), kept.project.minidumps);
        let lasting_secret = kept.project.secret;
        Ok(Arc::new(Ingesting { id, name, secret, rule, scrubbers, vocabulary, minidumps, lasting_secret }))
    }

    /// What the project said today. It outlives what is known of the project.
    fn vocabulary(&self, project: i64) -> Arc<Vocabulary> {
        let mut state = self.state();
        let vocabulary = state.vocabularies.entry(project);
        Arc::clone(vocabulary.or_insert_with(|| Arc::new(Vocabulary::new(&self.limits))))
    }

    async fn kept(&self, key: &str) -> Result<Arc<Kept>, ApiError> {
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(Code::InvalidWriteKey.into());
        }
        let stale = match self.cached(key) {
            Cached::Fresh(project) => return project.ok_or_else(|| Code::InvalidWriteKey.into()),
            Cached::Stale(project) => project,
            Cached::Unknown if self.may_look_up() => None,
            Cached::Unknown => return Err(ApiError::from(Code::Overloaded).retry_after(self.limits.retry_after)),
        };
        match self.catalog.project_by_key(key).await {
            Ok(project) => {
                let project = project.map(|project| Arc::new(Kept::new(project)));
                self.remember(key, project.clone());
                project.ok_or_else(|| Code::InvalidWriteKey.into())
            }
            // What was right a few seconds ago is better than to refuse events.
            Err(error) => match stale {
                Some(project) => {
                    tracing::warn!(%error, "could not look up a write key again");
                    Ok(project)
                }
                None => Err(unavailable(error, self.limits.retry_after)),
            },
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self, key: &str) -> Cached {
        let mut state = self.state();
        let Some(known) = state.known.get_mut(key) else { return Cached::Unknown };
        if known.read.elapsed() < self.limits.key_lifetime {
            return Cached::Fresh(known.project.clone());
        }
        match &known.project {
            Some(project) => {
                // The other requests go on with what is known while this one looks it up.
                known.read = Instant::now();
                Cached::Stale(Some(Arc::clone(project)))
            }
            None => Cached::Unknown,
        }
    }

    fn may_look_up(&self) -> bool {
        let mut state = self.state();
        if state.second.0.elapsed() >= Duration::from_secs(1) {
            state.second = (Instant::now(), 0);
        }
        state.second.1 += 1;
        state.second.1 <= self.limits.key_lookups_per_second
    }

    fn remember(&self, key: &str, project: Option<Arc<Kept>>) {
        let mut state = self.state();
        if state.known.len() >= MAX_KEYS {
            state.known.retain(|_, known| known.project.is_some());
        }
        state.known.insert(key.to_owned(), Known { project, read: Instant::now() });
    }
}

enum Cached {
    Fresh(Option<Arc<Kept>>),
    Stale(Option<Arc<Kept>>),
    Unknown,
}

/// The answer when the catalog could not be read.
pub(crate) fn unavailable(error: CatalogError, retry_after: Duration) -> ApiError {
    ApiError::from(Code::StorageUnavailable).retry_after(retry_after).because(error)
}
