//! What is written before and beside the log.

use std::{
    error::Error,
    io::{self, Write},
};

use inventory_store::with_causes;

/// Writes to standard output. That nobody reads it is no failure.
///
/// # Errors
/// Where it cannot be written for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// An error and its causes, in one line.
pub(crate) fn report_error(error: &dyn Error) {
    // Standard error that is closed is not worth an error.
    let _ = writeln!(io::stderr(), "error: {}", with_causes(error).replace('\n', " "));
}
