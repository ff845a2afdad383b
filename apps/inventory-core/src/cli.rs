//! What can be said on the command line.

use std::{net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use candor::Heartbeats;
use clap::{Parser, Subcommand};

use crate::{
    interval::Interval,
    telemetry::{TelemetryArgs, TelemetryCommand},
};

const EXAMPLES: &str = "\
Examples:
  inventory-core                                       SQLite in ./inventory.db, http://127.0.0.1:8900
  inventory-core --config /etc/inventory-core.toml     jobs and their times
  inventory-core --database postgres://inventory@db/assets --listen 0.0.0.0:8900 --token-file token
  inventory-core telemetry status                      what is recorded about its use, and who decided it
  curl --data 'list processes | count' http://127.0.0.1:8900/cli/execute
  curl --data 'search kind=mount size>1G | sort size' -H 'Accept: text/plain' http://127.0.0.1:8900/cli/execute
  curl --request POST http://127.0.0.1:8900/jobs/collect/run

It prints `inventory-core listening on http://ADDRESS` on standard output once it is ready; its log goes to standard error
(RUST_LOG=debug says more). SIGTERM and SIGINT let requests and jobs in work finish.

A configuration:
  listen = \"127.0.0.1:8900\"
  database = \"postgres://inventory@db/assets\"
  policy = \"rules.toml\"          # the built-in baseline if not given

  [job.collect]
  run = \"collect\"                # collect, check or prune
  every = \"1h\"                   # 30s, 15m, 1h, 7d; without it the job runs when it is asked for
  providers = [\"users\"]          # all if not given

Exit status: 0 stopped as asked, 1 failed, 2 wrong usage or configuration.";

/// A server over the inventory of this computer: commands, scheduled jobs, HTTP.
#[derive(Debug, Parser)]
#[command(name = "inventory-core", version = version(), after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Cli {
    /// The address to listen on; port 0 takes a free one [default: 127.0.0.1:8900]
    #[arg(long, value_name = "ADDRESS", env = "INVENTORY_CORE_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// The inventory: sqlite:PATH or postgres://USER@HOST/NAME [default: sqlite:inventory.db]
    // Values are hidden and checked later, because what complains here would show a password.
    #[arg(long, value_name = "DATABASE", env = "INVENTORY_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// What is not said here, and the jobs
    #[arg(long, value_name = "FILE", env = "INVENTORY_CORE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// File with the token that requests must have; needed where others than this computer can connect
    #[arg(long, value_name = "FILE", env = "INVENTORY_CORE_TOKEN_FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Take inventory of the machine whose root directory is mounted here [default: /]
    #[arg(long, value_name = "DIR", env = "INVENTORY_CORE_ROOT")]
    pub(crate) root: Option<PathBuf>,
    /// Check the settings, print them as JSON, and exit
    #[arg(long)]
    pub(crate) print_config: bool,
    /// Write the address and the log as JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// When the server says that it is still up: after the first time, and every second one
    // For tests only: what an hour means is told by the manifest.
    #[arg(long, hide = true, value_name = "FIRST,THEN", value_parser = beats, default_value = "1h,1d")]
    pub(crate) heartbeats: Heartbeats,
    /// What the user says about telemetry.
    #[command(flatten)]
    pub(crate) telemetry: TelemetryArgs,
    /// What to do in the place of serving.
    #[command(subcommand)]
    pub(crate) action: Option<Action>,
}

/// What else there is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// See and decide what is recorded about the use of this server
    #[command(subcommand)]
    Telemetry(TelemetryCommand),
}

fn beats(text: &str) -> Result<Heartbeats, String> {
    let (first, then) = text.split_once(',').ok_or("write two lengths of time, such as 1h,1d")?;
    let duration = |text| Interval::from_str(text).map(Interval::duration).map_err(|error| error.to_string());
    Ok(Heartbeats::new(duration(first)?, Duration::max(duration(then)?, Duration::from_secs(1))))
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

    #[test]
    fn the_hour_that_makes_an_instance_long_running_is_an_hour() {
        let cli = Cli::try_parse_from(["inventory-core"]).expect("no argument is needed");
        assert_eq!(format!("{:?}", cli.heartbeats), format!("{:?}", Heartbeats::default()));
    }
}
