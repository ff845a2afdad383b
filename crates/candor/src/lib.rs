//! Telemetry that can record only what a public manifest declares, and that its user can read.
//!
//! For authors of command-line tools and self-hosted servers. What is recorded stays in a local file until a helper
//! process sends it, so the tool never waits for a network. Not for tracing or debugging: there is no free text.
#![forbid(unsafe_code)]

#[cfg(feature = "upload")]
mod agreement;
mod arguments;
mod clock;
pub mod consent;
mod declared;
mod environment;
#[cfg(feature = "upload")]
pub mod helper;
mod identity;
mod item;
mod places;
mod random;
mod record;
mod spool;
mod state;
mod telemetry;
#[cfg(feature = "upload")]
mod upload;
mod variables;

#[doc(hidden)]
pub use arguments::__run_if_asked;
#[cfg(feature = "clap")]
#[doc(hidden)]
pub use arguments::{__arguments, __given};
pub use candor_macros::manifest;
#[cfg(feature = "clap")]
#[doc(hidden)]
pub use clap as __clap;
pub use consent::{ConsentFlags, Decision, Level, NoFlags, Quiet};
pub use declared::{
    Collect, Component, ConsentDeclaration, Count, Declaration, DefaultConsent, Entry, Field, FieldType, IdentityMode,
    Lifecycle, Listed, Names, NonInteractive, Operation, Part, Release, Shape, field,
};
pub use record::{ErrorClass, Fields, Heartbeats, Instance, PartRun, Run};
pub use telemetry::{Telemetry, consent_status};
#[cfg(feature = "upload")]
pub use upload::{Sent, UploadError};
