//! What went wrong: panics, and errors that the tool reports.
//!
//! A report is a line of the spool (the queues `Crashes` and `LocalCrashes`), spelled as a Sentry event. A panic's is there
//! before the process ends: the hook waits until another thread has found out the names of the calls and has appended the
//! line. It waits for no lock of the spool, as nothing does.

mod cause;
mod hook;
mod images;
mod limit;
mod operations;
mod panic;
mod report;
mod source;
mod stack;
mod symbol;
mod trace;

pub use cause::Cause;
pub(crate) use cause::chain;
pub(crate) use hook::install;
pub(crate) use limit::Limit;
pub(crate) use operations::{Mark, Operations};
pub(crate) use report::Report;
pub(crate) use stack::{Stack, place};

use panic::Panic;
