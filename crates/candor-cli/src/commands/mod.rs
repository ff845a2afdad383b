//! One command, one file: its arguments, its help, and what it does.

pub(crate) mod backup;
pub(crate) mod choice;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod erase;
pub(crate) mod geo;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod maintain;
pub(crate) mod man;
pub(crate) mod manifest;
pub(crate) mod project;
pub(crate) mod report;
pub(crate) mod serve;
pub(crate) mod sql;
pub(crate) mod status;
pub(crate) mod token;

use std::future::Future;

use crate::failure::{Failure, While};

/// Runs the asynchronous part of a command.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.or_failed_to(|| "start the runtime".to_owned())?.block_on(work)
}
