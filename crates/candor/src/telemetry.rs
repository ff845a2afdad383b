//! The guard that a tool holds while it runs.

use std::sync::Arc;

use crate::{
    active::Active,
    consent::{self, ConsentFlags, Decision, Extent, Knowledge, Level, Notice, Source},
    declared::{Declaration, Entry},
    fork,
    places::{self, ConsentFiles},
    spool::{Limits, Spool},
    tool_file, variables,
};

/// The directory of the spool of a run that only shows what it would send, in the state directory.
pub(crate) const INSPECTION: &str = "inspection";

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

impl Telemetry {
    /// Begins a run: asks the sources of consent, and shows the notice where it is due. Writes nothing to standard output,
    /// does not fail, and waits for nothing but the one answer of a user whom the manifest wants asked, at a terminal.
    pub fn start(declaration: &'static Declaration, flags: &impl ConsentFlags) -> Self {
        #[cfg(feature = "upload")]
        crate::helper::run_if_asked(declaration);
        let lookup = &variables::process;
        let decide = || consent::decide(declaration, flags, lookup, &|| ConsentFiles::of(lookup), Extent::UntilOff);
        let mut decision = decide();
        if decision.level == Level::Off && declaration.consent.question.is_none() {
            return Self { decision, active: None };
        }
        let Some(directory) = places::state_directory(declaration.application, lookup) else {
            return Self { decision, active: None };
        };
        fork::watch();
        if let Some(question) = declaration.consent.question {
            let knowledge = Knowledge::of(declaration, &directory);
            if consent::is_question_due(&decision, &knowledge) {
                decision = if (question.ask)(declaration, flags, &knowledge) {
                    decide()
                } else {
                    Decision { level: Level::Off, decided_by: Source::Question, ..decision }
                };
            }
        }
        if decision.level == Level::Off {
            return Self { decision, active: None };
        }
        if let (true, Some(inspect)) = (flags.inspects(), declaration.inspect) {
            let log = std::path::absolute(inspect.log).unwrap_or_else(|_| inspect.log.into());
            let spool =
                Spool::new(directory.join(INSPECTION), Limits::default()).counting(declaration.close_presence());
            let active = Arc::new(Active::inspect(declaration, &decision, spool, log));
            active.listen_for_crashes();
            return Self { decision, active: Some(active) };
        }
        let mut notice = Notice::Known;
        if decision.level.sends() {
            notice = consent::settle(declaration, flags, &directory, decision.is_stated);
            if notice == Notice::Unshown {
                (decision.level, decision.decided_by) = (Level::Local, Source::Notice);
            }
            if notice == Notice::Shown {
                tool_file::write_if_missing(declaration, &directory, lookup);
            }
        }
        let spool = Spool::new(directory, Limits::default()).counting(declaration.close_presence());
        let active = Arc::new(Active::begin(declaration, &decision, notice, spool));
        active.listen_for_crashes();
        #[cfg(feature = "upload")]
        active.upload_if_late();
        Self { decision, active: Some(active) }
    }

    /// The level of this run, who decided it, and the sources that were asked until it was clear.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Says which database the tool works with, by the id that the database gave itself: records carry a hash of it, if
    /// the manifest declares `[identity.database]`. Call it as soon as the database is open.
    pub fn set_database_id(&self, id: &str) {
        if let Some(active) = &self.active {
            active.set_database_id(id);
        }
    }

    /// Sends what waits, now and in the foreground: for a user who asks for it.
    ///
    /// # Errors
    /// When consent does not allow it, another process is at it, or the collector does not take it.
    #[cfg(feature = "upload")]
    pub fn send_now(&self) -> Result<crate::Sent, crate::UploadError> {
        match &self.active {
            Some(active) if active.may_send() => crate::helper::send(active.declaration),
            _ => Err(crate::UploadError::NotAllowed),
        }
    }

    pub(crate) fn active(&self) -> Option<&Arc<Active>> {
        self.active.as_ref()
    }

    #[inline]
    pub(crate) fn active_for(&self, entry: &Entry) -> Option<&Arc<Active>> {
        self.active.as_ref().filter(|active| active.records(entry))
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        let Some(active) = &self.active else { return };
        active.write_inspection();
        #[cfg(feature = "upload")]
        active.spawn_helper_if_due();
    }
}

/// Every source that has a say, and what follows from them, for the user to see. Writes nothing and shows no notice.
#[must_use]
pub fn consent_status(declaration: &Declaration, flags: &impl ConsentFlags) -> Decision {
    let lookup = &variables::process;
    consent::decide(declaration, flags, lookup, &|| ConsentFiles::of(lookup), Extent::Everything)
}
