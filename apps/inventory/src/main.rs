//! An inventory of this computer: resources into a database, policies over them. Candor's reference command-line tool.
//!
//! `cli` says what can be asked, `command` has one file for each answer. What an inventory is, and how it is filled, kept and
//! checked, is in the crate `inventory-store`. Only `telemetry` knows that there is telemetry.

mod cli;
mod command;
mod config;
mod output;
mod progress;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    cli::{Cli, Command, FormatArgs, PolicyCommand, ProvidersCommand},
    command::Ended,
    telemetry::Usage,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let usage = |format: &FormatArgs| Usage::start(&cli.telemetry, format.reader());
    let result = match &cli.command {
        Command::Fetch(args) => command::fetch::run(args, &usage(&args.format)),
        Command::Policy(PolicyCommand::Run(args)) => command::policy_run::run(args, &usage(&args.format)),
        Command::Providers(ProvidersCommand::List(args)) => command::providers_list::run(args, &usage(&args.format)),
        Command::Telemetry(command) => return command.run(&cli.telemetry),
    };
    match result {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Violated) => ExitCode::FAILURE,
        Err(error) => {
            output::report_error(&error);
            error.exit_code()
        }
    }
}
