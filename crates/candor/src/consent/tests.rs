#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

use std::{fs, time::Duration};

use super::*;
use crate::{
    declared::{ConsentDeclaration, DefaultConsent, IdentityMode, NonInteractive, Release},
    variables::of,
};

struct Flag;

impl ConsentFlags for Flag {
    fn opted_out_by(&self) -> Option<&str> {
        Some("--no-telemetry")
    }
}

pub(crate) fn declaration(default: DefaultConsent) -> Declaration {
    Declaration {
        application: "tool",
        endpoint: "http://127.0.0.1:9",
        write_key: "key",
        docs: "",
        sentry_dsn: None,
        consent: ConsentDeclaration {
            default,
            flags: &["--no-telemetry"],
            variables: &["TOOL_OPT_OUT", "TOOL_NO_TELEMETRY"],
            level_variable: Some("TOOL_LEVEL"),
            notice: "notice",
            non_interactive: NonInteractive::Local,

            question: None,
        },
        identity: IdentityMode::None,
        database_id: false,
        upload_interval: Duration::from_secs(3600),
        inspect: None,
        crash: None,
        actives: None,
        collects: &[],
        slots: 0,
        release: Release { version: "1.0.0", commit: None, built: None, channel: None },
    }
}

/// Everything that can say something.
#[derive(Default)]
struct Case<'a> {
    variables: &'a [(&'a str, &'a str)],
    system: Option<&'a str>,
    user: Option<&'a str>,
    is_off_by_default: bool,
}

impl Case<'_> {
    fn decide(&self, extent: Extent) -> Decision {
        let directory = tempfile::tempdir().unwrap();
        let (system, user) = (directory.path().join("system.toml"), directory.path().join("user.toml"));
        for (path, text) in [(&system, self.system), (&user, self.user)] {
            if let Some(text) = text {
                fs::write(path, text).unwrap();
            }
        }
        let default = if self.is_off_by_default { DefaultConsent::Off } else { DefaultConsent::On };
        let files = || ConsentFiles { system: system.clone(), user: Some(user.clone()) };
        decide(&declaration(default), &NoFlags, &of(self.variables), &files, extent)
    }

    /// The level, which must not depend on how much is read.
    fn level(&self) -> Level {
        let level = self.decide(Extent::UntilOff).level;
        assert_eq!(level, self.decide(Extent::Everything).level);
        level
    }
}

const OFF: &str = "[all]\nlevel = \"off\"\n";

#[test]
fn a_manifests_default_holds_where_nobody_says_anything() {
    assert_eq!(Case::default().level(), Level::Stats);
    assert_eq!(Case { is_off_by_default: true, ..Case::default() }.level(), Level::Off);
    let asked = decide(
        &declaration(DefaultConsent::Ask),
        &NoFlags,
        &of(&[]),
        &|| ConsentFiles { system: "/nowhere/a".into(), user: None },
        Extent::Everything,
    );
    assert_eq!(asked.level, Level::Off, "nothing is recorded before the answer");
}

#[test]
fn an_opt_out_variable_set_to_false_does_not_opt_out() {
    for value in ["false", "0", "no", "OFF", " n ", ""] {
        assert_eq!(
            Case { variables: &[("TOOL_OPT_OUT", value)], ..Case::default() }.level(),
            Level::Stats,
            "{value:?}"
        );
    }
}

#[test]
fn an_opt_out_variable_set_to_anything_else_opts_out() {
    for value in ["true", "1", "yes", "ON", " y ", "T", "please", "2", "fasle"] {
        for name in ["TOOL_OPT_OUT", "TOOL_NO_TELEMETRY", "DO_NOT_TRACK"] {
            assert_eq!(Case { variables: &[(name, value)], ..Case::default() }.level(), Level::Off, "{name}={value:?}");
        }
    }
}

#[test]
fn an_empty_or_negative_variable_never_turns_telemetry_on_over_a_stored_opt_out() {
    for value in ["", "false", "0"] {
        let variables = [("TOOL_OPT_OUT", value), ("DO_NOT_TRACK", value)];
        assert_eq!(Case { variables: &variables, user: Some(OFF), ..Case::default() }.level(), Level::Off);
    }
}

