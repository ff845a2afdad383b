//! What is declared as `aggregate` is added up on the device, in a file that all processes of a tool share.
//!
//! ```text
//! usage.sums             the table that is counted in (table.rs says how)
//! usage.000001.sums      a table that was closed, until its sums are items of `usage.000001.jsonl`
//! local.sums ...         likewise
//! ```
//!
//! A count is one atomic step in a mapped page: the kernel has it at once, whatever becomes of the process. Where no such
//! file can be made, callers append the record to the spool instead.

mod count;
mod file;
mod items;
mod key;
mod map;
mod running;
mod stripe;
mod table;

use std::{
    cell::RefCell,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
};

use candor_wire::{Environment, Outcome, Record};

pub(crate) use self::{
    file::TableFile,
    items::{items, tally},
    running::is_alive,
    table::Entry,
};
use self::{
    stripe::STRIPES,
    table::{Refused, Table},
};
use crate::{clock, record::lock};

/// After a failure nothing is tried for this long: a tool that counts in a loop must not open files in a loop.
const PAUSE_SECONDS: i64 = 60;

/// A table is closed once an hour or so; more often in a row means that something else is wrong.
const MAX_ATTEMPTS: usize = 8;

/// The sums of one queue, as one run of a tool sees them.
#[derive(Debug)]
pub(crate) struct Sums {
    directory: PathBuf,
    name: &'static str,
    /// How many declared counts have a slot.
    slots: usize,
    /// The table that is counted in.
    open: Mutex<Option<Arc<Open>>>,
    /// Where that one lies, for threads to compare with the one that they hold. Zero for none.
    current: AtomicUsize,
    paused_until: AtomicI64,
}

/// A table, on one day.
#[derive(Debug)]
struct Open {
    file: TableFile,
    day: i32,
    /// The cell of the environment; zero when it is not in the table yet.
    environment: AtomicU32,
    /// The cells of the counts that have a slot, one for each stripe; zero when they are not in the table yet.
    slots: Box<[[AtomicU32; STRIPES]]>,
}

/// The table that a thread counted in last, and its stripe.
#[derive(Debug)]
struct Held {
    open: Arc<Open>,
    stripe: usize,
}

