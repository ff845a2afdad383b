//! Reading a command line by its definition.

use candor_wire::command_line::{is_command_path, is_flag_name};
use clap::{Arg, ArgMatches, Command, parser::ValueSource};

use super::{CommandPath, FlagName};
use crate::declared::OTHER;

/// Where no subcommand was given.
const NONE: &str = "none";

/// Which command was asked for, and with which flags.
///
/// ```
/// use candor::invocation::Invocation;
/// use clap::{Arg, ArgAction, Command};
///
/// let policy = Command::new("policy").subcommand(Command::new("run").arg(Arg::new("file")));
/// let tool = Command::new("tool").subcommand(policy).arg(
///     Arg::new("verbose").short('v').long("verbose").action(ArgAction::SetTrue).global(true),
/// );
/// let matches = tool.clone().get_matches_from(["tool", "policy", "run", "-v", "secret.yaml"]);
/// let invocation = Invocation::of(&tool, &matches);
/// assert_eq!(invocation.command().as_str(), "policy run");
/// assert_eq!(invocation.flags()[0].as_str(), "--verbose");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    command: CommandPath,
    flags: Vec<FlagName>,
}

impl Invocation {
    /// Reads what `definition` made of a command line.
    ///
    /// A flag counts where it was given on the command line: neither by an environment variable nor by its default. It is
    /// called by its long name, or by its letter where it has none, and once however often it was given. Positional
    /// arguments are left out.
    #[must_use]
    pub fn of(definition: &Command, matches: &ArgMatches) -> Self {
        let mut path = Vec::new();
        let mut flags = Vec::new();
        let (mut definition, mut matches) = (definition, matches);
        loop {
            flags.extend(definition.get_arguments().filter(|flag| is_given(flag, matches)).filter_map(name_of));
            let Some((given, below)) = matches.subcommand() else { break };
            // What was given is the user's text where no definition has this name.
            let Some(subcommand) = definition.find_subcommand(given) else {
                path.push(OTHER);
                break;
            };
            path.push(subcommand.get_name());
            (definition, matches) = (subcommand, below);
        }
        let path = if path.is_empty() { NONE.to_owned() } else { path.join(" ") };
        let command = CommandPath(if is_command_path(&path) { path } else { OTHER.to_owned() });
        // A flag that is understood before and after a subcommand is found at both.
        flags.sort_unstable();
        flags.dedup();
        Self { command, flags: flags.into_iter().map(FlagName).collect() }
    }

    /// The command.
    #[must_use]
    pub fn command(&self) -> &CommandPath {
        &self.command
    }

    /// The flags, each once, sorted by name.
    #[must_use]
    pub fn flags(&self) -> &[FlagName] {
        &self.flags
    }
}

fn is_given(argument: &Arg, matches: &ArgMatches) -> bool {
    let id = argument.get_id().as_str();
    // A flag of another definition would be a panic in `value_source`.
    matches!(matches.try_contains_id(id), Ok(true)) && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// The name of a flag; none for a positional argument.
fn name_of(argument: &Arg) -> Option<String> {
    let name = match (argument.get_long(), argument.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => return None,
    };
    Some(if is_flag_name(&name) { name } else { OTHER.to_owned() })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use clap::ArgAction;

    use super::*;

    fn flag(name: &'static str) -> Arg {
        Arg::new(name).long(name).action(ArgAction::SetTrue)
    }

    fn tool() -> Command {
        let run = Command::new("run").alias("go").arg(Arg::new("file")).arg(flag("dry-run"));
        let policy = Command::new("policy").subcommand(run).arg(flag("local").global(true));
        let plugin = Command::new("plugin").allow_external_subcommands(true);
        Command::new("/home/alice/bin/tool")
            .subcommands([policy, plugin, Command::new("Größe"), Command::new("a".repeat(65).leak() as &'static str)])
            .arg(flag("verbose").short('v').global(true))
            .arg(Arg::new("number").short('n'))
            .arg(Arg::new("level").long("level").default_value("info"))
            .arg(Arg::new("odd").long("größe").action(ArgAction::SetTrue))
            .allow_external_subcommands(true)
    }

    /// The command and the flags of a command line.
    fn read(line: &[&str]) -> (String, Vec<String>) {
        let matches = tool().try_get_matches_from([&["tool"], line].concat()).unwrap();
        // As it was defined, and as clap completes it before it parses.
        let mut built = tool();
        built.build();
        let invocation = Invocation::of(&tool(), &matches);
        assert_eq!(invocation, Invocation::of(&built, &matches), "{line:?}");
        let flags = invocation.flags().iter().map(ToString::to_string).collect();
        (invocation.command().to_string(), flags)
    }

    #[test]
    fn a_command_is_called_as_it_was_defined() {
        assert_eq!(read(&["policy", "go", "secret.yaml"]), ("policy run".to_owned(), vec![]));
        assert_eq!(read(&["policy"]).0, "policy");
        assert_eq!(read(&[]), ("none".to_owned(), vec![]), "how the tool itself is called may be a path");
    }

    #[test]
    fn flags_are_those_of_the_command_line_by_their_long_names_and_without_values() {
        let (command, flags) =
            read(&["-v", "-n", "12", "--level", "secret", "policy", "--local", "run", "-v", "--dry-run", "x"]);
        assert_eq!(command, "policy run");
        assert_eq!(flags, ["--dry-run", "--level", "--local", "--verbose", "-n"]);
    }

    #[test]
    fn what_a_variable_or_a_default_says_is_no_flag_of_the_user() {
        // A variable that every process has which cargo started.
        let from_variable = tool().mut_arg("level", |level| level.env("CARGO_PKG_NAME"));
        for (tool, source) in [(tool(), ValueSource::DefaultValue), (from_variable, ValueSource::EnvVariable)] {
            let matches = tool.clone().try_get_matches_from(["tool"]).unwrap();
            assert_eq!(matches.value_source("level"), Some(source));
            assert_eq!(Invocation::of(&tool, &matches).flags(), []);
        }
    }

    #[test]
    fn what_the_definition_does_not_have_is_other() {
        let secret = "hunter2-alice@example.org";
        for (line, command) in [
            (vec![secret, "--token", secret], "other"),
            (vec!["plugin", secret, "--token=x"], "plugin other"),
            (vec!["-v", secret, "policy", "run"], "other"),
        ] {
            let (given, flags) = read(&line);
            assert_eq!(given, command);
            assert!(!format!("{flags:?}").contains("token") && !format!("{flags:?}").contains("hunter2"), "{flags:?}");
        }
    }

    #[test]
    fn a_name_of_another_shape_is_other() {
        assert_eq!(read(&["Größe"]).0, "other");
        assert_eq!(read(&["a".repeat(65).as_str()]).0, "other");
        assert_eq!(read(&["--größe"]).1, ["other"]);
    }

    #[test]
    fn another_definition_than_the_one_that_was_parsed_tells_nothing_and_breaks_nothing() {
        let matches = tool().try_get_matches_from(["tool", "-v", "policy", "run", "--dry-run", "secret"]).unwrap();
        let other = Command::new("other").arg(flag("unknown")).subcommand(Command::new("fetch"));
        let invocation = Invocation::of(&other, &matches);
        assert_eq!((invocation.command().as_str(), invocation.flags()), ("other", &[][..]));
    }
}