#[test]
fn a_level_variable_chooses_but_never_lifts_an_off() {
    let all: &[(&str, &str)] = &[("TOOL_LEVEL", "all")];
    assert_eq!(Case { variables: all, ..Case::default() }.level(), Level::All);
    assert_eq!(Case { variables: all, is_off_by_default: true, ..Case::default() }.level(), Level::All);
    assert_eq!(Case { variables: all, user: Some(OFF), ..Case::default() }.level(), Level::Off);
    assert_eq!(Case { variables: all, system: Some(OFF), ..Case::default() }.level(), Level::Off);
    assert_eq!(Case { variables: all, user: Some("[tool]\nlevel = ???"), ..Case::default() }.level(), Level::Off);
    assert_eq!(Case { variables: &[("TOOL_LEVEL", "al")], ..Case::default() }.level(), Level::Off);
    assert_eq!(Case { variables: &[("TOOL_LEVEL", "")], ..Case::default() }.level(), Level::Stats);
}

#[test]
fn the_systems_policy_is_a_ceiling() {
    let errors = Some("[all]\nlevel = \"errors\"\n");
    let case = Case { system: errors, user: Some("[all]\nlevel = \"all\"\n"), ..Case::default() };
    assert_eq!(case.level(), Level::Errors);
    assert!(matches!(case.decide(Extent::Everything).decided_by, Source::SystemPolicy(_)));
    let case = Case { variables: &[("TOOL_LEVEL", "all")], system: errors, ..Case::default() };
    assert_eq!(case.level(), Level::Errors, "a level variable does not lift it either");
    let case = Case { system: Some("[all]\nlevel = \"all\"\n"), is_off_by_default: true, ..Case::default() };
    assert_eq!(case.level(), Level::Off, "a policy only lowers");
}

#[test]
fn a_corrupt_or_unreadable_file_is_an_opt_out_and_says_why() {
    for text in ["level", "[tool]\nlevel = \"stats", "[tool]\nlevel = \"loud\"", "\u{feff}[tool]"] {
        for (system, user) in [(Some(text), None), (None, Some(text))] {
            let decision = Case { system, user, ..Case::default() }.decide(Extent::Everything);
            assert_eq!(decision.level, Level::Off, "{text:?}");
            assert!(
                decision.readings.iter().any(|reading| matches!(&reading.said, Said::Unclear(why) if !why.is_empty()))
            );
        }
    }
}

#[test]
fn whoever_said_off_first_is_named() {
    let case = Case { variables: &[("DO_NOT_TRACK", "1")], user: Some(OFF), ..Case::default() };
    assert_eq!(case.decide(Extent::Everything).decided_by, Source::Variable("DO_NOT_TRACK"));
    let case = Case { user: Some(OFF), ..Case::default() };
    assert!(matches!(case.decide(Extent::Everything).decided_by, Source::UserChoice(_)));
}

#[test]
fn a_flag_is_enough_and_no_file_is_looked_for() {
    let files = || unreachable!("no file needs to be read");
    let decision = decide(&declaration(DefaultConsent::On), &Flag, &of(&[]), &files, Extent::UntilOff);
    assert_eq!((decision.level, decision.decided_by), (Level::Off, Source::Flag("--no-telemetry".to_owned())));
}

#[test]
fn no_combination_of_sources_lifts_an_off() {
    let choices = [None, Some(OFF), Some("[tool]\nlevel = \"all\"\n"), Some("broken")];
    let values = ["", "0", "1", "maybe"];
    let levels = ["", "off", "local", "stats", "all", "maybe"];
    for (system, user) in choices.iter().flat_map(|system| choices.map(|user| (*system, user))) {
        for (value, level) in values.iter().flat_map(|value| levels.map(|level| (*value, level))) {
            let variables = [("TOOL_NO_TELEMETRY", value), ("TOOL_LEVEL", level)];
            let outcome = Case { variables: &variables, system, user, is_off_by_default: false }.level();
            let says_off = |text: Option<&str>| matches!(text, Some(OFF | "broken"));
            let is_refused = says_off(system)
                || says_off(user)
                || matches!(value, "1" | "maybe")
                || matches!(level, "off" | "maybe");
            assert_eq!(outcome == Level::Off, is_refused, "{system:?} {user:?} {value:?} {level:?}");
        }
    }
}
