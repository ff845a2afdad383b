//! Real tools and real clients against the real collector.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod api;
mod clients;
mod computer;
mod demo;
mod durability;
mod engines;
mod erasure;
mod files;
mod geography;
mod privacy;
mod promises;
mod relay;
mod reporting;
mod tool;
