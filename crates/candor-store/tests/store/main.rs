//! The promises of the store, on real files.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod appends;
mod backups;
mod child;
mod crashes;
mod damage;
mod disk_full;
mod formats;
mod kills;
mod maintenance;
mod queries;
mod reader;
mod restarts;
mod support;
