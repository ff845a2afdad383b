//! The user sends something by an explicit act.

use std::fmt;

use super::{
    Report, Tool,
    text::{number, object},
};
use crate::{
    clock,
    consent::{self, ConsentFlags, Extent, Level, Source},
    delivery::{Answer, Destination as _, Request, Sent, Target, UploadError},
    identity::Identity,
    spool::{Queue, Segment, Spool},
    upload, variables,
};

/// Why something was not sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendError {
    /// The level does not allow it, which was decided by this source.
    NotAllowed(Level, Source),
    /// No report has an id that begins like this.
    NoSuchReport(String),
    /// So many reports have an id that begins like this.
    Ambiguous(String, usize),
    /// The manifest says no place for reports of crashes.
    NoDestination,
    /// It did not arrive; what was not sent waits.
    Upload(UploadError),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed(level, source) => write!(f, "nothing is sent at level {level} ({source})"),
            Self::NoSuchReport(id) => write!(f, "there is no report {id}: `telemetry status` lists them"),
            Self::Ambiguous(id, count) => write!(f, "{count} reports begin with {id}: give more of the id"),
            Self::NoDestination => f.write_str("there is no place that reports go to"),
            Self::Upload(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SendError {}

impl<E: Into<UploadError>> From<E> for SendError {
    fn from(error: E) -> Self {
        Self::Upload(error.into())
    }
}

/// Sends what waits, now.
///
/// # Errors
/// When consent does not allow it, another process is at it, or the collector does not take it.
pub fn send(tool: &Tool, flags: &impl ConsentFlags) -> Result<Sent, SendError> {
    let status = super::status(tool, flags);
    if !status.decision.level.sends() {
        return Err(SendError::NotAllowed(status.decision.level, status.decision.decided_by));
    }
    Ok(crate::helper::send(&tool.declaration)?)
}

/// A report that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentReport {
    /// Which.
    pub report: Report,
    /// To where.
    pub url: String,
}

/// Sends the one report whose id begins like this, and nothing else; also at level `local`, as it is the user who sends it.
/// From then on it is among what was sent.
///
/// # Errors
/// When the level is `off`, there is not exactly one such report, or the collector does not take it.
pub fn send_report(tool: &Tool, flags: &impl ConsentFlags, id: &str) -> Result<SentReport, SendError> {
    let lookup = &variables::process;
    let decision = consent::decide(&tool.declaration, flags, lookup, &|| tool.files.clone(), Extent::UntilOff);
    if decision.level == Level::Off {
        return Err(SendError::NotAllowed(decision.level, decision.decided_by));
    }
    let spool = tool.spool().ok_or(UploadError::NoPlace)?;
    if !spool.directory().is_dir() {
        return Err(SendError::NoSuchReport(id.to_owned()));
    }
    let _alone = upload::alone(&spool)?;
    let found = find(&spool, id)?;
    let event = [found.items[found.at].clone()];
    let target = Target::of(&tool.declaration, lookup);
    let request = Request::of(found.queue, &event, &target, clock::now()).ok_or(SendError::NoDestination)?;
    match upload::network(&spool, lookup).deliver(&request) {
        Answer::Accepted => {}
        Answer::Unavailable { reason, .. } => return Err(UploadError::Unavailable(reason).into()),
        Answer::Gone => return Err(UploadError::Gone.into()),
        Answer::Withdrawn => return Err(UploadError::NotAllowed.into()),
        Answer::TooLarge => return Err(UploadError::Refused(413).into()),
        Answer::Invalid => return Err(UploadError::Refused(400).into()),
        Answer::Refused(status) => return Err(UploadError::Refused(status).into()),
    }
    let Found { queue, segment, mut items, at } = found;
    items.remove(at);
    spool.keep(&segment, &items)?;
    Ok(SentReport { report: Report::of(&event[0], queue.is_sent()), url: request.url })
}

/// A report in its segment.
struct Found {
    queue: Queue,
    segment: Segment,
    items: Vec<String>,
    at: usize,
}

fn find(spool: &Spool, id: &str) -> Result<Found, SendError> {
    let wanted: String = id.chars().filter(|char| *char != '-').map(|char| char.to_ascii_lowercase()).collect();
    let mut found = Vec::new();
    for queue in [Queue::Crashes, Queue::LocalCrashes] {
        for segment in spool.claim(queue, &Identity::none())? {
            let items = spool.read(&segment, queue)?.items;
            let matching =
                items.iter().enumerate().filter(|(_, event)| Report::of(event, false).id.starts_with(&wanted));
            for (at, _) in matching {
                found.push(Found { queue, segment: segment.clone(), items: items.clone(), at });
            }
        }
    }
    match found.len() {
        1 if !wanted.is_empty() => found.pop().ok_or_else(|| SendError::NoSuchReport(id.to_owned())),
        0 => Err(SendError::NoSuchReport(id.to_owned())),
        count => Err(SendError::Ambiguous(id.to_owned(), count)),
    }
}

impl Sent {
    /// The same as one line of JSON.
    #[must_use]
    pub fn to_json(self) -> String {
        object(|sent| {
            sent.plain("records", self.records);
            sent.plain("given_up", self.given_up);
        })
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Sent {}.", number(self.records, "record"))?;
        match self.given_up {
            0 => Ok(()),
            lost => writeln!(f, "Gave up {}: too old, damaged or refused.", number(lost, "record")),
        }
    }
}

impl SentReport {
    /// The same as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|sent| {
            sent.text("id", &self.report.id);
            sent.text("url", &self.url);
        })
    }
}

impl fmt::Display for SentReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Sent the report {} to {}.", self.report.id, self.url)
    }
}
