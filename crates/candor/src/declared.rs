//! What a manifest declares, as values that only `candor::manifest!` writes.
//!
//! Everything here is `'static` and `const`: a declaration costs nothing at run time. The type parameter `S` (a scope)
//! ties a field to its record, so that a field of one operation cannot be set on another.

mod field_type;
mod identity_mode;
mod record;

use std::{sync::Arc, time::Duration};

use crate::{
    active::Active,
    consent::{self, ConsentFlags, Knowledge},
    crash,
    presence::{self, Occasion},
    spool::{ClosePresence, Spool},
};

pub use field_type::{Field, FieldType, Listed, Shape, field};
pub(crate) use field_type::{OTHER, version_or_other};
pub use identity_mode::IdentityMode;
pub use record::{Collect, Component, Count, Entry, Error, Lifecycle, Names, Operation, Part};

/// The whole manifest, as far as the tool needs it at run time.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The application's name; also the name of its directory and its key in `consent.toml`.
    pub application: &'static str,
    /// Where usage goes: the base URL of a Segment-compatible collector.
    pub endpoint: &'static str,
    /// The public key that says which project it belongs to.
    pub write_key: &'static str,
    /// The page that tells users what is collected.
    pub docs: &'static str,
    /// Where crash reports and errors go: `https://PUBLIC_KEY@HOST/PROJECT_ID`. There is one where there is a `crash` or
    /// an error.
    pub sentry_dsn: Option<&'static str>,
    /// What the user decides, and how.
    pub consent: ConsentDeclaration,
    /// How messages of one installation may be linked.
    pub identity: IdentityMode,
    /// Whether the tool may pass an id of its database, to be sent as a salted hash of 64 bits that changes with the
    /// identity's period. Never in mode `None`.
    pub database_id: bool,
    /// The least time between two uploads.
    pub upload_interval: Duration,
    /// How a user sees what would be sent.
    pub inspect: Option<Inspect>,
    /// Whether and how crashes are reported.
    pub crash: Option<Crash>,
    /// Whether and how installations in use are counted.
    pub actives: Option<Actives>,
    /// What a user agrees to, a line each, sorted: a release with a line that was not agreed to collects more.
    pub collects: &'static [&'static str],
    /// How many counts have a [`Entry::slot`].
    pub slots: usize,
    /// The binary that this is.
    pub release: Release,
}

/// The `[consent]` of a manifest.
#[derive(Debug, Clone)]
pub struct ConsentDeclaration {
    /// What holds while the user has not said anything.
    pub default: DefaultConsent,
    /// Command-line flags that opt out, such as `--no-telemetry`.
    pub flags: &'static [&'static str],
    /// Environment variables that opt out, such as `INVENTORY_NO_TELEMETRY`.
    pub variables: &'static [&'static str],
    /// The environment variable that chooses a level, such as `INVENTORY_TELEMETRY_LEVEL`.
    pub level_variable: Option<&'static str>,
    /// The notice shown before anything is sent, at most six lines.
    pub notice: &'static str,
    /// What happens where nobody can read the notice.
    pub non_interactive: NonInteractive,
    /// The question of [`DefaultConsent::Ask`].
    pub question: Option<Question>,
}

/// That the user is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// What asks. That it is named here, and nowhere else, keeps it out of a tool that does not ask.
    pub(crate) ask: fn(&'static Declaration, &dyn ConsentFlags, &Knowledge) -> bool,
}

impl Question {
    /// Written by `candor::manifest!` alone.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared() -> Self {
        Self { ask: consent::ask }
    }
}

/// What holds while the user has not said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultConsent {
    /// Usage and errors are recorded, and sent once the notice was shown.
    On,
    /// The user is asked; nothing is recorded before the answer.
    Ask,
    /// Nothing is recorded.
    Off,
}

impl DefaultConsent {
    pub(crate) const ALL: [Self; 3] = [Self::On, Self::Ask, Self::Off];

    /// Its name in manifests and in `tool.json`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Ask => "ask",
            Self::Off => "off",
        }
    }
}

/// What happens where standard error is no terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonInteractive {
    /// Recorded, never sent.
    Local,
    /// The notice goes to standard error at every start until it is acknowledged.
    Notice,
}

/// The binary: its version, and what `candor-build` found out about it.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    /// Such as `1.4.0`.
    pub version: &'static str,
    /// The commit it was built from, abbreviated.
    pub commit: Option<&'static str>,
    /// The day it was built, `2026-11-22`.
    pub built: Option<&'static str>,
    /// How it was packaged, such as `homebrew`, where its packager says so.
    pub channel: Option<&'static str>,
}

/// How a user sees what would be sent: nothing is sent, and it is written to a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspect {
    /// The flag that asks for it, such as `--inspect-telemetry`.
    pub flag: Option<&'static str>,
    /// The log file.
    pub log: &'static str,
}

/// That crashes are reported.
#[derive(Debug, Clone, Copy)]
pub struct Crash {
    /// What every record has; reports are made one by one from its `level` on, and not only at level `all`.
    pub entry: Entry,
    /// What of the messages of panics is in a report.
    pub messages: Messages,
    /// What makes them. That it is named here, and nowhere else, keeps it out of a tool that does not report crashes.
    pub(crate) install: fn(&Arc<Active>, &'static Crash),
}

impl Crash {
    /// Written by `candor::manifest!` alone.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(entry: Entry, messages: Messages) -> Self {
        Self { entry, messages, install: crash::install }
    }
}

/// That installations in use are counted, without telling one from another.
#[derive(Debug, Clone, Copy)]
pub struct Actives {
    /// What every record has.
    pub entry: Entry,
    /// The sketch of machines that keep no state has 2^this cells.
    pub sketch_bits: u8,
    /// What counts them. That it is named here, and nowhere else, keeps it out of a tool that does not.
    pub(crate) count: fn(&Occasion<'_>) -> bool,
    pub(crate) close: ClosePresence,
}

impl Declaration {
    /// What takes the records of counted days to the others, where days are counted.
    pub(crate) fn close_presence(&self) -> Option<ClosePresence> {
        self.actives.as_ref().map(|actives| actives.close)
    }
}

impl Actives {
    /// Written by `candor::manifest!` alone.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(entry: Entry, sketch_bits: u8) -> Self {
        Self { entry, sketch_bits, count: presence::count, close: Spool::close_presence }
    }
}

/// What of the messages of panics is in a crash report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Messages {
    /// Nothing.
    None,
    /// Messages that are part of the binary.
    Static,
    /// Also those put together at run time, scrubbed.
    Scrubbed,
}
