//! Counters that say totals: what a total adds to the one before is counted, once.
//!
//! The catalog has what each counter has come to, and from what. A step from one total to the next is written there first, then
//! to the journal, as an item whose id is made of the two totals. Whoever is killed between the two does not know whether the
//! journal has it; so the next time that the counter is heard of, the step is appended again, and the journal knows its id.
//! In memory are those of which the journal is known to have the last step.

use crate::clock;
use crate::error::ApiError;
use crate::limits::Limits;
use crate::outcomes::Tally;
use crate::project::{Ingesting, unavailable};
use candor_privacy::installation_hash;
use candor_store::{
    Append, AppendError, AppendItem, Catalog, CatalogError, CounterTotal, ItemOutcome, Store, message_id_hash,
};
use candor_wire::otlp::Total;
use candor_wire::{Limits as WireLimits, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Of a counter beyond those that a project may have.
const TOO_MANY: &str = "too_many_counters";
/// Of a step that is larger than one count may be.
const NOT_KEPT: &str = "not_kept";
/// Ids of items are remembered for seven days: a step that was left open before cannot be told from one that was counted.
const IDS_DAYS: i32 = 6;
/// Counters of a project whose last step is remembered in memory. One takes about 100 bytes; beyond it they are forgotten,
/// and looked up again.
const MOST_SETTLED: usize = 100_000;

/// What all counters have come to.
#[derive(Debug)]
pub(crate) struct Totals {
    catalog: Catalog,
    most: u64,
    keep_days: i32,
    retry_after: Duration,
    projects: Mutex<HashMap<i64, Arc<AsyncMutex<Known>>>>,
}

/// What is known of the counters of a project.
#[derive(Debug, Default)]
struct Known {
    /// How many there are in the catalog; none until somebody asked.
    count: Option<u64>,
    /// Those of which the journal has what the catalog says.
    settled: HashMap<i64, CounterTotal>,
}

/// A total, and the place of its item.
pub(crate) struct Said {
    pub(crate) item: usize,
    pub(crate) total: Total,
}

/// Steps that are in the catalog, and must go to the journal before anybody else of the project goes on.
pub(crate) struct Steps {
    known: OwnedMutexGuard<Known>,
    made: Vec<CounterTotal>,
    /// Items that are not kept, by their places before it, and why.
    pub(crate) dropped: Vec<(usize, &'static str)>,
}

impl Steps {
    /// The journal has them.
    pub(crate) fn settle(mut self) {
        if self.known.settled.len() + self.made.len() > MOST_SETTLED {
            self.known.settled.clear();
        }
        let made = std::mem::take(&mut self.made);
        self.known.settled.extend(made.into_iter().map(|total| (total.stream, total)));
    }
}

/// Why the steps could not be made.
pub(crate) enum Refusal {
    Catalog(CatalogError),
    Append(AppendError),
}

impl From<CatalogError> for Refusal {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(error)
    }
}

impl Totals {
    pub(crate) fn new(catalog: Catalog, limits: &Limits) -> Self {
        let keep_days = i32::try_from(limits.keep_counters.as_secs() / 86_400).unwrap_or(i32::MAX);
        let (most, retry_after) = (limits.counters as u64, limits.retry_after);
        Self { catalog, most, keep_days, retry_after, projects: Mutex::default() }
    }

    /// The answer when the catalog could not be read or written.
    pub(crate) fn unavailable(&self, error: CatalogError) -> ApiError {
        unavailable(error, self.retry_after)
    }

    /// Makes steps of totals: each item gets the id and the count of its step, and those that add nothing go. What is dropped
    /// is counted.
    ///
    /// # Errors
    /// When the catalog or the journal could not be written; nothing is counted then that would be counted again.
    pub(crate) async fn advance(
        &self,
        store: &Store,
        project: &Ingesting,
        append: &mut Append,
        said: Vec<Said>,
        tally: &mut Tally,
    ) -> Result<Steps, Refusal> {
        let known =
            Arc::clone(self.projects.lock().unwrap_or_else(PoisonError::into_inner).entry(project.id).or_default());
        let mut known = known.lock_owned().await;
        let said: Vec<(i64, Said)> = said
            .into_iter()
            .filter_map(|said| {
                Some((installation_hash(&project.lasting_secret, &format!("total/{}", said.total.stream))?, said))
            })
            .collect();
        self.settle(store, project, append, &said, &mut known).await?;
        let count = match known.count {
            Some(count) => count,
            None => self.catalog.count_totals(project.id).await?,
        };
        let today = append.received.day();
        let mut steps = Planned { made: HashMap::new(), fates: HashMap::new(), new: 0 };
        for (stream, Said { item, total }) in said {
            let time = append.items[item].facts.first().map_or(append.received, |fact| fact.record.time);
            let before = known.settled.get(&stream);
            if before.is_none() && !steps.made.contains_key(&stream) && count + steps.new >= self.most {
                steps.fates.insert(item, Fate::Dropped(TOO_MANY));
                continue;
            }
            steps.say(stream, before, item, total.value, (time, today));
        }
        let made: Vec<CounterTotal> = steps.made.values().map(|(total, _)| total.clone()).collect();
        let changed: Vec<CounterTotal> =
            made.iter().filter(|total| known.settled.get(&total.stream) != Some(*total)).cloned().collect();
        if !changed.is_empty() {
            // From here until the journal has them, only the catalog knows.
            for total in &changed {
                known.settled.remove(&total.stream);
            }
            self.catalog.set_totals(project.id, &changed).await?;
        }
        known.count = Some(count + steps.new);
        let dropped = steps.write(project, append, tally);
        Ok(Steps { known, made, dropped })
    }

    /// Looks up what is not settled of these, and appends its last step once more: the journal counts it if it has not.
    async fn settle(
        &self,
        store: &Store,
        project: &Ingesting,
        append: &Append,
        said: &[(i64, Said)],
        known: &mut Known,
    ) -> Result<(), Refusal> {
        let unsettled: HashMap<i64, usize> = said
            .iter()
            .filter(|(stream, _)| !known.settled.contains_key(stream))
            .map(|(stream, said)| (*stream, said.item))
            .collect();
        if unsettled.is_empty() {
            return Ok(());
        }
        let streams: Vec<i64> = unsettled.keys().copied().collect();
        let found = self.catalog.totals(project.id, &streams).await?;
        let is_open = |total: &&CounterTotal| {
            total.value > total.before && total.heard >= append.received.day().saturating_sub(IDS_DAYS)
        };
        let again = found.iter().filter(is_open).filter_map(|total| {
            let item = append.items.get(*unsettled.get(&total.stream)?)?;
            Some(step(item.clone(), project, total))
        });
        let items: Vec<AppendItem> = again.collect();
        if !items.is_empty() {
            let again = Append { project: Arc::clone(&append.project), received: append.received, items };
            store.append(again).await.map_err(Refusal::Append)?;
        }
        known.settled.extend(found.into_iter().map(|total| (total.stream, total)));
        Ok(())
    }

    /// Forgets counters that were not heard of for long.
    pub(crate) async fn forget(&self) {
        match self.catalog.forget_totals(clock::now().day().saturating_sub(self.keep_days)).await {
            Ok(0) => {}
            Ok(forgotten) => {
                tracing::info!(forgotten, "counters that were not heard of for long are forgotten");
                let all: Vec<_> =
                    self.projects.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
                for known in all {
                    known.lock().await.count = None;
                }
            }
            Err(error) => tracing::warn!(%error, "could not forget counters"),
        }
    }
}

/// What becomes of the items of a request.
struct Planned {
    /// By counter: what it comes to, and the item that says so.
    made: HashMap<i64, (CounterTotal, usize)>,
    /// By item.
    fates: HashMap<usize, Fate>,
    /// Counters that were not known.
    new: u64,
}

enum Fate {
    /// It is this step.
    Step(CounterTotal),
    /// It adds nothing.
    Nothing,
    Dropped(&'static str),
}

impl Planned {
    fn say(&mut self, stream: i64, before: Option<&CounterTotal>, item: usize, value: u64, at: (Timestamp, i32)) {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        let (time, heard) = (at.0.micros(), at.1);
        let counted = before.map_or(0, |total| total.value);
        let last = self.made.get(&stream);
        let reached = last.map_or(counted, |(total, _)| total.value);
        if value - counted > i64::try_from(WireLimits::default().max_count).unwrap_or(i64::MAX) {
            self.fates.insert(item, Fate::Dropped(NOT_KEPT));
            return;
        }
        if value <= reached && last.is_some() {
            self.fates.insert(item, Fate::Nothing);
            return;
        }
        // One that came before in this request is a part of this step.
        if let Some((_, earlier)) = last {
            self.fates.insert(*earlier, Fate::Nothing);
        } else {
            self.new += u64::from(before.is_none());
        }
        let total = match before {
            // What is not more is old news, or says that nothing happened; and that the counter is still there.
            Some(before) if value <= counted => CounterTotal { heard, ..before.clone() },
            _ => CounterTotal { stream, before: counted, value, time, heard },
        };
        let fate = if value > counted { Fate::Step(total.clone()) } else { Fate::Nothing };
        self.fates.insert(item, fate);
        self.made.insert(stream, (total, item));
    }

    /// Writes what was planned into the items, and counts those that go. Returns those that are not kept, and why.
    fn write(mut self, project: &Ingesting, append: &mut Append, tally: &mut Tally) -> Vec<(usize, &'static str)> {
        let mut dropped = Vec::new();
        let items = std::mem::take(&mut append.items).into_iter().enumerate();
        append.items = items
            .filter_map(|(place, item)| match self.fates.remove(&place) {
                None => Some(item),
                Some(Fate::Step(total)) => Some(step(item, project, &total)),
                Some(Fate::Nothing) => {
                    tally.add(ItemOutcome::Duplicate, "", 1);
                    None
                }
                Some(Fate::Dropped(reason)) => {
                    tally.add(ItemOutcome::Dropped, reason, 1);
                    dropped.push((place, reason));
                    None
                }
            })
            .collect();
        dropped
    }
}

/// The item of a step, which is the same whenever it is made.
fn step(mut item: AppendItem, project: &Ingesting, total: &CounterTotal) -> AppendItem {
    let CounterTotal { stream, before, value, time, .. } = total;
    item.id = message_id_hash(&project.name, &format!("total/{stream}/{before}/{value}"));
    for fact in &mut item.facts {
        fact.record.count = value.abs_diff(*before);
        fact.record.time = Timestamp::from_micros(*time);
    }
    item
}

impl Refusal {
    /// What the client is told.
    pub(crate) fn into_error(self, totals: &Totals, refused: impl FnOnce(AppendError) -> ApiError) -> ApiError {
        match self {
            Self::Catalog(error) => totals.unavailable(error),
            Self::Append(error) => refused(error),
        }
    }
}
