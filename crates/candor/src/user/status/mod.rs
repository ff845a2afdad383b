//! What holds for a tool, who decided it, and what lies on the disk. Looks, and changes nothing.

mod damage;
mod json;
mod screen;

use std::path::PathBuf;

pub use self::damage::Damage;
use super::{IdentityStatus, Report, Tool, Uploads};
use crate::{
    consent::{self, ConsentFlags, Decision, Extent, Knowledge, Level, Source},
    delivery::Target,
    sent_log,
    spool::{Queue, Spool},
    variables,
};

/// Everything that a user may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The tool's name.
    pub application: String,
    /// Its version.
    pub version: String,
    /// The page that says what is recorded and why.
    pub docs: String,
    /// Where records go.
    pub endpoint: String,
    /// The level that the next run begins with, who decides it, and what every source said.
    pub decision: Decision,
    /// What the user was told.
    pub notice: NoticeStatus,
    /// How records may be linked.
    pub identity: IdentityStatus,
    /// What waits to be sent.
    pub waiting: Recorded,
    /// What stays on this computer.
    pub kept: Recorded,
    /// Reports of crashes and errors, waiting and kept.
    pub reports: Vec<Report>,
    /// How many records were lost to the spool's bounds and are not reported yet.
    pub lost: u64,
    /// The last upload and the next.
    pub uploads: Uploads,
    /// How many requests the log of what was sent holds.
    pub sent_requests: u64,
    /// The directory of all records; `None` where there is no place for one.
    pub directory: Option<PathBuf>,
    /// Where the user's choice is, or would be, stored.
    pub choice: Option<PathBuf>,
    /// What is not as the SDK left it. The tool works all the same, and nothing of it raises the level.
    pub damage: Vec<Damage>,
}

/// What the user was told of what is collected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeStatus {
    /// All of it.
    Shown,
    /// Nothing yet, and nothing is sent before.
    NotShown,
    /// Nothing, and the user has stored a level without.
    NotNeeded,
    /// This is new since, and nothing is sent before the user is told of it.
    News(Vec<String>),
}

/// How many records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Of usage. What was added up counts as often as it happened.
    pub usage: u64,
    /// Of crashes and errors.
    pub reports: u64,
}

/// What holds for this tool, with these flags on its command line.
#[must_use]
pub fn status(tool: &Tool, flags: &impl ConsentFlags) -> Status {
    let lookup = &variables::process;
    let mut decision = consent::decide(&tool.declaration, flags, lookup, &|| tool.files.clone(), Extent::Everything);
    let knowledge = match &tool.directory {
        Some(directory) => Knowledge::of(&tool.declaration, directory),
        None => Knowledge::Nothing,
    };
    if decision.level.sends() && !knowledge.allows_sending(decision.is_stated) {
        (decision.level, decision.decided_by) = (Level::Local, Source::Notice);
    }
    let notice = match knowledge {
        Knowledge::Everything => NoticeStatus::Shown,
        Knowledge::Nothing if decision.is_stated => NoticeStatus::NotNeeded,
        Knowledge::Nothing => NoticeStatus::NotShown,
        Knowledge::Less(news) => NoticeStatus::News(news.into_iter().map(str::to_owned).collect()),
    };
    let identity = IdentityStatus::of(tool, decision.identity, lookup);
    let spool = tool.spool();
    let (uploads, damaged_schedule) = tool.directory.as_deref().map(Uploads::read).unwrap_or_default();
    let recorded =
        |usage, reports| Recorded { usage: records(spool.as_ref(), usage), reports: records(spool.as_ref(), reports) };
    Status {
        application: tool.application().to_owned(),
        version: tool.version().to_owned(),
        docs: tool.declaration.docs.to_owned(),
        endpoint: Target::of(&tool.declaration, lookup).endpoint().to_owned(),
        damage: damage::find(tool, &decision, &identity, damaged_schedule),
        decision,
        notice,
        identity,
        waiting: recorded(Queue::Usage, Queue::Crashes),
        kept: recorded(Queue::Local, Queue::LocalCrashes),
        reports: spool.as_ref().map(Report::all).unwrap_or_default(),
        lost: spool.as_ref().map_or(0, Spool::dropped),
        uploads,
        sent_requests: sent_requests(tool),
        directory: tool.directory.clone(),
        choice: tool.files.user.clone(),
    }
}

fn records(spool: Option<&Spool>, queue: Queue) -> u64 {
    spool.map_or(0, |spool| spool.survey(queue).records)
}

fn sent_requests(tool: &Tool) -> u64 {
    let log = tool.directory.as_deref().and_then(|directory| sent_log::read(directory).ok());
    log.map_or(0, |log| log.entries.len() as u64)
}
