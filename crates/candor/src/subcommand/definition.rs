//! What can be typed behind `TOOL telemetry`.

use candor_wire::Timestamp;
use clap::{Arg, ArgAction, ArgMatches, Command, Error, builder::PossibleValuesParser, error::ErrorKind};

use crate::{
    Level,
    user::{IdentityWish, parse_since},
};

/// What was asked for.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct __TelemetryAction {
    pub(super) what: What,
    /// For whom the answer is.
    pub(super) is_for_a_program: bool,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Status,
    Choose(Level, Option<IdentityWish>),
    Preview,
    Log { since: Option<Timestamp>, count: Option<usize> },
    Clear,
    Reset,
    Send { id: Option<String> },
}

/// Name, what it does, and what else its help says; `TOOL` stands for the tool's name.
const COMMANDS: [(&str, &str, &str); 9] = [
    (
        "status",
        "Show what is recorded and sent, who decided that, and what waits",
        "Prints the level, every source that has a say and what it said, how records may be linked, what waits to be sent, \
         the last upload and the next, where the files are, and what was found damaged. Changes nothing.",
    ),
    (
        "on",
        "Allow usage and crashes to be sent, from now on",
        "Stores the choice, with the time, in consent.toml. Nothing that was recorded before is sent. Flags, environment \
         variables and the administrator's policy still have their say.\n\n\
         Examples:\n  TOOL telemetry on\n  TOOL telemetry on --level errors      crashes and errors, no usage\n  \
         TOOL telemetry on --identity none     and let nothing link two records",
    ),
    (
        "off",
        "Record nothing and send nothing",
        "Stores the choice in consent.toml. What waited is not sent; `TOOL telemetry clear` removes it. For every tool at \
         once: candor off --all",
    ),
    (
        "local",
        "Record everything on this computer, and send nothing",
        "What is recorded can be looked at with `TOOL telemetry preview`. A crash report is sent only by \
         `TOOL telemetry send ID`.",
    ),
    (
        "preview",
        "Show the exact requests that would be sent now",
        "Sends nothing and removes nothing. The bodies are printed as they are before they are compressed.\n\n\
         Examples:\n  TOOL telemetry preview\n  TOOL telemetry preview --json | jq '.requests[].body | fromjson'",
    ),
    (
        "log",
        "Show what was sent, the newest last",
        "The log goes back 30 days, up to 1 MiB.\n\n\
         Examples:\n  TOOL telemetry log --since 7d\n  TOOL telemetry log --since 2026-11-22 --count 1 --json",
    ),
    (
        "clear",
        "Remove what was recorded and not sent",
        "Removes what waits and what is only kept here. Your choice, the identity and the log of what was sent stay.",
    ),
    (
        "reset",
        "Become another installation: a new identity",
        "Removes the file that the identity is made of, and what waits under the old one. A directory in the place of that \
         file stays: it keeps an identity from being made.",
    ),
    (
        "send",
        "Send what waits now, or one crash report",
        "Without an ID: what waits, if the level allows it. With one: that report of a crash and nothing else, also at level \
         local. `TOOL telemetry status` lists the reports.\n\n\
         Examples:\n  TOOL telemetry send\n  TOOL telemetry send 5f0c9e1       the beginning of an id is enough",
    ),
];

impl __TelemetryAction {
    /// Adds the subcommands.
    #[must_use]
    pub fn augment(command: Command, tool: &'static str) -> Command {
        let json = || Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print one line of JSON");
        COMMANDS.iter().fold(command.subcommand_required(true).arg_required_else_help(true), |command, entry| {
            let (name, about, more) = *entry;
            let subcommand = Command::new(name).about(about).after_help(more.replace("TOOL", tool)).arg(json());
            command.subcommand(arguments(subcommand))
        })
    }

    /// Whether there is a subcommand of this name.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        COMMANDS.iter().any(|(known, ..)| *known == name)
    }

    /// What was typed.
    ///
    /// # Errors
    /// When there is no subcommand.
    pub fn of(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::raw(ErrorKind::MissingSubcommand, "a subcommand is needed, such as status\n");
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let what = match name {
            "on" => {
                let word = |name: &str| matches.get_one::<String>(name).map(String::as_str);
                let level = word("level").and_then(Level::from_name).unwrap_or(Level::Stats);
                What::Choose(level, word("identity").map(identity))
            }
            "off" => What::Choose(Level::Off, None),
            "local" => What::Choose(Level::Local, None),
            "preview" => What::Preview,
            "log" => What::Log { since: matches.get_one("since").copied(), count: matches.get_one("count").copied() },
            "clear" => What::Clear,
            "reset" => What::Reset,
            "send" => What::Send { id: matches.get_one("id").cloned() },
            _ => What::Status,
        };
        Ok(Self { what, is_for_a_program: matches.get_flag("json") })
    }
}

fn arguments(command: Command) -> Command {
    match command.get_name() {
        "on" => command
            .arg(
                Arg::new("level")
                    .long("level")
                    .value_name("LEVEL")
                    .value_parser(PossibleValuesParser::new(["errors", "stats", "all"]))
                    .help("How much: crashes and errors; usage too (usual); also what is recorded one by one"),
            )
            .arg(
                Arg::new("identity")
                    .long("identity")
                    .value_name("MODE")
                    .value_parser(PossibleValuesParser::new(["none", "rotating", "declared"]))
                    .help("What may link two records: nothing; a value of the month; what the tool declares"),
            ),
        "log" => command
            .arg(
                Arg::new("since")
                    .long("since")
                    .value_name("TIME")
                    .value_parser(parse_since)
                    .help("Only what was sent since: 12h, 7d, 4w, or a day such as 2026-11-22"),
            )
            .arg(
                Arg::new("count")
                    .long("count")
                    .short('n')
                    .value_name("NUMBER")
                    .value_parser(clap::value_parser!(usize))
                    .help("Only the newest requests, this many"),
            ),
        "send" => {
            command.arg(Arg::new("id").value_name("ID").help("The report of a crash, by the beginning of its id"))
        }
        _ => command,
    }
}

fn identity(word: &str) -> IdentityWish {
    match word {
        "rotating" => IdentityWish::Rotating,
        "declared" => IdentityWish::Declared,
        _ => IdentityWish::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_teaches_and_is_understood() {
        let command = __TelemetryAction::augment(Command::new("telemetry"), "inventory");
        command.clone().debug_assert();
        for (name, ..) in COMMANDS {
            let matches = command.clone().try_get_matches_from(["telemetry", name, "--json"]).expect("a command");
            assert!(__TelemetryAction::of(&matches).expect("a command").is_for_a_program, "{name}");
            let subcommand = command.find_subcommand(name).expect("a command");
            let help = subcommand.get_after_help().expect("more").to_string();
            assert!(!help.contains("TOOL") && help.len() > 80, "{help}");
        }
    }
}
