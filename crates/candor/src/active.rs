//! A run that records: where its records go, and what they say about it.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use candor_wire::{
    Environment, Record, Timestamp,
    sentry::{Exception, Level as Severity},
};

use crate::{
    clock,
    consent::{Decision, Level, Notice},
    crash::{Report, Stack},
    declared::{Collect, Declaration, Entry, IdentityMode},
    delivery::{self, Delivery, Log, Target},
    environment,
    fork::Own,
    identity::{self, Identity},
    item,
    presence::Occasion,
    process::{Facts, Process},
    random,
    record::lock,
    spool::{Agreement, Queue, QueueOf, Spool},
    state::Lock,
    sums::{Sums, UnderWay},
    tool_file, variables,
};

/// Whoever wants to see what would be sent waits this long for others who do.
const PATIENCE_MS: u64 = 5000;

/// What a run needs to record; there is none when the level is off.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) declaration: &'static Declaration,
    level: Level,
    /// The lower identity mode that the user chose.
    chosen_identity: Option<IdentityMode>,
    #[cfg_attr(not(feature = "upload"), expect(dead_code, reason = "only an upload asks"))]
    may_send: bool,
    /// The log that takes what would be sent, in a run that only shows it.
    inspection: Option<PathBuf>,
    /// Of this run's usage.
    queue: Queue,
    spool: Spool,
    process: Own<Process>,
    has_recorded: AtomicBool,
    /// The day that has been counted, as far as this run knows.
    counted_day: AtomicI32,
}

impl Active {
    pub(crate) fn begin(declaration: &'static Declaration, decision: &Decision, notice: Notice, spool: Spool) -> Self {
        // Without an agreement that covers what waits, nothing is sent, and what this run records may wait with it.
        let agreement = Agreement { level: decision.level, since: decision.since };
        let may_send = decision.level.sends() && spool.agree(agreement) && notice == Notice::Known;
        Self::of(declaration, decision, spool, may_send, None)
    }

    /// A run that sends nothing, and writes what would be sent to this log.
    pub(crate) fn inspect(declaration: &'static Declaration, decision: &Decision, spool: Spool, log: PathBuf) -> Self {
        Self::of(declaration, decision, spool, false, Some(log))
    }

    fn of(
        declaration: &'static Declaration,
        decision: &Decision,
        spool: Spool,
        may_send: bool,
        inspection: Option<PathBuf>,
    ) -> Self {
        let queue = if decision.level.sends() || inspection.is_some() { Queue::Usage } else { Queue::Local };
        Self {
            declaration,
            level: decision.level,
            chosen_identity: decision.identity,
            may_send,
            inspection,
            queue,
            process: Own::new(Process::new(Sums::new(spool.directory(), queue.table(), declaration.slots))),
            spool,
            has_recorded: AtomicBool::new(false),
            counted_day: AtomicI32::new(i32::MIN),
        }
    }

    /// What this process knows of the run.
    // One copy of it; only a count has its own.
    #[inline(never)]
    pub(crate) fn process(&self) -> &Process {
        self.process.get(Process::forked)
    }

    /// Whether this run records what is declared so.
    #[inline]
    pub(crate) fn records(&self, entry: &Entry) -> bool {
        let needed = match entry.collect {
            Collect::Aggregate => entry.level,
            Collect::Each => Level::All,
        };
        !entry.expired && self.level.records(needed) && self.is_sampled(entry)
    }

    /// Whether this run reports what is declared so: one by one, whatever is said of its sums.
    pub(crate) fn reports(&self, entry: &Entry) -> bool {
        !entry.expired && self.level.records(entry.level) && self.is_sampled(entry)
    }

    #[inline]
    fn is_sampled(&self, entry: &Entry) -> bool {
        const ALL: u32 = 1_000_000;
        entry.sample_per_million >= ALL
            || *self.process().share.get_or_init(random::fraction) * f64::from(ALL)
                < f64::from(entry.sample_per_million)
    }

