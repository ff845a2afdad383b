//! Looking over a data directory: what is sound, what is damaged, and what to do about it.
//!
//! Nothing is written, and a collector may be running on it.

mod directory;
mod journal;
mod minidumps;
mod tables;

use std::path::Path;

use crate::{Catalog, ProjectMode, recovery::Layout};

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Good,
    /// It works; something should be known or done.
    Remark,
    /// Something is lost, or will not work.
    Bad,
}

impl Health {
    /// `good`, `remark` or `bad`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Remark => "remark",
            Self::Bad => "bad",
        }
    }
}

/// What was seen of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which thing: `directory`, `room`, `collector`, `catalog`, `journal`, `ids`, `facts`, `crashes`, …
    pub subject: String,
    /// How it is.
    pub health: Health,
    /// What was seen, in a line.
    pub seen: String,
    /// What to do, where something should be done.
    pub advice: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn good(subject: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { subject: subject.into(), health: Health::Good, seen: seen.into(), advice: None }
    }

    /// Something should be known or done.
    pub fn remark(subject: impl Into<String>, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        let advice = Some(advice.into());
        Self { subject: subject.into(), health: Health::Remark, seen: seen.into(), advice }
    }

    /// Something is lost, or will not work.
    pub fn bad(subject: impl Into<String>, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { health: Health::Bad, ..Self::remark(subject, seen, advice) }
    }
}

const RESTORE: &str = "restore a backup with `candor restore`";

/// Looks over the data directory `dir`: every file of the journal and of the ids is read, of the tables every file's
/// length is compared with what their log says.
pub async fn examine(dir: &Path) -> Vec<Finding> {
    let mut findings = directory::examine(dir);
    if findings.iter().any(|finding| finding.health == Health::Bad) {
        return findings;
    }
    findings.extend(catalog(dir).await);
    let layout = Layout::of(dir);
    findings.push(journal::examine(&layout.journal));
    findings.push(journal::examine_ids(&layout.ids));
    for (definition, dir) in layout.tables() {
        findings.push(tables::examine(dir, definition).await);
    }
    findings.extend(minidumps::examine(dir));
    findings
}

async fn catalog(dir: &Path) -> Vec<Finding> {
    let subject = "catalog";
    if !dir.join("catalog.sqlite").exists() {
        return vec![Finding::remark(subject, "there is none yet", "make a project: `candor project create NAME`")];
    }
    let checked = async {
        let catalog = Catalog::open(dir).await?;
        Ok::<_, crate::CatalogError>((catalog.check().await?, catalog.projects().await?))
    };
    let (damage, projects) = match checked.await {
        Ok(checked) => checked,
        Err(error) => return vec![Finding::bad(subject, error.to_string(), RESTORE)],
    };
    if let Some(damage) = damage {
        return vec![Finding::bad(subject, format!("SQLite finds damage: {damage}"), RESTORE)];
    }
    let mut findings = vec![match projects.len() {
        0 => Finding::remark(subject, "no project", "make one: `candor project create NAME`"),
        count => Finding::good(subject, format!("{count} project(s)")),
    }];
    for project in projects {
        if project.mode == ProjectMode::Strict && project.manifest.is_none() {
            findings.push(Finding::bad(
                format!("project {}", project.name),
                "it is strict and has no manifest: everything is dropped",
                format!("give it one: `candor project update {} --manifest telemetry.toml`", project.name),
            ));
        }
    }
    findings
}
