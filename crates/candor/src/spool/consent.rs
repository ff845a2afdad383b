//! Consent that comes later does not reach back, and consent that was lowered is not stretched.

use std::io;

use candor_wire::Timestamp;

use super::{LOCK, MAX_NOTE_BYTES, Queue, Spool};
use crate::{
    consent::Level,
    regular_file,
    state::{self, Lock},
    text,
};

/// The file that says under which consent the waiting records were made.
pub(super) const FILE: &str = "agreed";

/// A level that sends, and when the user chose it, where they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agreement {
    pub(crate) level: Level,
    pub(crate) since: Option<Timestamp>,
}

impl Agreement {
    fn encode(self) -> String {
        match self.since {
            Some(since) => format!("{} {since}", self.level),
            None => self.level.as_str().to_owned(),
        }
    }

    pub(super) fn decode(text: &str) -> Option<Self> {
        let (level, since) = match text::split_once(text, ' ') {
            Some((level, since)) => (level, Some(Timestamp::parse(since).ok()?)),
            None => (text, None),
        };
        Some(Self { level: Level::from_name(level)?, since })
    }

    /// Whether records made under `earlier` may be sent under this one.
    fn covers(self, earlier: Self) -> bool {
        self.level >= earlier.level && (self.since.is_none() || self.since == earlier.since)
    }
}

impl Spool {
    /// Makes sure that everything in the queue may be sent under this agreement: what was recorded under another one is
    /// moved to where it is never sent. Returns whether that is certain; nothing may be sent otherwise.
    pub(crate) fn agree(&self, agreement: Agreement) -> bool {
        let written = regular_file::read_text(&self.directory.join(FILE), MAX_NOTE_BYTES).ok();
        let text = agreement.encode();
        if written.as_deref() == Some(text.as_str()) {
            return true;
        }
        let may_stay = match written.as_deref().map(Agreement::decode) {
            // Nothing was agreed to before: then nothing waits, or nobody knows why it does.
            None => {
                agreement.since.is_none()
                    && !self.has_waiting()
                    && !self.directory.join(Queue::Usage.presence()).exists()
            }
            Some(None) => false,
            Some(Some(earlier)) => agreement.covers(earlier),
        };
        self.renew(&text, may_stay).is_ok_and(|renewed| renewed)
    }

    fn renew(&self, text: &str, may_stay: bool) -> io::Result<bool> {
        let Some(_lock) = Lock::try_take(&self.directory, LOCK)? else { return Ok(false) };
        if !may_stay {
            for queue in [Queue::Usage, Queue::Crashes] {
                self.retire(queue)?;
                self.drop_oldest(queue.kept())?;
            }
        }
        state::replace(&self.directory, FILE, text.as_bytes())?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_covers_what_needed_no_more_and_was_not_made_before_it() {
        let since = Timestamp::parse("2026-11-22T01:54:59Z").ok();
        let of = |level, since| Agreement { level, since };
        assert!(of(Level::Stats, None).covers(of(Level::Stats, None)));
        assert!(of(Level::All, None).covers(of(Level::Stats, None)));
        assert!(!of(Level::Errors, None).covers(of(Level::Stats, None)));
        assert!(of(Level::Stats, since).covers(of(Level::Stats, since)));
        assert!(!of(Level::Stats, since).covers(of(Level::Stats, None)));
        assert_eq!(Agreement::decode(&of(Level::Stats, since).encode()), Some(of(Level::Stats, since)));
    }
}
