//! A server over the inventory of a computer: commands, scheduled jobs, HTTP. Candor's reference server.
//!
//! `config` says how it is set up, `http` answers requests, `command` has the command language, `job` what runs by the
//! clock; all of them share `core`. What an inventory is, and how it is filled, kept and checked, is in the crate
//! `inventory-store`. Only `telemetry` knows that there is telemetry.

mod cli;
mod command;
mod config;
mod core;
mod history;
mod http;
mod interval;
mod inventory;
mod job;
mod log;
mod output;
mod server;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    cli::{Action, Cli},
    config::Settings,
    telemetry::Usage,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Action::Telemetry(command)) = &cli.action {
        return command.run(&cli.telemetry);
    }
    let settings = match Settings::load(&cli) {
        Ok(settings) => settings,
        Err(error) => {
            output::report_error(&error);
            return ExitCode::from(2);
        }
    };
    let result = if cli.print_config {
        output::print(&format!("{:#}\n", settings.shown())).map_err(server::ServerError::Output)
    } else {
        log::start(cli.json);
        let usage = Usage::start(&cli.telemetry, cli.json, settings.database.kind());
        server::run(settings, usage, &cli)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::report_error(&error);
            ExitCode::FAILURE
        }
    }
}
