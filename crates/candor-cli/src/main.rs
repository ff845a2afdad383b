//! The `candor` command: collector, projects, reports, manifests, demo.
//!
//! [`cli`] is the table of contents; each command has a file of its own in [`commands`].

mod cli;
mod commands;
mod demo;
mod failure;
mod output;
mod render;
mod source;
mod tools;

use std::process::ExitCode;

use clap::Parser;

use workspace_hack as _;

/// The collector makes and drops many small texts on many threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match cli::Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout with status 0, usage errors to stderr with status 2; a closed pipe is fine.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match arguments.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
