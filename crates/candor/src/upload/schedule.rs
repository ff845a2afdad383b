//! When to upload next; it survives the process.
//!
//! The file `upload.json` says it for people, and its time of modification says it for programs: as long as that lies
//! ahead, nothing is due, and asking costs one `stat`.

use std::{
    fmt, fs, io,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use candor_wire::{Timestamp, json};

use crate::{
    clock,
    places::{SCHEDULE as FILE, SCHEDULE_MAX_BYTES as MAX_BYTES},
    random, regular_file, state, text,
};

/// However often it failed, and whatever a collector asks for.
pub(super) const LONGEST_BACKOFF: Duration = Duration::from_secs(24 * 3600);

/// A clock that was wrong once must not stop uploads for years: what lies further ahead than this is not believed.
const FURTHEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// A tool that always leaves by `exit` or a signal never comes to its end; it uploads at its start when it is this late.
const LATE: Duration = Duration::from_secs(24 * 3600);

/// What is known about earlier uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    next_attempt: Timestamp,
    /// When the last one began.
    last_attempt: Option<Timestamp>,
    /// How many records that one brought to the collector; `None` when it failed, or did not come to its end.
    sent: Option<u64>,
    /// In a row.
    failures: u32,
    /// The version of the tool that the collector wants nothing from.
    gone: Option<String>,
    /// The version of the tool that the server of crash reports wants nothing from; it may be another one.
    reports_gone: Option<String>,
    /// Why the last upload failed, for the user to read.
    problem: Option<String>,
}

impl Schedule {
    /// Nothing is known yet.
    fn at(next_attempt: Timestamp) -> Self {
        Self {
            next_attempt,
            last_attempt: None,
            sent: None,
            failures: 0,
            gone: None,
            reports_gone: None,
            problem: None,
        }
    }

    /// Whether an upload is due now.
    pub(crate) fn is_due(directory: &Path, version: &str) -> bool {
        Self::is_due_for(directory, version, Duration::ZERO)
    }

    /// Whether an upload has been due for a day. Makes the schedule where there is none.
    pub(crate) fn is_late(directory: &Path, version: &str) -> bool {
        if !directory.join(FILE).exists() {
            // Where it cannot be written, nothing can be recorded either.
            let _ = Self::at(clock::now()).write(directory);
            return false;
        }
        Self::is_due_for(directory, version, LATE)
    }

    fn is_due_for(directory: &Path, version: &str, time: Duration) -> bool {
        let next_attempt = match fs::metadata(directory.join(FILE)).and_then(|metadata| metadata.modified()) {
            Ok(modified) => clock::timestamp(modified),
            Err(error) => return error.kind() == io::ErrorKind::NotFound,
        };
        let now = clock::now();
        if next_attempt > later(now, FURTHEST) {
            return !Self::read(directory).is_gone(version);
        }
        later(next_attempt, time) <= now
    }

    /// Reads the schedule; one that cannot be read begins anew.
    pub(crate) fn read(directory: &Path) -> Self {
        let schedule = regular_file::read_text(&directory.join(FILE), MAX_BYTES).unwrap_or_default();
        let member = |name: &str| json::member(&schedule, name);
        Self {
            next_attempt: Timestamp::from_micros(0),
            last_attempt: member("last_attempt")
                .and_then(json::read_text)
                .and_then(|time| Timestamp::parse(&time).ok()),
            sent: member("sent").and_then(text::number),
            failures: member("failures").and_then(text::number).and_then(|count| count.try_into().ok()).unwrap_or(0),
            gone: member("gone").and_then(json::read_text),
            reports_gone: member("reports_gone").and_then(json::read_text),
            problem: member("problem").and_then(json::read_text),
        }
    }

    /// Writes the schedule.
    pub(crate) fn write(&self, directory: &Path) -> io::Result<()> {
        let mut schedule = String::new();
        let mut object = json::Object::begin(&mut schedule);
        object.text("next_attempt", &text::of(&self.next_attempt));
        if let Some(time) = self.last_attempt {
            object.text("last_attempt", &text::of(&time));
        }
        if let Some(sent) = self.sent {
            object.plain("sent", sent);
        }
        object.plain("failures", self.failures);
        object.optional("gone", self.gone.as_deref());
        object.optional("reports_gone", self.reports_gone.as_deref());
        object.optional("problem", self.problem.as_deref());
        object.end();
        schedule.push('\n');
        let micros = u64::try_from(self.next_attempt.micros()).unwrap_or(0);
        let modified = UNIX_EPOCH + Duration::from_micros(micros);
        state::replace_dated(directory, FILE, schedule.as_bytes(), Some(modified))
    }

    /// Whether the collector wants nothing more from this version.
    pub(super) fn is_gone(&self, version: &str) -> bool {
        self.gone.as_deref() == Some(version)
    }

    /// Whether the server of crash reports wants reports of this version.
    pub(super) fn takes_reports(&self, version: &str) -> bool {
        self.reports_gone.as_deref() != Some(version)
    }

    /// An attempt begins. As long as nothing else is known of it, it counts as failed.
    pub(super) fn begin(&mut self, interval: Duration, now: Timestamp) {
        self.fail(interval, now);
        (self.last_attempt, self.sent, self.problem) = (Some(now), None, None);
    }

    /// The collector has everything, this many records: next time after the interval.
    pub(super) fn succeed(&mut self, interval: Duration, now: Timestamp, sent: u64) {
        let next = Self::at(later(now, jittered(interval)));
        let (last_attempt, reports_gone) = (self.last_attempt, self.reports_gone.take());
        *self = Self { last_attempt, sent: Some(sent), reports_gone, ..next };
    }

