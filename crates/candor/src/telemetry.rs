//! The guard that a tool holds while it runs.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use candor_wire::{Environment, Record};

use crate::{
    clock,
    consent::{self, ConsentFlags, Decision, Extent, Level, Notice, Source},
    declared::{Collect, Declaration, Entry},
    environment,
    identity::Identity,
    item,
    places::{self, ConsentFiles},
    record::Distinct,
    spool::{Agreement, Limits, Queue, Spool},
    variables,
};

/// Records what the manifest declares, for as long as the tool holds it.
///
/// It never fails: where something cannot be recorded, the tool does not hear of it. It can be shared between threads.
/// When it is dropped and an upload is due, a helper process is started, and the tool ends without waiting for it.
#[must_use = "telemetry ends when this is dropped: keep it until the end of `main`"]
#[derive(Debug)]
pub struct Telemetry {
    decision: Decision,
    active: Option<Arc<Active>>,
}

/// What a run needs to record; there is none when the level is off.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) declaration: &'static Declaration,
    level: Level,
    queue: Queue,
    #[cfg_attr(not(feature = "upload"), expect(dead_code, reason = "only an upload asks"))]
    may_send: bool,
    spool: Spool,
    identity: Identity,
    environment: OnceLock<Environment>,
    has_recorded: AtomicBool,
    pub(crate) distinct: Distinct,
}

impl Telemetry {
    /// Begins a run: asks for consent, and shows the notice where it is due. Writes nothing to standard output, waits
    /// for nothing, and does not fail.
    pub fn start(declaration: &'static Declaration, flags: &impl ConsentFlags) -> Self {
        #[cfg(feature = "upload")]
        crate::helper::run_if_asked(declaration);
        let lookup = &variables::process;
        let mut decision = consent::decide(declaration, flags, lookup, || ConsentFiles::of(lookup), Extent::UntilOff);
        if decision.level == Level::Off {
            return Self { decision, active: None };
        }
        let Some(directory) = places::state_directory(declaration.application, lookup) else {
            return Self { decision, active: None };
        };
        let mut notice = Notice::Known;
        if decision.level.sends() && !decision.is_stated {
            notice = consent::settle(&declaration.consent, flags, &directory);
            if notice == Notice::Unshown {
                (decision.level, decision.decided_by) = (Level::Local, Source::Notice);
            }
        }
        let active = Active::begin(declaration, &decision, notice, Spool::new(directory, Limits::default()));
        #[cfg(feature = "upload")]
        active.upload_if_late();
        Self { decision, active: Some(Arc::new(active)) }
    }

    /// The level of this run, who decided it, and the sources that were asked until it was clear.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Sends what waits, now and in the foreground: for a user who asks for it.
    ///
    /// # Errors
    /// When consent does not allow it, another process is at it, or the collector does not take it.
    #[cfg(feature = "upload")]
    pub fn send_now(&self) -> Result<crate::upload::Sent, crate::upload::UploadError> {
        match &self.active {
            Some(active) if active.may_send => crate::helper::send(active.declaration),
            _ => Err(crate::upload::UploadError::NotAllowed),
        }
    }

    pub(crate) fn active_for(&self, entry: &Entry) -> Option<&Arc<Active>> {
        self.active.as_ref().filter(|active| active.records(entry))
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        #[cfg(feature = "upload")]
        if let Some(active) = &self.active {
            active.spawn_helper_if_due();
        }
    }
}

/// Every source that has a say, and what follows from them, for the user to see. Writes nothing and shows no notice.
#[must_use]
pub fn consent_status(declaration: &Declaration, flags: &impl ConsentFlags) -> Decision {
    let lookup = &variables::process;
    consent::decide(declaration, flags, lookup, || ConsentFiles::of(lookup), Extent::Everything)
}

impl Active {
    fn begin(declaration: &'static Declaration, decision: &Decision, notice: Notice, spool: Spool) -> Self {
        let sends = decision.level.sends();
        // Without an agreement that covers what waits, nothing is sent, and what this run records may wait with it.
        let is_agreed = sends && spool.agree(Agreement { level: decision.level, since: decision.since });
        Self {
            declaration,
            level: decision.level,
            queue: if sends { Queue::Usage } else { Queue::Local },
            may_send: is_agreed && notice == Notice::Known,
            spool,
            identity: Identity::of(declaration.identity),
            environment: OnceLock::new(),
            has_recorded: AtomicBool::new(false),
            distinct: Distinct::default(),
        }
    }

    fn records(&self, entry: &Entry) -> bool {
        let needed = match entry.collect {
            Collect::Aggregate => entry.level,
            Collect::Each => Level::All,
        };
        !entry.expired && self.level.records(needed)
    }

    /// The time of a record made now.
    pub(crate) fn time(&self) -> candor_wire::Timestamp {
        self.identity.time(clock::now())
    }

    /// Puts a record into the spool. Where that is not possible, the tool goes on without.
    pub(crate) fn record(&self, mut record: Record, parts: Vec<Record>) {
        let observe = || environment::observe(&self.declaration.release, &variables::process);
        record.environment = self.environment.get_or_init(observe).clone();
        if let Some(item) = item::encode(record, parts, &self.identity)
            && self.spool.append(self.queue, &item).is_ok()
        {
            self.has_recorded.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(feature = "upload")]
impl Active {
    /// One `stat` when nothing is due; nothing at all when nothing was recorded.
    fn spawn_helper_if_due(&self) {
        if self.has_recorded.load(Ordering::Relaxed) && self.is_upload_due() {
            self.spawn_helper();
        }
    }

    /// A tool that never comes to its end has its records sent by the start of a later run.
    fn upload_if_late(&self) {
        if self.may_send
            && crate::upload::Schedule::is_late(self.spool.directory(), self.declaration.release.version)
            && self.spool.directory().join(self.queue.file()).exists()
        {
            self.spawn_helper();
        }
    }

    /// For the background thread of a server, which is not in anybody's way.
    pub(crate) fn upload_if_due(&self) {
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
            let _ = crate::helper::spawn(self.declaration.application, self.spool.directory());
        }
    }
}
