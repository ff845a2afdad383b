//! The command line as it is typed.

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Parser, Subcommand};

use crate::commands::{
    backup, choice, completions, doctor, erase, geo, import, keys, log, maintain, man, manifest, project, report,
    serve, sql, status, token,
};
use crate::demo;
use crate::failure::Failure;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Start a collector, make a project, and look at what arrives:
  candor serve --data ./candor-data
  candor project create inventory --data ./candor-data --manifest telemetry.toml
  candor report overview --project inventory --data ./candor-data

See and decide what the tools of this computer record:
  candor status
  candor off --all

Exit status: 0 done, 1 failed, 2 usage.";

/// Telemetry that its users can check: collector, projects, reports, manifests.
///
/// Every command that reads data works beside a running collector and without one.
#[derive(Debug, Parser)]
#[command(name = "candor", version, styles = STYLES, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    Project(project::Project),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Token(token::Token),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Maintain(maintain::Maintain),
    Erase(erase::Erase),
    #[command(subcommand)]
    Geo(geo::Geo),
    Import(import::Import),
    Report(report::Report),
    Sql(sql::Sql),
    #[command(subcommand)]
    Manifest(manifest::Manifest),
    Status(status::Status),
    Off(choice::Off),
    On(choice::On),
    Log(log::Log),
    Demo(demo::Demo),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Serve(command) => command.run(),
            Self::Project(command) => command.run(),
            Self::Keys(command) => command.run(),
            Self::Token(command) => command.run(),
            Self::Doctor(command) => command.run(),
            Self::Backup(command) => command.run(),
            Self::Restore(command) => command.run(),
            Self::Maintain(command) => command.run(),
            Self::Erase(command) => command.run(),
            Self::Geo(command) => command.run(),
            Self::Import(command) => command.run(),
            Self::Report(command) => command.run(),
            Self::Sql(command) => command.run(),
            Self::Manifest(command) => command.run(),
            Self::Status(command) => command.run(),
            Self::Off(command) => command.run(),
            Self::On(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Demo(command) => command.run(),
            Self::Completions(command) => command.run(),
            Self::Man(command) => command.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_by_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} says nothing about itself");
            match command.get_subcommands().count() {
                0 => assert!(command.get_after_help().is_some(), "{path} has no example"),
                _ => command.get_subcommands().for_each(|command| check(command, &path)),
            }
        }
        Cli::command().get_subcommands().for_each(|command| check(command, "candor"));
    }
}