    /// It did not work: after twice the time of the last failure.
    fn fail(&mut self, interval: Duration, now: Timestamp) {
        let backoff = interval.saturating_mul(1 << self.failures.min(16)).min(LONGEST_BACKOFF.max(interval));
        self.failures = self.failures.saturating_add(1);
        self.next_attempt = later(now, jittered(backoff));
    }

    /// Keeps why it did not work.
    pub(super) fn note(&mut self, problem: &dyn fmt::Display) {
        self.problem = Some(text::of(problem));
    }

    /// The collector asked for this much time; it does not get more than a day, nor less than the backoff.
    pub(super) fn wait(&mut self, time: Duration, now: Timestamp) {
        self.next_attempt = self.next_attempt.max(later(now, time.min(LONGEST_BACKOFF)));
    }

    /// Nothing more from this version.
    pub(super) fn stop(&mut self, version: &str) {
        let gone = Some(version.to_owned());
        *self = Self { last_attempt: self.last_attempt, gone, ..Self::at(never()) };
    }

    /// No more crash reports from this version.
    pub(super) fn stop_reports(&mut self, version: &str) {
        self.reports_gone = Some(version.to_owned());
    }
}

/// A date that file systems can hold, far beyond every other schedule: 2200-01-01.
fn never() -> Timestamp {
    Timestamp::from_micros(7_258_118_400_000_000)
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(time.micros().saturating_add(micros))
}

/// Three to five quarters of it, so that machines that were started together do not call together.
fn jittered(time: Duration) -> Duration {
    time.mul_f64(0.75 + random::fraction() / 2.0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn ahead(schedule: &Schedule, now: Timestamp) -> f64 {
        (schedule.next_attempt.micros() - now.micros()) as f64 / 3.6e9
    }

    #[test]
    fn failures_in_a_row_wait_longer_and_longer_up_to_a_day() {
        let now = clock::now();
        let mut schedule = Schedule::at(now);
        for expected in [1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 24.0] {
            schedule.fail(HOUR, now);
            let hours = ahead(&schedule, now);
            assert!(hours >= expected * 0.75 && hours <= expected * 1.25, "{hours} of {expected}");
        }
        schedule.succeed(HOUR, now, 0);
        assert_eq!(schedule.failures, 0);
        assert!(ahead(&schedule, now) <= 1.25);
    }

    #[test]
    fn not_every_client_wakes_at_the_same_minute() {
        let now = clock::now();
        let mut schedule = Schedule::at(now);
        let times: std::collections::HashSet<i64> = (0..100)
            .map(|_| {
                schedule.succeed(HOUR, now, 0);
                schedule.next_attempt.micros() / 60_000_000
            })
            .collect();
        assert!(times.len() > 10, "{} different minutes", times.len());
    }

    #[test]
    fn a_collector_gets_the_time_it_asks_for_but_not_more_than_a_day() {
        let now = clock::now();
        let mut schedule = Schedule::at(now);
        schedule.wait(10 * HOUR, now);
        assert_eq!(ahead(&schedule, now).round(), 10.0);
        schedule.wait(HOUR, now);
        assert_eq!(ahead(&schedule, now).round(), 10.0, "never sooner than already decided");
        schedule.wait(1000 * HOUR, now);
        assert_eq!(ahead(&schedule, now).round(), 24.0);
    }

    #[test]
    fn the_schedule_survives_the_process() {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        assert!(Schedule::is_due(at, "1.0.0"), "never uploaded yet");
        let mut schedule = Schedule::read(at);
        schedule.begin(HOUR, Timestamp::from_micros(7_000));
        schedule.write(at).unwrap();
        assert!(Schedule::is_due(at, "1.0.0"), "an hour after 1970");
        schedule.wait(HOUR, clock::now());
        schedule.write(at).unwrap();
        assert!(!Schedule::is_due(at, "1.0.0"));
        let read = Schedule::read(at);
        assert_eq!((read.failures, read.last_attempt, read.sent), (1, Some(Timestamp::from_micros(7_000)), None));
        schedule.note(&"the proxy says \"no\"");
        schedule.write(at).unwrap();
        assert_eq!(Schedule::read(at).problem.as_deref(), Some("the proxy says \"no\""));
        schedule.succeed(Duration::ZERO, clock::now(), 12);
        schedule.write(at).unwrap();
        assert!(Schedule::is_due(at, "1.0.0"));
        let read = Schedule::read(at);
        assert_eq!((read.problem, read.failures, read.sent), (None, 0, Some(12)));
        assert_eq!(read.last_attempt, Some(Timestamp::from_micros(7_000)), "when it began");
    }

    #[test]
    fn gone_stops_until_the_version_changes() {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        let mut schedule = Schedule::read(at);
        schedule.stop("1.0.0");
        schedule.write(at).unwrap();
        assert!(!Schedule::is_due(at, "1.0.0"));
        assert!(Schedule::is_due(at, "1.0.1"));
    }

    #[test]
    fn a_clock_that_was_years_ahead_does_not_stop_uploads() {
        let directory = tempfile::tempdir().unwrap();
        let ahead = later(clock::now(), Duration::from_secs(400 * 24 * 3600));
        Schedule { failures: 1, ..Schedule::at(ahead) }.write(directory.path()).unwrap();
        assert!(Schedule::is_due(directory.path(), "1.0.0"));
    }
}
