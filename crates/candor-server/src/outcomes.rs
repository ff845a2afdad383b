//! How items ended: counted in memory, added to the catalog each second.

use candor_store::{Catalog, ItemOutcome, OutcomeDelta};
use foldhash::quality::RandomState;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What reasons beyond the bound are counted as.
const OTHER: &str = "other";

/// How the items of one request ended.
#[derive(Debug, Default)]
pub(crate) struct Tally(HashMap<(ItemOutcome, Cow<'static, str>), u64, RandomState>);

impl Tally {
    /// What was counted: how items ended, why, and how many.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (ItemOutcome, &str, u64)> {
        self.0.iter().map(|((outcome, reason), count)| (*outcome, reason.as_ref(), *count))
    }

    /// Counts `count` items.
    pub(crate) fn add(&mut self, outcome: ItemOutcome, reason: impl Into<Cow<'static, str>>, count: u64) {
        if count > 0 {
            *self.0.entry((outcome, reason.into())).or_default() += count;
        }
    }
}

/// The counts that are not in the catalog yet.
#[derive(Debug)]
pub(crate) struct Outcomes {
    most_reasons: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// By project and day, then by outcome and reason.
    counts: HashMap<(i64, i32), Tally>,
    /// The reasons that were counted of a project and day, also those that are in the catalog already.
    reasons: HashMap<(i64, i32), HashSet<Cow<'static, str>, RandomState>>,
}

impl Outcomes {
    pub(crate) fn new(most_reasons: usize) -> Self {
        Self { most_reasons, waiting: Mutex::default() }
    }

    /// Adds what became of a request's items; `day` is the day it arrived, since 1970-01-01.
    pub(crate) fn add(&self, project: i64, day: i32, tally: Tally) {
        let mut waiting = self.waiting();
        let Waiting { counts, reasons } = &mut *waiting;
        if !reasons.contains_key(&(project, day)) {
            // Around midnight items of two days come in.
            reasons.retain(|(_, other), _| *other >= day - 1);
        }
        let reasons = reasons.entry((project, day)).or_default();
        let counts = &mut counts.entry((project, day)).or_default().0;
        for ((outcome, reason), count) in tally.0 {
            let known = reasons.contains(&reason)
                || (reasons.len() < self.most_reasons && reasons.insert(Cow::Owned(reason.clone().into_owned())));
            let reason = if known { reason } else { Cow::Borrowed(OTHER) };
            *counts.entry((outcome, reason)).or_default() += count;
        }
    }

    /// Moves the counts to the catalog. What cannot be written stays for the next time.
    pub(crate) async fn flush(&self, catalog: &Catalog) {
        let taken = std::mem::take(&mut self.waiting().counts);
        if taken.is_empty() {
            return;
        }
        let mut deltas = Vec::new();
        for ((project, day), tally) in &taken {
            for ((outcome, reason), count) in &tally.0 {
                let (outcome, count) = (*outcome, *count);
                deltas.push(OutcomeDelta { project: *project, day: *day, outcome, reason: reason.to_string(), count });
            }
        }
        if let Err(error) = catalog.add_outcomes(&deltas).await {
            tracing::warn!(%error, "could not write the counts of outcomes; they are kept");
            for ((project, day), tally) in taken {
                self.add(project, day, tally);
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_clients_invent_are_bounded_and_still_counted() {
        let outcomes = Outcomes::new(2);
        // Two writes to the catalog: what was counted before the first is known after it.
        for names in [0..10, 5..15] {
            let mut tally = Tally::default();
            for name in names {
                tally.add(ItemOutcome::Dropped, format!("undeclared_property:{name}"), 3);
            }
            outcomes.add(1, 20_000, tally);
        }
        let waiting = outcomes.waiting();
        let counts = &waiting.counts[&(1, 20_000)].0;
        assert_eq!(counts.len(), 3);
        assert_eq!(counts.values().sum::<u64>(), 60);
        assert!(counts[&(ItemOutcome::Dropped, Cow::Borrowed(OTHER))] >= 48);
        drop(waiting);
        outcomes.add(1, 20_003, Tally::default());
        assert_eq!(outcomes.waiting().reasons.len(), 1, "the reasons of earlier days are forgotten");
    }
}
