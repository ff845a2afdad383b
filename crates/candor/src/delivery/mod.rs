//! What waits in the spool as requests: for a collector, or for a user who wants to see what a collector would get.

mod answer;
mod batch;
mod log;
mod request;
mod target;

use std::{fmt, io, time::Duration};

use candor_wire::{Kind, Record};

pub(crate) use self::{
    answer::Answer,
    log::Log,
    request::{Request, length},
    target::Target,
};
use crate::{
    clock,
    declared::Declaration,
    identity::Identity,
    item,
    spool::{Queue, Segment, Spool, count, day},
    variables::Lookup,
};

/// Held by the one who delivers what is in a spool, through all of the work.
pub(crate) const LOCK: &str = "upload.lock";

/// What an upload did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// How many records the collector has accepted. What was added up counts as often as it happened.
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

/// The items of a segment that go out, in the order in which they do, and how many records are lost: torn, or too old.
///
/// Where nothing may be linked, their order must not say anything either. They are sorted by what they begin with, their
/// random ids, so that it is the same order whoever asks.
pub(crate) fn due(
    spool: &Spool,
    identity: &Identity,
    segment: &Segment,
    queue: Queue,
) -> io::Result<(Vec<String>, u64)> {
    let lines = spool.read(segment, queue)?;
    let oldest = clock::now().day() - spool.limits().max_age_days;
    let (mut items, mut lost) = (Vec::new(), lines.damaged);
    for item in lines.items {
        match day(&item) {
            // What sorts many weighs more than this file.
            Some(day) if day >= oldest && identity.is_unlinkable() => {
                let at = items.partition_point(|other| *other < item);
                items.insert(at, item);
            }
            Some(day) if day >= oldest => items.push(item),
            _ => lost += count(&item),
        }
    }
    Ok((items, lost))
}

/// How many records these items stand for.
fn records(items: &[String]) -> u64 {
    items.iter().map(|item| count(item)).sum()
}

/// Where requests go.
pub(crate) trait Destination {
    /// Delivers one request, and says what became of it.
    fn deliver(&mut self, request: &Request) -> Answer;
}

/// One delivery under way.
pub(crate) struct Delivery<'a> {
    spool: &'a Spool,
    identity: &'a Identity,
    target: Target,
    destination: &'a mut dyn Destination,
    pub(crate) sent: Sent,
    /// What the collector asked for.
    pub(crate) retry_after: Duration,
}

impl<'a> Delivery<'a> {
    pub(crate) fn new(
        spool: &'a Spool,
        identity: &'a Identity,
        target: Target,
        destination: &'a mut dyn Destination,
    ) -> Self {
        Self { spool, identity, target, destination, sent: Sent::default(), retry_after: Duration::ZERO }
    }

    /// Delivers every queue that is sent. What one server does not take does not hold up what is for another.
    pub(crate) fn deliver_all(&mut self) -> Result<(), UploadError> {
        let usage = self.deliver_queue(Queue::Usage);
        let crashes = self.deliver_queue(Queue::Crashes);
        usage.and(crashes)
    }

    /// Delivers one queue.
    pub(crate) fn deliver_queue(&mut self, queue: Queue) -> Result<(), UploadError> {
        for segment in self.spool.claim(queue, self.identity)? {
            let mut waiting = self.waiting(&segment, queue)?;
            while !waiting.is_empty() {
                let rest = waiting.split_off(length(queue, &waiting));
                let outcome = self.deliver(queue, &mut waiting);
                // What is left of the batch was not sent.
                waiting.extend(rest);
                self.spool.keep(&segment, &waiting)?;
                outcome?;
            }
        }
        Ok(())
    }

    /// The items of a segment that are whole and not too old. What is not is given up, once.
    fn waiting(&mut self, segment: &Segment, queue: Queue) -> Result<Vec<String>, UploadError> {
        let (items, lost) = due(self.spool, self.identity, segment, queue)?;
        if lost > 0 || items.is_empty() {
            self.spool.keep(segment, &items)?;
            self.give_up(lost);
        }
        Ok(items)
    }

    /// Delivers one batch, and takes what was dealt with out of it.
    fn deliver(&mut self, queue: Queue, items: &mut Vec<String>) -> Result<(), UploadError> {
        let Some(request) = Request::of(queue, items, &self.target, clock::now()) else {
            // There is no place for these.
            self.give_up(records(items));
            items.clear();
            return Ok(());
        };
        match self.destination.deliver(&request) {
            Answer::Accepted => {
                self.sent.records += records(items);
                items.clear();
                Ok(())
            }
            // Something in it is too much or wrong: half of it may be right, and the last one alone is given up.
            Answer::TooLarge | Answer::Invalid if items.len() > 1 => {
                let mut second = items.split_off(items.len() / 2);
                let first = self.deliver(queue, items);
                let both = first.and_then(|()| self.deliver(queue, &mut second));
                items.append(&mut second);
                both
            }
            Answer::TooLarge | Answer::Invalid => {
                self.give_up(records(items));
                items.clear();
                Ok(())
            }
            Answer::Unavailable { reason, retry_after } => {
                self.retry_after = self.retry_after.max(retry_after.unwrap_or_default());
                Err(UploadError::Unavailable(reason))
            }
            Answer::Gone => Err(UploadError::Gone),
            Answer::Withdrawn => Err(UploadError::NotAllowed),
            Answer::Refused(status) => Err(UploadError::Refused(status)),
        }
    }

    fn give_up(&mut self, records: u64) {
        self.sent.given_up += records;
        self.spool.give_up(records);
    }
}

/// The record that says how many records were lost on this machine.
pub(crate) fn dropped_item(
    declaration: &Declaration,
    lost: u64,
    identity: &Identity,
    lookup: Lookup<'_>,
) -> Option<String> {
    let mut record = Record::new(Kind::Count, "candor_dropped", identity.time(clock::now()));
    record.count = lost;
    record.environment = crate::environment::observe(&declaration.release, lookup).into();
    item::encode(record, Vec::new(), identity)
}
