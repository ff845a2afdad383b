//! The real binary, as a user and as a program runs it.

#![expect(clippy::unwrap_used, reason = "tests")]

mod candor;
mod completions;
mod geo;
mod help;
mod import;
mod manifest;
mod packaging;
mod project;
mod reading;
mod serve;
mod status;
mod upkeep;
