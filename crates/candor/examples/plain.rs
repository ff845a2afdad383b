//! A tool without telemetry that does as little as the fixture does when it is told to do nothing.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("nothing") => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}
