//! What was asked for is done, and the answer printed.

use std::{
    fmt::{self, Display},
    io::{self, Write as _},
    process::ExitCode,
};

use super::definition::{__TelemetryAction, What};
use crate::{
    consent::ConsentFlags,
    declared::Declaration,
    user::{self, Tool, Wish},
};

impl __TelemetryAction {
    /// Does it: 0 when it is done, 1 when not.
    #[must_use]
    pub fn run(&self, declaration: &'static Declaration, flags: &impl ConsentFlags) -> ExitCode {
        match self.answer(&Tool::of(declaration), flags) {
            Ok(answer) => print(&answer),
            Err(Failure(line)) => {
                // Where standard error is closed too, the exit code has to do.
                let _ = writeln!(io::stderr(), "error: {line}");
                ExitCode::FAILURE
            }
        }
    }

    fn answer(&self, tool: &Tool, flags: &impl ConsentFlags) -> Result<String, Failure> {
        Ok(match &self.what {
            What::Status => {
                let status = user::status(tool, flags);
                let hint = format!(
                    "\nTo change it: {0} telemetry on, off, local. To see records: {0} telemetry preview, log.\n",
                    tool.application()
                );
                self.text(&(status.to_string() + &hint), || status.to_json())
            }
            What::Choose(level, identity) => {
                let wish = Wish::level(*level);
                let chosen = user::choose(tool, identity.map_or(wish, |identity| wish.with_identity(identity)))?;
                self.text(&chosen, || chosen.to_json())
            }
            What::Preview => {
                let preview = user::preview(tool, flags)?;
                self.text(&preview, || preview.to_json())
            }
            What::Log { since, count } => {
                let log = user::log(tool, *since)?.last(count.unwrap_or(usize::MAX));
                self.text(&log, || log.to_json())
            }
            What::Clear => {
                let cleared = user::clear(tool)?;
                self.text(&cleared, || cleared.to_json())
            }
            What::Reset => {
                let reset = user::reset(tool)?;
                self.text(&reset, || reset.to_json())
            }
            What::Send { id } => self.send(tool, flags, id.as_deref())?,
        })
    }

    #[cfg(feature = "upload")]
    fn send(&self, tool: &Tool, flags: &impl ConsentFlags, id: Option<&str>) -> Result<String, Failure> {
        match id {
            Some(id) => {
                let sent = user::send_report(tool, flags, id)?;
                Ok(self.text(&sent, || sent.to_json()))
            }
            None => {
                let sent = user::send(tool, flags)?;
                Ok(self.text(&sent, || sent.to_json()))
            }
        }
    }

    #[cfg(not(feature = "upload"))]
    fn send(&self, _: &Tool, _: &impl ConsentFlags, _: Option<&str>) -> Result<String, Failure> {
        Err(Failure("this program has no network code: it cannot send anything".to_owned()))
    }

    fn text(&self, answer: &impl Display, json: impl Fn() -> String) -> String {
        if self.is_for_a_program { json() + "\n" } else { answer.to_string() }
    }
}

/// The one line that says what went wrong.
struct Failure(String);

impl<E: fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// A reader that goes away, as `head` does, is no failure.
fn print(answer: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}
