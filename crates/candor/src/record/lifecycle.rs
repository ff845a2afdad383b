//! Something that starts, runs and stops.

use std::{
    fmt,
    marker::PhantomData,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use candor_wire::{DurationBucket, Kind, Record};

use super::lock;
use crate::{
    active::Active,
    background,
    declared::{Entry, Lifecycle},
    fork::Origin,
    telemetry::Telemetry,
};

/// When an instance says that it is still up.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeats {
    first: Duration,
    then: Duration,
}

impl Heartbeats {
    /// After `first`, and every `then` from there on.
    #[must_use]
    pub const fn new(first: Duration, then: Duration) -> Self {
        // No time at all between two heartbeats would be a busy loop.
        Self { first, then: if then.is_zero() { Duration::from_millis(1) } else { then } }
    }

    /// The uptime of the heartbeat of this number, from 0.
    fn uptime(self, number: u32) -> Duration {
        self.first.saturating_add(self.then.saturating_mul(number))
    }

    /// Whether the heartbeat of this number is due after this uptime; then the number is that of the next one. After a long
    /// sleep of the machine one stands for those that were missed.
    fn is_due(self, number: &mut u32, uptime: Duration) -> bool {
        let before = *number;
        while self.uptime(*number) <= uptime {
            *number += 1;
        }
        *number > before
    }
}

impl Default for Heartbeats {
    /// At one hour of uptime, which is what makes an instance long-running, and daily from there on.
    fn default() -> Self {
        Self::new(Duration::from_secs(3600), Duration::from_secs(24 * 3600))
    }
}

/// An instance that is up. When it is dropped, it is recorded as stopped, with its uptime.
///
/// While it is up, a thread of its own records heartbeats and uploads what is due; it sleeps in between.
#[must_use = "an instance that is dropped at once is recorded as stopped: keep it for as long as the server runs"]
pub struct Instance<S> {
    running: Option<Arc<Running>>,
    scope: PhantomData<fn() -> S>,
}

struct Running {
    active: Arc<Active>,
    entry: Entry,
    origin: Origin,
    start: Instant,
    has_stopped: Mutex<bool>,
    stop: Condvar,
}

impl Telemetry {
    /// Records that an instance has started.
    pub fn lifecycle<S>(&self, lifecycle: Lifecycle<S>) -> Instance<S> {
        self.lifecycle_with(lifecycle, Heartbeats::default())
    }

    /// Records that an instance has started, with heartbeats at other times.
    #[doc(hidden)]
    pub fn lifecycle_with<S>(&self, lifecycle: Lifecycle<S>, heartbeats: Heartbeats) -> Instance<S> {
        let entry = lifecycle.entry();
        let running = self.active_for(entry).map(|active| {
            let running = Arc::new(Running {
                active: Arc::clone(active),
                entry: *entry,
                origin: Origin::here(),
                start: Instant::now(),
                has_stopped: Mutex::new(false),
                stop: Condvar::new(),
            });
            running.record("started", None);
            let beating = Arc::clone(&running);
            // Without a thread there are no heartbeats; the server runs all the same.
            let _ = background::start(Box::new(move || beating.beat(heartbeats)));
            running
        });
        Instance { running, scope: PhantomData }
    }
}

impl Running {
    fn record(&self, event: &'static str, uptime: Option<Duration>) {
        let mut record = Record::new(Kind::Lifecycle, event, self.active.time(&self.entry));
        record.parent = Some(self.entry.name.to_owned());
        record.duration = uptime.map(DurationBucket::of);
        self.active.record(&self.entry, record, Vec::new());
    }

    fn beat(&self, heartbeats: Heartbeats) {
        let mut number = 0;
        loop {
            let wait = heartbeats.uptime(number).saturating_sub(self.start.elapsed());
            if self.has_stopped_within(wait.min(self.between_uploads())) {
                return;
            }
            let uptime = self.start.elapsed();
            if heartbeats.is_due(&mut number, uptime) {
                self.record("heartbeat", Some(uptime));
            }
            #[cfg(feature = "upload")]
            self.active.upload_if_due();
        }
    }

    #[cfg(feature = "upload")]
    fn between_uploads(&self) -> Duration {
        // A look at the schedule every second, at most, is cheap.
        self.active.upload_interval().max(Duration::from_secs(1))
    }

    #[cfg(not(feature = "upload"))]
    fn between_uploads(&self) -> Duration {
        Duration::MAX
    }

    fn has_stopped_within(&self, wait: Duration) -> bool {
        let guard = lock(&self.has_stopped);
        let (guard, _) = self
            .stop
            .wait_timeout_while(guard, wait, |has_stopped| !*has_stopped)
            .unwrap_or_else(PoisonError::into_inner);
        *guard
    }
}

impl<S> Drop for Instance<S> {
    fn drop(&mut self) {
        let Some(running) = self.running.take() else { return };
        if running.origin.is_elsewhere() {
            return;
        }
        if running.origin.is_here() {
            // The thread is not waited for: it may be talking to a collector. A process that was forked has none.
            *lock(&running.has_stopped) = true;
            running.stop.notify_all();
        }
        running.record("stopped", Some(running.start.elapsed()));
    }
}

impl<S> fmt::Debug for Instance<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instance").field(&self.running.as_ref().map(|running| running.entry.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn an_instance_is_long_running_after_an_hour_and_says_so_every_day_from_there_on() {
        let (mut number, mut due_after) = (0, Vec::new());
        for minutes in 0..=3 * 24 * 60 {
            if Heartbeats::default().is_due(&mut number, MINUTE * minutes) {
                due_after.push(minutes);
            }
        }
        assert_eq!(due_after, [60, 25 * 60, 49 * 60]);
        let mut number = 0;
        assert!(!Heartbeats::default().is_due(&mut number, Duration::from_millis(3_599_999)));
    }

    #[test]
    fn one_heartbeat_stands_for_those_that_a_machine_slept_through() {
        let mut number = 0;
        assert!(Heartbeats::default().is_due(&mut number, MINUTE * 60 * 24 * 5));
        assert!(!Heartbeats::default().is_due(&mut number, MINUTE * 60 * 24 * 5));
        assert_eq!(
            Heartbeats::default().uptime(number),
            MINUTE * 60 * (1 + 24 * 5),
            "the next one comes when it would have"
        );
    }
}
