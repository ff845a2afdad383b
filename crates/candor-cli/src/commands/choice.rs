use candor::Level;
use candor::user::{self, Wish};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::{output, tools};

const OFF_EXAMPLES: &str = "\
Examples:
  candor off inventory         this tool records nothing and sends nothing from now on
  candor off --all             no tool does; candor on TOOL allows one again

The choice is stored in candor/consent.toml in $XDG_CONFIG_HOME or ~/.config; what else is in the
file stays. For every user of a computer, administrators write /etc/candor/consent.toml.";

/// Turn telemetry off, for one tool or for all
#[derive(Debug, Args)]
#[command(after_help = OFF_EXAMPLES)]
pub(crate) struct Off {
    #[command(flatten)]
    whom: Whom,
    /// Keep recording on this computer, and send nothing
    #[arg(long)]
    local: bool,
}

const ON_EXAMPLES: &str = "\
Examples:
  candor on inventory                   usage, errors and crashes may be sent
  candor on inventory --level errors    errors and crashes only
  candor on --all                       for every tool that you said nothing about

Nothing that was recorded before is sent. Variables, flags and the administrator's policy still
have their say.";

/// Allow telemetry to be sent, for one tool or for all
#[derive(Debug, Args)]
#[command(after_help = ON_EXAMPLES)]
pub(crate) struct On {
    #[command(flatten)]
    whom: Whom,
    /// How much may be sent
    #[arg(long, value_enum, default_value_t = Sending::Stats)]
    level: Sending,
}

#[derive(Debug, Args)]
struct Whom {
    /// The tool
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    tool: Option<String>,
    /// Every tool of this user, also those that come later
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A level at which something is sent.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sending {
    /// Errors and crashes
    Errors,
    /// Usage too
    Stats,
    /// Also what is recorded one by one
    All,
}

impl Off {
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.whom.choose(if self.local { Level::Local } else { Level::Off })
    }
}

impl On {
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.whom.choose(match self.level {
            Sending::Errors => Level::Errors,
            Sending::Stats => Level::Stats,
            Sending::All => Level::All,
        })
    }
}

impl Whom {
    fn choose(self, level: Level) -> Result<(), Failure> {
        let Some(name) = self.tool else {
            let chosen = user::choose_for_all(level)?;
            return if self.json { output::print(&chosen.to_json()) } else { output::print(&chosen.to_string()) };
        };
        let (tool, is_known) = tools::find_or_name(&name)?;
        let chosen = user::choose(&tool, Wish::level(level))?;
        if self.json {
            return output::print(&chosen.to_json());
        }
        let unknown = format!("No tool {name} has left anything here yet; it will obey.\n");
        output::print(&(chosen.to_string() + if is_known { "" } else { &unknown }))
    }
}
