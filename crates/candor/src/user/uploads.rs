//! What became of the last upload, and when the next one is due: from `upload.json`.

use std::{fs, path::Path, time::Duration};

use candor_wire::{Timestamp, json};

use crate::{
    clock,
    places::{SCHEDULE, SCHEDULE_MAX_BYTES},
    regular_file,
};

/// Uploads of a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploads {
    /// The last one.
    pub last: Option<LastUpload>,
    /// When the next one is due, at the earliest; `None` when nothing is known, or none is to come.
    pub next: Option<Timestamp>,
    /// The version of the tool from which the collector wants nothing more (410).
    pub refused_version: Option<String>,
}

/// The last time that somebody tried.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastUpload {
    /// When it began.
    pub time: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The collector accepted this many records.
    Sent(u64),
    /// Why it failed. What was not sent waits.
    Failed(String),
    /// It is under way, or its process was ended.
    Unfinished,
}

impl Uploads {
    /// What the file in this directory says, and what is wrong with it, if anything.
    pub(super) fn read(directory: &Path) -> (Self, Option<&'static str>) {
        let path = directory.join(SCHEDULE);
        let Ok(text) = regular_file::read_text(&path, SCHEDULE_MAX_BYTES) else {
            let problem = path.exists().then_some("cannot be read; the next upload is due when it would be without it");
            return (Self::default(), problem);
        };
        let member = |name: &str| json::member(&text, name);
        let text_of = |name: &str| member(name).and_then(json::read_text);
        let outcome = match (member("sent").and_then(|digits| digits.parse().ok()), text_of("problem")) {
            (Some(sent), _) => Outcome::Sent(sent),
            (None, Some(problem)) => Outcome::Failed(problem),
            (None, None) => Outcome::Unfinished,
        };
        let time = text_of("last_attempt").and_then(|time| Timestamp::parse(&time).ok());
        let refused_version = text_of("gone");
        // The time of the file says it, for the tool too.
        let modified = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok().map(clock::timestamp);
        let uploads = Self {
            last: time.map(|time| LastUpload { time, outcome }),
            next: modified.filter(|_| refused_version.is_none()),
            refused_version,
        };
        (uploads, (!json::is_value(text.trim())).then_some("is no JSON; it begins anew with the next upload"))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sent(records) => write!(f, "{} sent", super::text::number(*records, "record")),
            Self::Failed(problem) => write!(f, "failed: {problem}"),
            Self::Unfinished => f.write_str("under way, or interrupted"),
        }
    }
}

/// Whether a time lies so far ahead that nobody can have meant it.
pub(super) fn is_due(next: Timestamp) -> bool {
    const FURTHEST: Duration = Duration::from_secs(30 * 24 * 3600);
    let ahead = next.micros().saturating_sub(clock::now().micros());
    ahead <= 0 || ahead > FURTHEST.as_micros() as i64
}
