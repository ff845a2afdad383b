use clap::{Args, CommandFactory};

use crate::cli::Cli;
use crate::failure::Failure;
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor man | man -l -
  candor man > ~/.local/share/man/man1/candor.1";

/// Print the manual page
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Man {}

impl Man {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut page = Vec::new();
        render(&Cli::command(), &mut page)?;
        output::print(&String::from_utf8_lossy(&page))
    }
}

/// The page of `candor`, and a section with the arguments of each command below it.
fn render(command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(page)?;
    for command in command.get_subcommands() {
        render_command(command, "candor", page)?;
    }
    Ok(())
}

fn render_command(command: &clap::Command, parent: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    use std::io::Write;
    let name = format!("{parent} {}", command.get_name());
    if command.get_subcommands().next().is_some() {
        for command in command.get_subcommands() {
            render_command(command, &name, page)?;
        }
        return Ok(());
    }
    writeln!(page, ".SH {}", name.to_uppercase())?;
    let man = clap_mangen::Man::new(command.clone());
    man.render_description_section(page)?;
    man.render_options_section(page)
}
