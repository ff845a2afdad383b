//! Settings of `candor serve` by flag, variable and file alike.
//!
//! The file's keys are the names of the flags with `_` for `-`, so there is no second list. A flag holds over a variable,
//! a variable over the file, the file over the default: what the file says is given to clap as the default.

mod file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::cli::{self, Cli};
use crate::failure::{Failure, While};
use file::{Settings, SettingsError, quoted};

/// The command that has settings.
const COMMAND: &str = "serve";
/// Flags that are no settings.
const NOT_IN_FILES: &[&str] = &["config", "print_config", "help"];
/// A file of settings has a few dozen lines.
const MOST_BYTES: u64 = 1 << 20;

/// A setting as it holds, for `--print-config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effective {
    /// Its key in a file.
    pub(crate) key: String,
    /// Its values as TOML; none where it is not set.
    pub(crate) value: Option<String>,
    /// What decided: `--flag`, `VARIABLE`, the file, or `default`.
    pub(crate) source: String,
    /// What it is for.
    pub(crate) help: String,
}

/// Why there is no command to run.
pub(crate) enum Refused {
    /// What clap says: usage errors, but also help and version.
    Usage(clap::Error),
    /// What is wrong with the file.
    File(Failure),
}

/// Reads the command line, and the file that it or `CANDOR_CONFIG` names.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, Refused> {
    let Some(path) = named_file(arguments) else {
        return read(Cli::command(), arguments, None).map_err(Refused::Usage);
    };
    let settings = load(&path).map_err(Refused::File)?;
    let command = Cli::command().mut_subcommand(COMMAND, |serve| with_defaults(serve, &settings));
    read(command, arguments, Some((&path, &settings))).map_err(|error| {
        // What is wrong without the file too is not the file's fault.
        match Cli::command().mut_subcommand(COMMAND, without_required).try_get_matches_from(arguments) {
            Ok(_) => Refused::File(in_file(&path, &error)),
            Err(_) => Refused::Usage(error),
        }
    })
}

fn read(mut command: Command, arguments: &[OsString], file: Option<(&Path, &Settings)>) -> Result<Cli, clap::Error> {
    let matches = command.try_get_matches_from_mut(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (cli::Command::Serve(serve), Some((COMMAND, matches))) = (&mut cli.command, matches.subcommand())
        && let Some(command) = command.find_subcommand(COMMAND)
    {
        serve.effective = effective(command, matches, file);
    }
    Ok(cli)
}

/// The file of `candor serve --config FILE`, before anything else is understood.
fn named_file(arguments: &[OsString]) -> Option<PathBuf> {
    let matches = Cli::command().ignore_errors(true).try_get_matches_from(arguments).ok()?;
    matches.subcommand_matches(COMMAND)?.get_one("config").cloned()
}

fn load(path: &Path) -> Result<Settings, Failure> {
    let reading = || format!("read the settings in {}", path.display());
    let length = std::fs::metadata(path).or_failed_to(reading)?.len();
    if length > MOST_BYTES {
        return Err(Failure::new(format!("{} is no file of settings: it has {length} bytes", path.display())));
    }
    let text = std::fs::read_to_string(path).or_failed_to(reading)?;
    file::parse(&text, &settings()).map_err(|error| match error {
        SettingsError::Toml(error) => Failure::new(format!("{}: {error}", reading())),
        wrong => Failure::usage(format!("{}: {wrong}", path.display())),
    })
}

/// In the order of the help.
fn settings() -> Vec<String> {
    let cli = Cli::command();
    let Some(serve) = cli.find_subcommand(COMMAND) else { return Vec::new() };
    let ids = serve.get_arguments().map(|argument| argument.get_id().to_string());
    ids.filter(|id| !NOT_IN_FILES.contains(&id.as_str())).collect()
}

fn with_defaults(serve: Command, settings: &Settings) -> Command {
    settings.iter().fold(serve, |serve, (key, values)| {
        serve.mut_arg(key, |argument| argument.required(false).default_values(values.clone()))
    })
}

fn without_required(serve: Command) -> Command {
    serve.mut_args(|argument| argument.required(false))
}

/// Clap's error about a value that the file gave, in one line.
fn in_file(path: &Path, error: &clap::Error) -> Failure {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    Failure::usage(format!("{}: {line}", path.display()))
}

fn effective(serve: &Command, matches: &ArgMatches, file: Option<(&Path, &Settings)>) -> Vec<Effective> {
    settings()
        .into_iter()
        .filter_map(|key| {
            let argument = serve.get_arguments().find(|argument| argument.get_id().as_str() == key)?;
            let raw: Vec<String> =
                matches.get_raw(&key).into_iter().flatten().map(|value| quoted(&value.to_string_lossy())).collect();
            let value = match (raw.as_slice(), argument.get_action()) {
                ([], _) => None,
                (_, clap::ArgAction::Append) => Some(format!("[{}]", raw.join(", "))),
                ([one, ..], _) => Some(one.clone()),
            };
            let source = match matches.value_source(&key) {
                Some(ValueSource::CommandLine) => format!("--{}", argument.get_long().unwrap_or_default()),
                Some(ValueSource::EnvVariable) => {
                    argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
                }
                _ => match file {
                    Some((path, settings)) if settings.contains_key(&key) => path.display().to_string(),
                    _ => "default".to_owned(),
                },
            };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            Some(Effective { key, value, source, help })
        })
        .collect()
}
