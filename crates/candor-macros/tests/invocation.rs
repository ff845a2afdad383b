//! What the SDK reads from the definition of a command line is what the collector keeps.
#![expect(clippy::unwrap_used, reason = "a test may end here")]

use candor::invocation::Invocation;
use candor_manifest::{Enforced, Manifest};
use candor_wire::{Attribute, Kind, Record, Timestamp, Value};
use clap::{Arg, ArgAction, Command};

/// Names as odd as `clap` takes them.
const NAMES: &[&str] = &[
    "run", "Run", "run2", "2run", "dry-run", "dry_run", "a.b:c+d", ".run", "run now", " run", "run/all", "run@home",
    "größe", "r\u{0}n", "=",
];

#[test]
fn both_sides_agree_on_what_the_name_of_a_command_or_a_flag_is() {
    let manifest = Manifest::parse(include_str!("compile/telemetry.toml")).unwrap();
    let lengths: Vec<String> = [61, 62, 63, 64, 65].iter().map(|length| "x".repeat(*length)).collect();
    let mut others = 0;
    for name in NAMES.iter().copied().chain(lengths.iter().map(String::as_str)) {
        let flag = Arg::new("flag").long(name.to_owned()).action(ArgAction::SetTrue);
        let tool = Command::new("tool").subcommand(Command::new(name.to_owned())).arg(flag);
        let line = ["tool".to_owned(), format!("--{name}"), name.to_owned()];
        let Ok(matches) = tool.clone().try_get_matches_from(line) else { continue };
        let invocation = Invocation::of(&tool, &matches);
        let (command, flag) = (invocation.command().as_str(), invocation.flags()[0].as_str());
        others += usize::from(command == "other");
        let sent = [("command", command), ("flag", flag)];
        assert_eq!(kept(&manifest, &sent), sent.map(|(_, value)| value.to_owned()), "{name:?}");
        // What the SDK does not take, the collector would not have taken either.
        let defined = [("command", name), ("flag", &format!("--{name}"))];
        assert_eq!(kept(&manifest, &defined), [command, flag], "{name:?}");
    }
    assert!(others > 5, "odd names were tried");
}

/// What the collector keeps of the fields of an invocation.
fn kept(manifest: &Manifest, fields: &[(&str, &str)]) -> Vec<String> {
    let mut record = Record::new(Kind::Count, "invocation", Timestamp::from_micros(0));
    let attribute =
        |(name, value): &(&str, &str)| Attribute { name: (*name).to_owned(), value: Value::Text((*value).to_owned()) };
    record.attributes = fields.iter().map(attribute).collect();
    let Enforced::Kept { record, .. } = manifest.enforce(record) else { panic!("it is declared") };
    let text = |attribute: Attribute| if let Value::Text(text) = attribute.value { text } else { String::new() };
    record.attributes.into_iter().map(text).collect()
}