thread_local! {
    /// So that counting needs no lock.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// Who moves a full or damaged table out of the way.
pub(crate) trait Closing {
    /// Gives the table of this queue another name, unless somebody else has.
    fn close_table(&self, file: Option<&TableFile>) -> io::Result<()>;
}

impl Sums {
    pub(crate) fn new(directory: &Path, name: &'static str, slots: usize) -> Self {
        Self {
            directory: directory.to_owned(),
            name,
            slots,
            open: Mutex::default(),
            current: AtomicUsize::new(0),
            paused_until: AtomicI64::new(i64::MIN),
        }
    }

    /// The same ones, as another process sees them that has not counted yet.
    pub(crate) fn anew(&self) -> Self {
        Self::new(&self.directory, self.name, self.slots)
    }

    /// Adds one to a declared count without fields, if one of this thread's stripe has done so before on this day:
    /// nanoseconds, no lock, no memory. Otherwise it has done nothing, and [`Self::add`] does it.
    #[inline]
    pub(crate) fn count_slot(&self, slot: usize) -> bool {
        let seconds = clock::tick();
        let count = |held: &RefCell<Option<Held>>| {
            let held = held.try_borrow().ok()?;
            let Held { open, stripe } = held.as_ref()?;
            let is_held = self.is_current(open) && clock::is_in_day(seconds, open.day);
            let slot = open.slots.get(slot).filter(|_| is_held)?;
            let cell = table::Cell::from_number(slot.get(*stripe)?.load(Relaxed))?;
            open.file.add_one(cell).ok()
        };
        HELD.try_with(count).ok().flatten().is_some()
    }

    /// Adds a record of today `record.count` times. Returns whether it is counted.
    pub(crate) fn add(
        &self,
        record: &Record,
        environment: &Environment,
        slot: Option<usize>,
        closing: &impl Closing,
    ) -> bool {
        let seconds = clock::seconds_coarse();
        if seconds < self.paused_until.load(Relaxed) {
            return false;
        }
        let day = clock::day_of(seconds);
        let stripe = stripe::of_this_thread();
        let mut open = lock(&self.open);
        for _ in 0..MAX_ATTEMPTS {
            let table = match self.of_day(&mut open, day) {
                Ok(table) => table,
                // Between being made and being opened it was taken away.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) if error.kind() == io::ErrorKind::InvalidData => match closing.close_table(None) {
                    Ok(()) => continue,
                    Err(_) => return false,
                },
                Err(_) => {
                    self.paused_until.store(seconds + PAUSE_SECONDS, Relaxed);
                    return false;
                }
            };
            match table.add(record, environment, slot, stripe) {
                Ok(()) => {
                    let hold = Held { open: table, stripe };
                    let _ = HELD.try_with(|held| held.try_borrow_mut().map(|mut held| *held = Some(hold)));
                    return true;
                }
                Err(Refused::Closed) if !table.file.is_at(&self.directory.join(self.name)) => *open = None,
                // Where another process is at it, this record goes elsewhere.
                Err(_) if closing.close_table(Some(&table.file)).is_err() => return false,
                Err(_) => *open = None,
            }
        }
        false
    }

    /// Watches an operation that begins: if its process never ends it, `record` is counted as cancelled.
    pub(crate) fn begin(&self, record: &Record, environment: &Environment) -> Option<UnderWay> {
        let seconds = clock::seconds_coarse();
        if seconds < self.paused_until.load(Relaxed) {
            return None;
        }
        let day = clock::day_of(seconds);
        let mut open = lock(&self.open);
        let open = self.of_day(&mut open, day).ok()?;
        let table = open.file.table().ok()?;
        let environment = open.environment(table, environment).ok()?;
        let key = key::of_record(record, day, environment);
        let slot = table.begin(&key::with_outcome(key, Outcome::Cancelled))?;
        Some(UnderWay { open, slot })
    }

    /// From here on records are made in another environment.
    pub(crate) fn forget_environment(&self) {
        *lock(&self.open) = None;
        self.current.store(0, Relaxed);
    }

    /// The table of a day: the one that is open, or another one that is opened in its place.
    fn of_day(&self, open: &mut Option<Arc<Open>>, day: i32) -> io::Result<Arc<Open>> {
        if let Some(open) = open.as_ref().filter(|open| open.day == day) {
            return Ok(Arc::clone(open));
        }
        let file = TableFile::open_or_create(&self.directory, self.name)?;
        let slots = (0..self.slots).map(|_| Default::default()).collect();
        let opened = Arc::new(Open { file, day, environment: AtomicU32::new(0), slots });
        self.current.store(address(&opened), Relaxed);
        Ok(Arc::clone(open.insert(opened)))
    }

    #[inline]
    fn is_current(&self, open: &Arc<Open>) -> bool {
        address(open) == self.current.load(Relaxed)
    }
}

impl Open {
    fn add(
        &self,
        record: &Record,
        environment: &Environment,
        slot: Option<usize>,
        stripe: usize,
    ) -> Result<(), Refused> {
        let table = self.file.table()?;
        let environment = self.environment(table, environment)?;
        let known = slot.and_then(|slot| self.slots.get(slot)?.get(stripe));
        let mut key = key::of_record(record, self.day, environment);
        if known.is_some() && table.has_room_to_spare() {
            key = key::with_stripe(key, stripe);
        }
        let cell = table.cell(&key)?;
        table.add(cell, record.count)?;
        if let Some(known) = known {
            known.store(cell.number(), Relaxed);
        }
        Ok(())
    }

    /// The number of the environment's cell in this table.
    fn environment(&self, table: Table<'_>, environment: &Environment) -> Result<u32, Refused> {
        let number = match self.environment.load(Relaxed) {
            0 => table.cell(&key::of_environment(environment))?.number(),
            known => known,
        };
        self.environment.store(number, Relaxed);
        Ok(number)
    }
}

/// An operation that is being watched.
#[derive(Debug)]
pub(crate) struct UnderWay {
    open: Arc<Open>,
    slot: running::Slot,
}

impl UnderWay {
    /// It has ended. Returns false when somebody who took it for dead has counted it.
    pub(crate) fn end(&self) -> bool {
        self.open.file.table().map_or(true, |table| table.end(self.slot))
    }
}

#[inline]
fn address(open: &Arc<Open>) -> usize {
    Arc::as_ptr(open).addr()
}
