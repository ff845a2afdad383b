//! The process that uploads after the tool has ended.
//!
//! It is the tool's own executable, started again with [`VARIABLE`] set, so nothing has to be installed beside the tool.
//! It is one at a time, has a deadline, works in the state directory, has no terminal, and can start no other.

mod deadline;
mod spawn;

pub(crate) use spawn::spawn;

use crate::{
    Sent, UploadError, agreement,
    declared::Declaration,
    identity::Identity,
    spool::{Limits, Spool},
    upload, variables,
};

/// Says to an executable that it is the helper of this application.
pub(crate) const VARIABLE: &str = "CANDOR_HELPER";

/// In the helper process: uploads and ends the process. In every other: returns at once.
///
/// [`Telemetry::start`](crate::Telemetry::start) and the `clap` arguments call it. A tool that does work before either
/// of them calls it first in `main`, or the helper would do that work too.
pub fn run_if_asked(declaration: &'static Declaration) {
    if variables::text(&variables::process, VARIABLE).as_deref() != Some(declaration.application) {
        return;
    }
    deadline::set();
    // A helper must not keep the folder busy that the tool was started in.
    if let Some(directory) = crate::places::state_directory(declaration.application, &variables::process) {
        let _ = std::env::set_current_dir(directory);
    }
    // Nobody listens to a helper: what failed is in the schedule, and what was not sent is still in the spool.
    let _ = send(declaration);
    deadline::end_process();
}

/// Asks for consent again, as the tool may have been started long ago, and sends what waits.
pub(crate) fn send(declaration: &Declaration) -> Result<Sent, UploadError> {
    let lookup = &variables::process;
    // A home that is gone by now is not made again.
    let directory = crate::places::state_directory(declaration.application, lookup)
        .filter(|directory| directory.is_dir())
        .ok_or(UploadError::NoPlace)?;
    let (agreement, identity) = agreement::current(declaration, &directory).ok_or(UploadError::NotAllowed)?;
    let spool = Spool::new(directory, Limits::default()).counting(declaration.close_presence());
    if !spool.agree(agreement) {
        return Err(UploadError::NotAllowed);
    }
    let identity = Identity::for_upload(declaration, identity, &spool, lookup);
    upload::run(declaration, &spool, &identity, lookup)
}
