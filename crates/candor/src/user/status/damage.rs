//! What is not as the SDK left it.

use std::path::{Path, PathBuf};

use crate::{
    consent::{Decision, Said, Source},
    places::SCHEDULE,
    sent_log,
    spool::Queue,
    tool_file,
    user::{IdentityFile, IdentityStatus, Tool},
};

/// Something that was found damaged, or that is not the SDK's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// What was found, and what follows.
    pub what: String,
}

impl Damage {
    pub(in crate::user) fn new(path: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into() }
    }
}

/// Looks at every file that the SDK reads.
pub(super) fn find(
    tool: &Tool,
    decision: &Decision,
    identity: &IdentityStatus,
    schedule: Option<&'static str>,
) -> Vec<Damage> {
    let mut found: Vec<Damage> = decision.readings.iter().filter_map(in_consent).collect();
    if let Some((path, file @ (IdentityFile::Malformed | IdentityFile::Unreadable(_) | IdentityFile::Directory))) =
        &identity.file
    {
        found.push(Damage::new(path, file.meaning()));
    }
    if let Some(directory) = &tool.directory {
        found.extend(in_directory(tool, directory, schedule));
    }
    found
}

fn in_consent(reading: &crate::consent::Reading) -> Option<Damage> {
    match (&reading.source, &reading.said) {
        (Source::SystemPolicy(path) | Source::UserChoice(path), Said::Unclear(why)) => {
            Some(Damage::new(path, format!("{why}; taken as an opt-out")))
        }
        _ => None,
    }
}

fn in_directory(tool: &Tool, directory: &Path, schedule: Option<&'static str>) -> Vec<Damage> {
    if directory.exists() && !directory.is_dir() {
        return vec![Damage::new(directory, "is no directory: nothing can be recorded")];
    }
    let mut found = Vec::new();
    if let Some(spool) = tool.spool() {
        let in_queues = Queue::ALL.into_iter().flat_map(|queue| spool.survey(queue).damage);
        let files = in_queues.chain(spool.survey_notes());
        found.extend(files.map(|(name, what)| Damage::new(directory.join(name), what)));
    }
    found.extend(schedule.map(|what| Damage::new(directory.join(SCHEDULE), what)));
    let log = match sent_log::read(directory) {
        Ok(log) if log.damaged == 0 => None,
        Ok(log) => Some(format!("{} that cannot be read", super::super::text::number(log.damaged, "line"))),
        Err(error) => Some(format!("cannot be read: {error}")),
    };
    found.extend(log.map(|what| Damage::new(directory.join(sent_log::FILE), what)));
    if !tool_file::is_sound(directory) {
        found.push(Damage::new(
            directory.join(tool_file::FILE),
            "is not what a tool writes; the next upload replaces it",
        ));
    }
    found
}
