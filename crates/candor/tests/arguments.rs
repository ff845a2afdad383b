//! The opt-out flags of a manifest on a real command line.

#![cfg(feature = "clap")]
#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

use candor::{
    __clap::{Arg, Args as _, Command, FromArgMatches as _},
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
