//! Collecting: every provider in a thread, what they find into the database as it comes.

use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    database::{Database, DatabaseError},
    machine::{CollectError, Machine},
    observer::{Observer, Step, told},
    providers::Provider,
    schema::Rows,
};

/// How it went with one provider.
pub struct Fetched {
    /// Which one.
    pub provider: &'static dyn Provider,
    /// How long it looked at the machine; storing is not part of it.
    pub collecting: Duration,
    /// How many rows each of its tables got.
    pub tables: Result<Vec<(&'static str, usize)>, CollectError>,
}

impl Fetched {
    /// Rows in all its tables; 0 where it failed.
    pub fn row_count(&self) -> usize {
        self.tables.iter().flatten().map(|(_, rows)| rows).sum()
    }
}

/// Asks all `providers` at once, as many as there are processors, and stores what each of them found in a transaction of
/// its own. A provider that fails is noted and does not stop the others. The result is in the order of `providers`.
///
/// # Errors
/// The first failure to write; what was stored before stays.
pub fn fetch(
    providers: &[&'static dyn Provider],
    machine: &Machine,
    database: &mut Database,
    observer: &impl Observer,
) -> Result<Vec<Fetched>, DatabaseError> {
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(providers.len());
    let (sender, receiver) = mpsc::channel();
    let mut fetched: Vec<(usize, Fetched)> = thread::scope(|scope| {
        let next = &next;
        let ask = |sender: mpsc::Sender<_>| {
            move || {
                while let Some((index, provider)) = claim(next, providers) {
                    let collected = collect(provider, machine, observer);
                    if sender.send((index, collected)).is_err() {
                        return; // The database failed: nobody waits for more.
                    }
                }
            }
        };
        let threads: Vec<_> = vec![sender; workers].into_iter().map(|sender| scope.spawn(ask(sender))).collect();
        let fetched = receiver
            .into_iter()
            .map(|(index, collected)| {
                let fetched = store(collected, database, observer)?;
                observer.finished(fetched.provider.name());
                Ok((index, fetched))
            })
            .collect::<Result<_, DatabaseError>>();
        // A panic over there goes on here as it is: the scope would make another one of it.
        if let Some(panic) = threads.into_iter().find_map(|thread| thread.join().err()) {
            resume_unwind(panic);
        }
        fetched
    })?;
    fetched.sort_by_key(|(index, _)| *index);
    Ok(fetched.into_iter().map(|(_, fetched)| fetched).collect())
}

fn claim(next: &AtomicUsize, providers: &[&'static dyn Provider]) -> Option<(usize, &'static dyn Provider)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    providers.get(index).map(|provider| (index, *provider))
}

struct Collected {
    provider: &'static dyn Provider,
    collecting: Duration,
    rows: Result<Vec<Rows>, CollectError>,
}

fn collect(provider: &'static dyn Provider, machine: &Machine, observer: &impl Observer) -> Collected {
    let step = observer.collecting(provider.name());
    let start = Instant::now();
    let rows = provider.collect(machine);
    let collecting = start.elapsed();
    step.end(told(&rows));
    Collected { provider, collecting, rows }
}

fn store(collected: Collected, database: &mut Database, observer: &impl Observer) -> Result<Fetched, DatabaseError> {
    let Collected { provider, collecting, rows } = collected;
    let step = observer.storing(provider.name());
    let stored = match &rows {
        Ok(rows) => database.replace(provider, rows, collecting),
        Err(error) => database.note_failure(provider, error, collecting),
    };
    step.end(told(&stored));
    stored?;
    let tables = rows.map(|tables| tables.into_iter().map(|rows| (rows.table.name, rows.rows.len())).collect());
    Ok(Fetched { provider, collecting, tables })
}