    /// The time of a record made now: nothing finer than a day for what is added up.
    pub(crate) fn time(&self, entry: &Entry) -> Timestamp {
        match entry.collect {
            Collect::Aggregate => Timestamp::from_micros(clock::seconds_coarse() * 1_000_000).start_of_day(),
            Collect::Each => self.identity().time(clock::now()),
        }
    }

    /// Counts one of what has no fields, if this run has recorded it before on this day. Then it may: nothing changes within
    /// a run that [`Self::records`] asks for.
    #[inline]
    pub(crate) fn count_again(&self, entry: &Entry) -> bool {
        self.process.get(Process::forked).sums.count_slot(entry.slot)
    }

    /// Keeps a record and its parts: adds them up, or puts them into the spool one by one, as the manifest says. Where
    /// neither is possible, the tool goes on without.
    pub(crate) fn record(&self, entry: &Entry, mut record: Record, mut parts: Vec<Record>) {
        let Process { scrubber, sums, .. } = self.process();
        parts.iter_mut().chain([&mut record]).for_each(|record| scrubber.record(record));
        let environment = self.environment();
        self.count_day(&environment);
        let is_kept = match entry.collect {
            Collect::Aggregate => {
                let add = |record: &Record| {
                    sums.add(record, &environment, Some(entry.slot), &QueueOf(&self.spool, self.queue))
                };
                // Parts first: an operation that is counted has all of its parts.
                parts.retain(|part| !add(part));
                parts.is_empty() && add(&record) || self.append(record, parts, &environment)
            }
            Collect::Each => self.append(record, parts, &environment),
        };
        if is_kept && !self.has_recorded.swap(true, Relaxed) && self.inspection.is_none() {
            tool_file::write_if_missing(self.declaration, self.spool.directory(), &variables::process);
        }
    }

    /// Says once a day that the tool is in use, where the manifest declares that.
    fn count_day(&self, environment: &Environment) {
        let Some(actives) = self.declaration.actives.as_ref().filter(|actives| self.records(&actives.entry)) else {
            return;
        };
        let (declaration, spool, queue, day) = (self.declaration, &self.spool, self.queue, clock::day_coarse());
        let sketch_bits = actives.sketch_bits;
        if self.counted_day.load(Relaxed) != day
            && (actives.count)(&Occasion { declaration, spool, queue, environment, day, sketch_bits })
        {
            self.counted_day.store(day, Relaxed);
        }
    }

    /// Watches an operation that begins: if its process never ends it, it is counted as cancelled.
    pub(crate) fn begin_operation(&self, record: &Record) -> Option<UnderWay> {
        self.process().sums.begin(record, &self.environment())
    }

    fn append(&self, mut record: Record, parts: Vec<Record>, environment: &Environment) -> bool {
        record.environment = environment::copy_of(environment).into();
        let item = item::encode(record, parts, self.identity());
        item.is_some_and(|item| self.spool.append(self.queue, &item).is_ok())
    }

    /// Installs what reports crashes, if this run does.
    pub(crate) fn listen_for_crashes(self: &Arc<Self>) {
        if let Some(crash) = self.declaration.crash.as_ref().filter(|crash| self.reports(&crash.entry)) {
            (crash.install)(self, crash);
        }
    }

    /// Reports a panic, in the middle of it.
    pub(crate) fn report_panic(&self, exception: Exception, stack: Stack, operation: Option<&'static str>) {
        self.report(Report { level: Severity::Fatal, exceptions: vec![exception], stack, operation });
    }

    /// Puts a report into the spool. Where that is not possible, nobody hears of it.
    pub(crate) fn report(&self, report: Report) {
        let environment = environment::copy_of(&self.environment());
        let event = report
            .of(self.declaration, environment, self.moment())
            .and_then(|report| item::encode_report(report, &self.process().scrubber));
        if event.is_some_and(|event| self.spool.append(self.queue.of_reports(), &event).is_ok()) {
            self.has_recorded.store(true, Relaxed);
        }
    }

