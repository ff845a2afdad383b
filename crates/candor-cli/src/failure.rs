//! How a command ends when it cannot do what it was asked to.

use std::any::Any;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody reads the output any more, as in `candor report … | head`. A success.
    BrokenPipe,
    /// It did not work; status 1. One line, with what to do about it.
    Failed(String),
    /// It was asked for something that cannot be meant; status 2.
    Usage(String),
}

impl Failure {
    /// A failure with this line.
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self::Failed(line.into())
    }

    /// A usage error with this line.
    pub(crate) fn usage(line: impl Into<String>) -> Self {
        Self::Usage(line.into())
    }

    /// Tells the user, and gives the exit status.
    pub(crate) fn report(self) -> ExitCode {
        let (status, line) = match self {
            Self::BrokenPipe => return ExitCode::SUCCESS,
            Self::Failed(line) => (1, line),
            Self::Usage(line) => (2, line),
        };
        let style = anstyle::AnsiColor::Red.on_default().bold();
        // Where stderr is closed too, the exit status has to do.
        let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {line}");
        ExitCode::from(status)
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        if let Some(error) = (&error as &dyn Any).downcast_ref::<io::Error>()
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            return Self::BrokenPipe;
        }
        let mut line = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_line = cause.to_string();
            // Transparent errors repeat their cause.
            if !line.contains(&cause_line) {
                line = format!("{line}: {cause_line}");
            }
            source = cause.source();
        }
        Self::Failed(line)
    }
}

/// Says what was being done when an error happened.
pub(crate) trait While<T> {
    /// `error: could not WHAT: …`
    fn or_failed_to(self, what: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> While<T> for Result<T, E> {
    fn or_failed_to(self, what: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| match error.into() {
            Failure::Failed(line) => Failure::Failed(format!("could not {}: {line}", what())),
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_pipe_is_no_failure() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(failure, Failure::BrokenPipe));
    }

    #[test]
    fn a_line_says_what_was_done_and_why_it_failed() {
        let result: Result<(), io::Error> = Err(io::Error::other("no such thing"));
        let Err(Failure::Failed(line)) = result.or_failed_to(|| "read x".to_owned()) else { panic!("a failure") };
        assert_eq!(line, "could not read x: no such thing");
    }
}
