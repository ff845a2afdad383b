//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};

use inventory_store::providers;

use crate::telemetry::{Reader, TelemetryArgs, TelemetryCommand};

const EXAMPLES: &str = "\
Examples:
  inventory fetch                            collect everything into inventory.db
  inventory fetch --providers users,mounts   only these; the other tables stay
  inventory fetch --database postgres:///assets
  inventory policy run                       check the built-in rules
  inventory policy run rules.toml --json     check your own, for a program to read
  inventory telemetry status                 what is recorded about this tool's use, and who decided it
  sqlite3 inventory.db 'SELECT name, uid FROM users'

Exit status: 0 done, 1 failed or a policy is violated, 2 wrong usage or configuration.
NO_COLOR turns colours off.";

const FETCH_EXAMPLES: &str = "\
Each provider replaces its own tables in one transaction. One that fails leaves them as they were and is noted in \
the table `fetches`; the others go on, and the exit status is 1. A SQLite file is made readable for its owner only, \
because command lines of processes may hold secrets. In PostgreSQL everything lies in the schema `inventory`.

Examples:
  inventory fetch --database /var/lib/inventory.db
  inventory fetch --database 'postgres:///assets?host=/run/postgresql'
  inventory fetch --providers packages --json
  docker run -v /:/host:ro … inventory fetch --root /host";

const POLICY_EXAMPLES: &str = "\
A rule is a query that finds what should not be; each row is a violation. A file of rules:

  [[rule]]
  name = \"unique-user-ids\"
  title = \"Every user has an id of its own\"
  severity = \"high\"          # low, medium or high
  sql = \"SELECT uid FROM users GROUP BY uid HAVING count(*) > 1\"

`inventory providers list --json` shows the tables and their columns.

Exit status: 0 nothing found, 1 violated or failed, 2 wrong usage. With --warn violations give 0.";

/// An inventory of this computer in SQLite or PostgreSQL, and policies over it.
#[derive(Debug, Parser)]
#[command(name = "inventory", version = version(), after_help = EXAMPLES, propagate_version = false)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// What the user says about telemetry.
    #[command(flatten)]
    pub(crate) telemetry: TelemetryArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Collect resources of this computer into the inventory
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch(FetchArgs),
    /// Check rules over the inventory
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// What can be collected
    #[command(subcommand)]
    Providers(ProvidersCommand),
    /// See and decide what is recorded about the use of this tool
    #[command(subcommand)]
    Telemetry(TelemetryCommand),
}

/// `inventory policy …`
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Check every rule of a file and show what violates it
    #[command(after_help = POLICY_EXAMPLES)]
    Run(PolicyRunArgs),
}

/// `inventory providers …`
#[derive(Debug, Subcommand)]
pub(crate) enum ProvidersCommand {
    /// List providers with their versions and tables
    List(ProvidersListArgs),
}

/// `inventory fetch`
#[derive(Debug, Args)]
pub(crate) struct FetchArgs {
    /// Only these providers, separated by commas; otherwise those of the configuration, or all
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = provider_names(), hide_possible_values = true)]
    pub(crate) providers: Vec<String>,
    #[command(flatten)]
    pub(crate) inventory: InventoryArgs,
    /// Take inventory of the machine whose root directory is mounted here
    #[arg(long, value_name = "DIR", default_value = "/", hide_default_value = true)]
    pub(crate) root: PathBuf,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// `inventory policy run`
#[derive(Debug, Args)]
pub(crate) struct PolicyRunArgs {
    /// File of rules; otherwise that of the configuration, or the built-in baseline
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) inventory: InventoryArgs,
    /// Show violations, but exit with 0
    #[arg(long)]
    pub(crate) warn: bool,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// `inventory providers list`
#[derive(Debug, Args)]
pub(crate) struct ProvidersListArgs {
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Which inventory.
#[derive(Debug, Args)]
pub(crate) struct InventoryArgs {
    /// The inventory: sqlite:PATH or postgres://USER@HOST/NAME; inventory.db if not given
    // Values are hidden and checked later, because what complains here would show a password.
    #[arg(long, alias = "db", value_name = "DATABASE", env = "INVENTORY_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// What is not said here: keys database, providers and policy; inventory.toml if there is one
    #[arg(long, value_name = "FILE", env = "INVENTORY_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// For whom the answer is.
#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    /// Write one JSON document to standard output instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

impl FormatArgs {
    /// For whom the answer is.
    pub(crate) fn reader(&self) -> Reader {
        if self.json { Reader::Program } else { Reader::Person }
    }
}

fn provider_names() -> PossibleValuesParser {
    let hidden = PossibleValue::new(providers::DEFECTIVE.name()).hide(true);
    PossibleValuesParser::new(providers::ALL.map(|provider| provider.name().into()).into_iter().chain([hidden]))
}

fn version() -> String {
    let version = option_env!("CANDOR_VERSION").unwrap_or(env!("CARGO_PKG_VERSION"));
    inventory_store::version(version, option_env!("CANDOR_COMMIT"), option_env!("CANDOR_BUILT"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
