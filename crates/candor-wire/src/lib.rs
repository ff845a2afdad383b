//! Canonical telemetry records, and how each protocol spells them.
//!
//! For whoever reads or writes telemetry bytes: the SDK encodes with it, the collector decodes with it, so both ends
//! share one definition. It is pure: no clock, no file, no socket. Not for storing records: that is `candor-store`.

#[cfg(feature = "decode")]
mod decode;
mod duration;
mod environment;
#[cfg(feature = "decode")]
mod event;
mod grain;
mod record;
mod report;
mod shared;
mod timestamp;

pub mod active;
#[cfg(feature = "decode")]
pub mod aptabase;
pub mod command_line;
pub mod json;
#[cfg(feature = "decode")]
pub mod otlp;
#[cfg(feature = "decode")]
pub mod posthog;
pub mod segment;
pub mod sentry;

#[cfg(feature = "decode")]
pub use decode::{DecodeError, Dropped, Limits};
pub use duration::DurationBucket;
pub use environment::Environment;
#[cfg(feature = "decode")]
pub use event::Event;
pub use grain::{BASE_DIMENSIONS, BESIDE_ATTRIBUTE, DURATIONS, EVENTS, FAILED_KINDS, GRAINS, Grain, TIMED_KINDS};
pub use record::{Attribute, Kind, Outcome, Record, Value};
pub use shared::Shared;
pub use timestamp::{ParseTimestampError, Timestamp};
