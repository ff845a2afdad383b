//! The real server, in a home of its own, over real HTTP, on this machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod commands;
mod jobs;
mod life;
mod resources;
mod server;
mod settings;
mod telemetry;
