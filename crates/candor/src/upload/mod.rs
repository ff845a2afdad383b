//! What waits in the spool leaves for the collector: in the foreground for a user who asks, else in a helper process or
//! in a server's background thread.

mod answer;
mod batch;
mod post;
mod schedule;

use std::{fmt, io, time::Duration};

use candor_wire::{Kind, Record, Timestamp};

pub(crate) use schedule::Schedule;

use self::{answer::Answer, post::Collector};
use crate::{
    clock,
    declared::Declaration,
    identity::Identity,
    item, random,
    spool::{Segment, Spool, day},
    state::Lock,
    variables::{Lookup, text},
};

/// Held by the one uploader of an application, through all of its work.
const LOCK: &str = "upload.lock";

/// What an upload did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// How many records the collector has accepted.
    pub records: u64,
    /// How many had to be given up: too old, torn, or refused one by one.
    pub given_up: u64,
}

/// Why records are still waiting.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadError {
    /// The user's consent does not allow it, or the notice was not shown in an earlier run.
    NotAllowed,
    /// There is no state directory, so nothing was recorded either.
    NoPlace,
    /// Another process is uploading.
    Busy,
    /// The collector has said, for this version of the tool, that it wants no more (410).
    Gone,
    /// The collector cannot take anything now, or cannot be reached; tried again later.
    Unavailable(String),
    /// The collector refuses what it is sent, such as the write key: its status.
    Refused(u16),
    /// A file could not be read or written.
    Io(io::Error),
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed => f.write_str("the user's consent does not allow sending"),
            Self::NoPlace => f.write_str("no state directory"),
            Self::Busy => f.write_str("another process is uploading"),
            Self::Gone => f.write_str("the collector takes nothing from this version any more"),
            Self::Unavailable(reason) => write!(f, "the collector is not available: {reason}"),
            Self::Refused(status) => write!(f, "the collector refused with status {status}"),
            Self::Io(error) => write!(f, "spool: {error}"),
        }
    }
}

impl std::error::Error for UploadError {}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Longer would look like a clock gone wrong to the schedule.
const LONGEST_INTERVAL: Duration = Duration::from_secs(20 * 24 * 3600);

/// The time between two uploads: the manifest's, or `CANDOR_UPLOAD_INTERVAL` in seconds.
pub(crate) fn interval(declaration: &Declaration, lookup: Lookup<'_>) -> Duration {
    text(lookup, "CANDOR_UPLOAD_INTERVAL")
        .and_then(|seconds| seconds.parse().ok())
        .map_or(declaration.upload_interval, Duration::from_secs)
        .min(LONGEST_INTERVAL)
}

/// Sends what waits. The caller has asked for consent just now.
pub(crate) fn run(declaration: &Declaration, spool: &Spool, lookup: Lookup<'_>) -> Result<Sent, UploadError> {
    let Some(_lock) = Lock::try_take(spool.directory(), LOCK)? else { return Err(UploadError::Busy) };
    let endpoint = text(lookup, "CANDOR_ENDPOINT").unwrap_or_else(|| declaration.endpoint.to_owned());
    let mut upload = Upload {
        spool,
        collector: Collector::new(&endpoint, declaration.write_key),
        schedule: Schedule::read(spool.directory()),
        interval: interval(declaration, lookup),
        version: declaration.release.version,
        identity: Identity::of(declaration.identity),
        sent: Sent::default(),
    };
    if upload.schedule.is_gone(upload.version) {
        return Err(UploadError::Gone);
    }
    // Written down before anything is tried: if this process hangs and is ended, the next run must not try at once.
    upload.schedule.fail(upload.interval, clock::now());
    upload.schedule.write(spool.directory())?;

    spool.report_dropped(|lost| dropped_item(declaration, lost, lookup))?;
    let outcome = upload.send_segments();
    if outcome.is_ok() {
        upload.schedule.succeed(upload.interval, clock::now());
    }
    upload.schedule.write(spool.directory())?;
    outcome.map(|()| upload.sent)
}

/// One upload under way.
struct Upload<'a> {
    spool: &'a Spool,
    collector: Collector,
    schedule: Schedule,
    interval: Duration,
    version: &'static str,
    identity: Identity,
    sent: Sent,
}

impl Upload<'_> {
    fn send_segments(&mut self) -> Result<(), UploadError> {
        for segment in self.spool.claim()? {
            let mut waiting = self.waiting(&segment)?;
            if self.identity.is_unlinkable() {
                random::shuffle(&mut waiting);
            }
            while !waiting.is_empty() {
                let rest = waiting.split_off(batch::length(&waiting));
                let outcome = self.send(&mut waiting);
                // What is left of the batch was not sent.
                waiting.extend(rest);
                self.spool.keep(&segment, &waiting)?;
                outcome?;
            }
        }
        Ok(())
    }

    /// The items of a segment that are whole and not too old. What is not is given up, once.
    fn waiting(&mut self, segment: &Segment) -> Result<Vec<String>, UploadError> {
        let lines = self.spool.read(segment)?;
        let oldest = clock::now().day() - self.spool.limits().max_age_days;
        let before = lines.items.len();
        let items: Vec<String> =
            lines.items.into_iter().filter(|item| day(item).is_some_and(|day| day >= oldest)).collect();
        let lost = lines.damaged + (before - items.len()) as u64;
        if lost > 0 || items.is_empty() {
            self.spool.keep(segment, &items)?;
            self.give_up(lost);
        }
        Ok(items)
    }

    /// Sends one batch, and takes what was dealt with out of it.
    fn send(&mut self, items: &mut Vec<String>) -> Result<(), UploadError> {
        match self.collector.send(items) {
            Answer::Accepted => {
                self.sent.records += items.len() as u64;
                items.clear();
                Ok(())
            }
            // Something in it is too much or wrong: half of it may be right, and the last one alone is given up.
            Answer::TooLarge | Answer::Invalid if items.len() > 1 => {
                let mut second = items.split_off(items.len() / 2);
                let first = self.send(items);
                let both = first.and_then(|()| self.send(&mut second));
                items.append(&mut second);
                both
            }
            Answer::TooLarge | Answer::Invalid => {
                self.give_up(items.len() as u64);
                items.clear();
                Ok(())
            }
            Answer::Unavailable { reason, retry_after } => {
                if let Some(wait) = retry_after {
                    self.schedule.wait(wait, clock::now());
                }
                Err(UploadError::Unavailable(reason))
            }
            Answer::Gone => {
                self.schedule.stop(self.version);
                Err(UploadError::Gone)
            }
            Answer::Refused(status) => {
                self.schedule.wait(schedule::LONGEST_BACKOFF, clock::now());
                Err(UploadError::Refused(status))
            }
        }
    }

    fn give_up(&mut self, records: u64) {
        self.sent.given_up += records;
        self.spool.give_up(records);
    }
}

/// The record that says how many records were lost on this machine.
fn dropped_item(declaration: &Declaration, lost: u64, lookup: Lookup<'_>) -> Option<String> {
    let identity = Identity::of(declaration.identity);
    let time: Timestamp = identity.time(clock::now());
    let mut record = Record::new(Kind::Count, "candor_dropped", time);
    record.count = lost;
    record.environment = crate::environment::observe(&declaration.release, lookup);
    item::encode(record, Vec::new(), &identity)
}
