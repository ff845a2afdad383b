//! How records of one installation may be linked.

use candor_wire::Timestamp;

use crate::declared::IdentityMode;

/// What goes into every record of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The value that links records; `None` where none may be linked.
    pub(crate) anonymous_id: Option<String>,
}

impl Identity {
    /// The identity that a manifest's mode gives.
    ///
    /// Modes with an identifier are not made yet; until they are, they report as `None` does, which tells less than the
    /// manifest allows, and never more.
    pub(crate) fn of(mode: IdentityMode) -> Self {
        match mode {
            IdentityMode::None | IdentityMode::Rotating | IdentityMode::Installation { .. } => {
                Self { anonymous_id: None }
            }
        }
    }

    /// The time of a record: cut to the hour where nothing may be linked, as the second of an event would link it.
    pub(crate) fn time(&self, time: Timestamp) -> Timestamp {
        if self.is_unlinkable() { time.start_of_hour() } else { time }
    }

    /// Whether no two records may be linked, so that their order must not say anything either.
    pub(crate) fn is_unlinkable(&self) -> bool {
        self.anonymous_id.is_none()
    }
}
