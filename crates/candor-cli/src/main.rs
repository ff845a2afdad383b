//! The `candor` command: collector, projects, reports, manifests, demo.
//!
//! [`cli`] is the table of contents; each command has a file of its own in [`commands`].

mod cli;
mod commands;
mod config;
mod demo;
mod failure;
mod import;
mod memory;
mod output;
mod render;
mod source;
mod tools;

use std::process::ExitCode;

use config::Refused;

use workspace_hack as _;

fn main() -> ExitCode {
    let typed: Vec<_> = std::env::args_os().collect();
    let arguments = match config::parse(&typed) {
        Ok(arguments) => arguments,
        Err(Refused::Usage(error)) => {
            // Help and version go to stdout with status 0, usage errors to stderr with status 2; a closed pipe is fine.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
        Err(Refused::File(failure)) => return failure.report(),
    };
    match arguments.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
