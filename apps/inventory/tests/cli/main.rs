//! The real binary, in a home of its own, on this machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "postgres")]
mod database;
mod fetch;
mod output;
mod policy_run;
mod providers_list;
#[cfg(feature = "telemetry")]
mod telemetry;
#[cfg(feature = "telemetry")]
mod telemetry_command;
mod tool;
