//! Telemetry that can record only what a public manifest declares, and that its user can read.
//!
//! For authors of command-line tools and self-hosted servers. What is recorded stays in a local file until a helper
//! process sends it, so the tool never waits for a network. Not for tracing, logging or debugging: there is no free text.
//!
//! ```no_run
//! candor::manifest!("examples/telemetry.toml");
//! # fn fetch() -> Result<u64, std::io::Error> { Ok(12) }
//!
//! fn main() -> std::process::ExitCode {
//!     let telemetry = telemetry::start(&candor::NoFlags); // a guard; never fails, never blocks, never prints to stdout
//!     let mut run = telemetry.operation(telemetry::Operation::Fetch);
//!     let result = fetch();
//!     run.set(telemetry::fetch::RESOURCES, *result.as_ref().unwrap_or(&0));
//!     run.finish(&result) // outcome and duration; returns the exit code that fits
//! }
//! ```
//!
//! With the feature `clap` there is `telemetry::TelemetryArgs`, to be flattened into the tool's own arguments and passed
//! in the place of [`NoFlags`], and `telemetry::TelemetryCommand`, the subcommand by which users see and decide what
//! [`user`] lets them. docs/sdk.md says where the files are and what the variables do.
//!
//! # The helper process
//!
//! The process that uploads is the tool's own executable, started again. [`Telemetry::start`] and the `clap` arguments
//! recognise it and end it there. A tool that works or prints before either of them calls [`helper::run_if_asked`] first
//! in `main`.
mod active;
#[cfg(feature = "upload")]
mod agreement;
mod arguments;
mod background;
mod base64;
mod clock;
pub mod consent;
mod crash;
mod declared;
mod delivery;
mod environment;
mod fork;
#[cfg(feature = "upload")]
pub mod helper;
#[cfg(feature = "upload")]
mod http;
mod identity;
pub mod invocation;
mod item;
mod places;
mod presence;
mod process;
mod random;
mod record;
mod regular_file;
mod scrub;
mod sent_log;
mod spool;
mod state;
mod subcommand;
mod sums;
mod telemetry;
mod text;
mod tool_file;
#[cfg(feature = "upload")]
mod upload;
pub mod user;
mod variables;
mod waiting;

#[doc(hidden)]
pub use arguments::__run_if_asked;
#[cfg(feature = "clap")]
#[doc(hidden)]
pub use arguments::{__TelemetryFlag, __arguments, __given};
pub use candor_macros::manifest;
#[cfg(feature = "clap")]
#[doc(hidden)]
pub use clap as __clap;
pub use consent::{ConsentFlags, Decision, Level, NoFlags, Quiet};
pub use crash::Cause;
pub use declared::{
    Actives, Collect, Component, ConsentDeclaration, Count, Crash, Declaration, DefaultConsent, Entry, Error, Field,
    FieldType, IdentityMode, Inspect, Lifecycle, Listed, Messages, Names, NonInteractive, Operation, Part, Question,
    Release, Shape, field,
};
pub use delivery::{Sent, UploadError};
#[doc(hidden)]
pub use presence::{History as __History, Seen as __Seen};
pub use record::{ErrorClass, Fields, Heartbeats, Instance, PartRun, Run};
#[cfg(feature = "clap")]
#[doc(hidden)]
pub use subcommand::__TelemetryAction;
pub use telemetry::{Telemetry, consent_status};

/// The lines of the spool, for tests of the SDK itself: what waits to be sent, or what stays.
///
/// # Errors
/// When the spool cannot be read or written.
#[doc(hidden)]
pub fn __lines(declaration: &Declaration, waits: bool) -> std::io::Result<Vec<String>> {
    waiting::items(declaration, if waits { spool::Queue::Usage } else { spool::Queue::Local })
}
