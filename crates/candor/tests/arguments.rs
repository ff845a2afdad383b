//! The opt-out flags of a manifest on a real command line.

#![cfg(feature = "clap")]
#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

use candor::{
    __clap::{Arg, Args as _, Command, FromArgMatches as _, Subcommand as _, error::ErrorKind},
    ConsentFlags as _,
};

candor::manifest!("examples/telemetry.toml");

fn opted_out_by(line: &[&str]) -> Option<String> {
    let command = Command::new("greeter").subcommand(Command::new("greet").arg(Arg::new("name")));
    let matches = telemetry::TelemetryArgs::augment_args(command).try_get_matches_from(line).unwrap();
    let arguments = telemetry::TelemetryArgs::from_arg_matches(&matches).unwrap();
    arguments.opted_out_by().map(str::to_owned)
}

#[test]
fn an_opt_out_flag_is_understood_before_and_after_a_subcommand() {
    for line in [["greeter", "--no-telemetry", "greet"], ["greeter", "greet", "--no-telemetry"]] {
        assert_eq!(opted_out_by(&line).as_deref(), Some("--no-telemetry"));
    }
    assert_eq!(opted_out_by(&["greeter", "greet", "you"]), None);
}

#[test]
fn the_help_says_how_to_opt_out() {
    let help = telemetry::TelemetryArgs::augment_args(Command::new("greeter")).render_help().to_string();
    assert!(help.contains("Telemetry:") && help.contains("--no-telemetry"), "{help}");
}

fn understood(line: &[&str]) -> Result<telemetry::TelemetryCommand, ErrorKind> {
    let subcommand = telemetry::TelemetryCommand::augment_subcommands(Command::new("telemetry"));
    let tool = telemetry::TelemetryArgs::augment_args(Command::new("greeter").subcommand(subcommand));
    tool.clone().debug_assert();
    let matches = tool.try_get_matches_from(line).map_err(|error| error.kind())?;
    let (_, matches) = matches.subcommand().unwrap();
    telemetry::TelemetryCommand::from_arg_matches(matches).map_err(|error| error.kind())
}

#[test]
fn the_telemetry_subcommand_stands_among_the_tools_own_and_takes_the_opt_out_flags_too() {
    for line in
        ["status", "on --level errors --identity none", "off", "local", "log --since 7d -n 3", "send 5f0c", "reset"]
    {
        let words = ["greeter", "telemetry"].into_iter().chain(line.split(' ')).chain(["--no-telemetry", "--json"]);
        assert!(understood(&words.collect::<Vec<_>>()).is_ok(), "{line}");
    }
    assert!(
        telemetry::TelemetryCommand::has_subcommand("preview") && !telemetry::TelemetryCommand::has_subcommand("x")
    );
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    let kind = |line: &str| understood(&line.split(' ').collect::<Vec<_>>()).unwrap_err();
    assert_eq!(kind("greeter telemetry"), ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
    assert_eq!(kind("greeter telemetry of"), ErrorKind::InvalidSubcommand);
    assert_eq!(kind("greeter telemetry on --level off"), ErrorKind::InvalidValue);
    assert_eq!(kind("greeter telemetry log --since soon"), ErrorKind::ValueValidation);
}

#[test]
fn the_subcommands_are_those_of_the_documentation() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sdk.md")).unwrap();
    let table = docs.split("## The user's side").nth(1).unwrap().split("Each takes").next().unwrap();
    let documented: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let command = telemetry::TelemetryCommand::augment_subcommands(Command::new("telemetry"));
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    assert_eq!(known, documented);
}
