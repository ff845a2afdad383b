//! What waits leaves for the collector: in the foreground for a user who asks, else in a helper process or in a server's
//! background thread.

mod deflate;
mod gzip;
mod post;
mod schedule;
mod withdrawal;

use std::time::Duration;

pub(crate) use self::schedule::Schedule;
use self::withdrawal::WhileAllowed;
use crate::{
    clock,
    declared::Declaration,
    delivery::{Delivery, Destination, LOCK, Sent, Target, UploadError, dropped_item},
    identity::Identity,
    sent_log::Remembering,
    spool::{Queue, Spool},
    state::Lock,
    text::number,
    tool_file,
    variables::{Lookup, text},
};

/// Longer would look like a clock gone wrong to the schedule.
const LONGEST_INTERVAL: Duration = Duration::from_secs(20 * 24 * 3600);

/// The time between two uploads: the manifest's, or `CANDOR_UPLOAD_INTERVAL` in seconds.
pub(crate) fn interval(declaration: &Declaration, lookup: Lookup<'_>) -> Duration {
    text(lookup, "CANDOR_UPLOAD_INTERVAL")
        .and_then(|seconds| number(&seconds))
        .map_or(declaration.upload_interval, Duration::from_secs)
        .min(LONGEST_INTERVAL)
}

/// Sends what waits. The caller has asked for consent just now.
pub(crate) fn run(
    declaration: &Declaration,
    spool: &Spool,
    identity: &Identity,
    lookup: Lookup<'_>,
) -> Result<Sent, UploadError> {
    let _lock = alone(spool)?;
    let (version, interval) = (declaration.release.version, interval(declaration, lookup));
    let mut schedule = Schedule::read(spool.directory());
    if schedule.is_gone(version) {
        return Err(UploadError::Gone);
    }
    // Written down before anything is tried: if this process hangs and is ended, the next run must not try at once.
    schedule.begin(interval, clock::now());
    schedule.write(spool.directory())?;
    tool_file::write_if_other(declaration, spool.directory(), lookup);

    spool.report_dropped(|lost| dropped_item(declaration, lost, identity, lookup))?;
    let mut network = WhileAllowed::new(network(spool, lookup), declaration, spool);
    let mut delivery = Delivery::new(spool, identity, Target::of(declaration, lookup), &mut network);
    let usage = delivery.deliver_queue(Queue::Usage);
    let reports = if schedule.takes_reports(version) { delivery.deliver_queue(Queue::Crashes) } else { Ok(()) };
    let (sent, retry_after) = (delivery.sent, delivery.retry_after);
    match &usage {
        Ok(()) => schedule.succeed(interval, clock::now(), sent.records),
        Err(UploadError::Gone) => schedule.stop(version),
        Err(UploadError::Refused(_)) => schedule.wait(schedule::LONGEST_BACKOFF, clock::now()),
        Err(_) => {}
    }
    // Reports may be for another server. What it does not take is tried again when usage is sent, unless it says when.
    if let Err(UploadError::Gone) = &reports {
        schedule.stop_reports(version);
    }
    schedule.wait(retry_after, clock::now());
    let outcome = usage.and(reports);
    if let Err(problem) = &outcome {
        schedule.note(problem);
    }
    schedule.write(spool.directory())?;
    outcome.map(|()| sent)
}

/// Makes this process the only uploader, until the lock is dropped.
pub(crate) fn alone(spool: &Spool) -> Result<Lock, UploadError> {
    Lock::try_take(spool.directory(), LOCK)?.ok_or(UploadError::Busy)
}

/// The network, and the log of what it accepted. Only for who is alone.
pub(crate) fn network<'a>(spool: &'a Spool, lookup: Lookup<'a>) -> impl Destination + 'a {
    Remembering::new(post::Network::new(lookup), spool.directory())
}
