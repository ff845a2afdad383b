//! The seam to telemetry. The rest of the tool says here what happens, in its own words; `telemetry.toml` says what of
//! that is recorded. Without the feature `telemetry` all of it does nothing, and no SDK is in the binary.

#[cfg(not(feature = "telemetry"))]
mod absent;
#[cfg(feature = "telemetry")]
mod recorded;

#[cfg(not(feature = "telemetry"))]
pub(crate) use absent::{Collecting, FetchRun, PolicyRun, Storing, TelemetryArgs, TelemetryCommand, Usage};
#[cfg(feature = "telemetry")]
pub(crate) use recorded::{Collecting, FetchRun, PolicyRun, Storing, TelemetryArgs, TelemetryCommand, Usage};

/// For whom the tool writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Somebody at a terminal, who may be told something.
    Person,
    /// A program, which must not be.
    Program,
}
