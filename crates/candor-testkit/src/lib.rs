//! Homes, collectors and processes for Candor's tests; never published.
//!
//! A small language: a [`Collector`] is the real `candor serve` on a loopback port and a data directory of the test's own,
//! a [`Project`] has its keys and can be asked its reports, and [`program`] finds what the workspace builds.

mod collector;
mod program;

pub use collector::{Answer, Collector, Project, basic, candor, create_project, post};
pub use program::{program, workspace};
