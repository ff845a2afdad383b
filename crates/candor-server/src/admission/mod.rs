//! Who is let in: a place among the requests in work, and no more a second than a sender and a project may.
//!
//! ```text
//! connection → enter (sender: rate, place) → join (project: rate, place) → charge (events of both)
//! ```
//!
//! What is full is shared out ([`Fair`]), what is too fast is slowed down ([`Rates`]). Events are charged once they are
//! known, and what was too much is paid for by the requests that follow: those are refused before their body is read.

mod fair;
mod rates;

pub(crate) use fair::{Fair, Hold};

use crate::error::{ApiError, Code};
use crate::limits::Limits;
use crate::origin::Sender;
use rates::{Rate, Rates};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How fast requests and events may come, and who is in.
#[derive(Debug)]
pub(crate) struct Admission {
    by_sender: Arc<Fair>,
    by_project: Arc<Fair>,
    senders: Rates,
    projects: Rates,
    minidumps: Arc<Fair>,
    retry_after: Duration,
}

/// A place among the requests in work; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _sender: Hold,
    project: Option<Hold>,
}

impl Admission {
    pub(crate) fn new(limits: &Limits) -> Self {
        let rate = |requests, events| Rate { requests, events, burst: limits.rate_burst };
        let sender = rate(limits.sender_requests_per_second, limits.sender_events_per_second);
        let project = rate(limits.project_requests_per_second, limits.project_events_per_second);
        Self {
            by_sender: Fair::new(limits.requests),
            by_project: Fair::new(limits.requests),
            senders: Rates::new(sender, limits.rate_senders),
            projects: Rates::new(project, limits.rate_senders),
            minidumps: Fair::new(limits.minidumps),
            retry_after: limits.retry_after,
        }
    }

    /// A place for a request of this sender.
    ///
    /// # Errors
    /// `overloaded` when there is none, or this sender has its share.
    pub(crate) fn enter(&self, sender: Sender) -> Result<Place, ApiError> {
        let hold = self.by_sender.hold(Some(sender.number()), 1).ok_or_else(|| self.overloaded())?;
        Ok(Place { _sender: hold, project: None })
    }

    /// Counts a request that brings events.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub(crate) fn meter(&self, sender: Sender) -> Result<(), ApiError> {
        if !sender.is_metered() {
            return Ok(());
        }
        self.senders.request(sender.number(), Instant::now()).map_err(limited("this address"))
    }

    /// The same request as one of a project, once that is known.
    ///
    /// # Errors
    /// `rate_limited` when the project sends too fast, `overloaded` when it has its share of the places.
    pub(crate) fn join(&self, place: &mut Place, project: i64) -> Result<(), ApiError> {
        let project = number(project);
        self.projects.request(project, Instant::now()).map_err(limited("this project"))?;
        place.project = Some(self.by_project.hold(Some(project), 1).ok_or_else(|| self.overloaded())?);
        Ok(())
    }

    /// A place for a minidump that arrives.
    ///
    /// # Errors
    /// `overloaded` when there is none, or this sender has its share.
    pub(crate) fn minidump(&self, sender: Sender) -> Result<Hold, ApiError> {
        self.minidumps.hold(Some(sender.number()), 1).ok_or_else(|| self.overloaded())
    }

    /// Counts the events that a request brought.
    pub(crate) fn charge(&self, sender: Sender, project: i64, events: usize) {
        let now = Instant::now();
        if sender.is_metered() {
            self.senders.events(sender.number(), events, now);
        }
        self.projects.events(number(project), events, now);
    }

    /// How many requests are in work.
    pub(crate) fn requests(&self) -> usize {
        self.by_sender.used()
    }

    fn overloaded(&self) -> ApiError {
        ApiError::from(Code::Overloaded).retry_after(self.retry_after)
    }
}

fn limited(who: &'static str) -> impl Fn(Duration) -> ApiError {
    move |wait| ApiError::from(Code::RateLimited).retry_after(wait).detail(format!("{who} sends faster than it may"))
}

/// The number by which a project is remembered; ids are positive.
fn number(project: i64) -> u64 {
    project.unsigned_abs()
}