    /// The time of a report: as fine as the identity mode lets it be, and without making an identity for it.
    fn moment(&self) -> Timestamp {
        match identity::lower(self.declaration.identity, self.chosen_identity) {
            IdentityMode::None => clock::now().start_of_hour(),
            _ => clock::now(),
        }
    }

    fn identity(&self) -> &Identity {
        self.process().identity.get_or_init(|| {
            let (chosen, lookup) = (self.chosen_identity, &variables::process);
            // The spool of an inspection is a directory in the tool's own.
            let directory = self.spool.directory();
            let directory = self.inspection.as_ref().and(directory.parent()).unwrap_or(directory);
            Identity::of(self.declaration, chosen, directory, lookup)
        })
    }

    /// Says which database the tool works with, from here on.
    pub(crate) fn set_database_id(&self, id: &str) {
        let mode = identity::lower(self.declaration.identity, self.chosen_identity);
        let id = identity::database_id(self.declaration, mode, id, clock::day_coarse());
        *lock(&self.process().facts) = Facts { environment: None, database: id };
        self.process().sums.forget_environment();
    }

    /// Writes what was recorded to the log of an inspection, by the code that would send it.
    pub(crate) fn write_inspection(&self) {
        let Some(log) = self.inspection.as_ref().filter(|_| self.spool.directory().exists()) else { return };
        let Ok(_alone) = self.alone_at_the_log() else { return };
        // Where the log cannot be written to, the records wait for the next inspection.
        if let Ok(mut log) = Log::open(log) {
            let target = Target::of(self.declaration, &variables::process);
            let _ = Delivery::new(&self.spool, self.identity(), target, &mut log).deliver_all();
        }
    }

    /// Two that write at once would both write what waits. Who does not come to it leaves its records to the next inspection.
    fn alone_at_the_log(&self) -> io::Result<Lock> {
        for _ in 0..PATIENCE_MS / 10 {
            if let Some(lock) = Lock::try_take(self.spool.directory(), delivery::LOCK)? {
                return Ok(lock);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    fn environment(&self) -> Arc<Environment> {
        let mut facts = lock(&self.process().facts);
        if let Some(environment) = &facts.environment {
            return Arc::clone(environment);
        }
        let mut environment = environment::observe(&self.declaration.release, &variables::process);
        environment.database.clone_from(&facts.database);
        Arc::clone(facts.environment.insert(Arc::new(environment)))
    }
}

#[cfg(feature = "upload")]
impl Active {
    /// Whether this run may send what waits.
    pub(crate) fn may_send(&self) -> bool {
        self.may_send
    }

    /// One `stat` when nothing is due; nothing at all when nothing was recorded.
    pub(crate) fn spawn_helper_if_due(&self) {
        if self.has_recorded.load(Relaxed) && self.is_upload_due() {
            self.spawn_helper();
        }
    }

    /// A tool that never comes to its end has its records sent by the start of a later run.
    pub(crate) fn upload_if_late(&self) {
        if self.may_send
            && crate::upload::Schedule::is_late(self.spool.directory(), self.declaration.release.version)
            && self.spool.has_waiting()
        {
            self.spawn_helper();
        }
    }

    /// For the background thread of a server, which is not in anybody's way.
    pub(crate) fn upload_if_due(&self) {
        self.write_inspection();
        if self.is_upload_due() {
            // What failed is in the schedule.
            let _ = crate::helper::send(self.declaration);
        }
    }

    /// How long a background thread sleeps between two looks at the schedule.
    pub(crate) fn upload_interval(&self) -> std::time::Duration {
        crate::upload::interval(self.declaration, &variables::process)
    }

    fn is_upload_due(&self) -> bool {
        self.may_send && crate::upload::Schedule::is_due(self.spool.directory(), self.declaration.release.version)
    }

    fn spawn_helper(&self) {
        // The user may have said no since this run began.
        if crate::agreement::current(self.declaration, self.spool.directory()).is_some() {
            // Where no process can be started, the next run tries.
            let _ = crate::helper::spawn(self.declaration.application);
        }
    }
}
