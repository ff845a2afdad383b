//! How much a second: a token bucket for each who is counted.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What one of them may a second, and for how long it may have saved that up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    pub(super) requests: u32,
    pub(super) events: u32,
    pub(super) burst: Duration,
}

/// What is left of both; below zero is debt.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    requests: f64,
    events: f64,
    at: Instant,
}

/// The buckets of all who sent lately, at most so many.
#[derive(Debug)]
pub(super) struct Rates {
    rate: Rate,
    most: usize,
    buckets: Mutex<HashMap<u64, Bucket, RandomState>>,
}

impl Rates {
    pub(super) fn new(rate: Rate, most: usize) -> Self {
        Self { rate, most, buckets: Mutex::default() }
    }

    /// Counts a request, unless one too many came or the events of earlier ones are not paid for; then gives the time until
    /// both are. What is refused is not counted.
    pub(super) fn request(&self, who: u64, now: Instant) -> Result<(), Duration> {
        self.with(who, now, |bucket| {
            let wait = |missing: f64, rate: u32| missing.max(0.0) / f64::from(rate.max(1));
            let seconds = wait(1.0 - bucket.requests, self.rate.requests).max(wait(-bucket.events, self.rate.events));
            if seconds > 0.0 {
                return Err(Duration::from_secs_f64(seconds));
            }
            bucket.requests -= 1.0;
            Ok(())
        })
    }

    /// Counts events that are here already. The debt is at most one burst, so that nobody waits longer than that.
    pub(super) fn events(&self, who: u64, events: usize, now: Instant) {
        let most_debt = self.full(self.rate.events);
        self.with(who, now, |bucket| bucket.events = (bucket.events - events as f64).max(-most_debt));
    }

    fn full(&self, rate: u32) -> f64 {
        f64::from(rate) * self.rate.burst.as_secs_f64()
    }

    fn with<T>(&self, who: u64, now: Instant, change: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= self.most && !buckets.contains_key(&who) {
            self.make_room(&mut buckets, now);
        }
        let full = Bucket { requests: self.full(self.rate.requests), events: self.full(self.rate.events), at: now };
        let bucket = buckets.entry(who).or_insert(full);
        self.refill(bucket, now);
        change(bucket)
    }

    fn refill(&self, bucket: &mut Bucket, now: Instant) {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        let refilled = |left: f64, rate: u32| (left + seconds * f64::from(rate)).min(self.full(rate));
        bucket.requests = refilled(bucket.requests, self.rate.requests);
        bucket.events = refilled(bucket.events, self.rate.events);
        bucket.at = now;
    }

    /// Forgets those who are as good as new. Where that is not enough, all: a flood from so many is no flood of one, and the
    /// bounds of its project hold it.
    fn make_room(&self, buckets: &mut HashMap<u64, Bucket, RandomState>, now: Instant) {
        buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < self.rate.burst);
        if buckets.len() >= self.most / 4 * 3 {
            tracing::debug!(buckets = buckets.len(), "too many senders to remember; they begin anew");
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    const RATE: Rate = Rate { requests: 10, events: 100, burst: Duration::from_secs(2) };

    #[test]
    fn a_burst_is_taken_then_the_rate_and_the_wait_is_as_long_as_it_must_be() {
        let (rates, start) = (Rates::new(RATE, 10), Instant::now());
        for _ in 0..20 {
            rates.request(1, start).unwrap();
        }
        let wait = rates.request(1, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(100));
        rates.request(2, start).expect("another is not held up");
        rates.request(1, start + wait).unwrap();
        assert!(rates.request(1, start + wait).is_err());
        let later = start + Duration::from_secs(3600);
        assert_eq!(
            (0..100).filter(|_| rates.request(1, later).is_ok()).count(),
            20,
            "no more is saved up than a burst"
        );
    }

    #[test]
    fn events_are_paid_for_by_the_requests_that_follow() {
        let (rates, start) = (Rates::new(RATE, 10), Instant::now());
        rates.request(1, start).unwrap();
        rates.events(1, 250, start);
        assert_eq!(rates.request(1, start).unwrap_err(), Duration::from_millis(500));
        rates.request(1, start + Duration::from_millis(501)).unwrap();
        rates.events(1, 1_000_000_000, start);
        let wait = rates.request(1, start).unwrap_err();
        assert!(wait <= RATE.burst, "{wait:?}");
    }

    #[test]
    fn whoever_comes_from_everywhere_takes_no_more_memory_than_the_bound() {
        let (rates, start) = (Rates::new(RATE, 100), Instant::now());
        for who in 0..10_000 {
            let _ = rates.request(who, start);
            assert!(rates.buckets.lock().unwrap().len() <= 100);
        }
    }
}
