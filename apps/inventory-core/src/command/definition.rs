//! What commands there are. The same definitions take lines apart, answer `help`, and give the names that are counted.

use candor::invocation::{CommandPath, Invocation};
use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

/// A stage of a command line.
#[derive(Debug, Parser)]
#[command(
    no_binary_name = true,
    disable_help_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    subcommand_value_name = "COMMAND"
)]
struct Line {
    #[command(subcommand)]
    stage: Stage,
}

/// A command with its arguments. The first of a line finds rows, those behind a `|` change them.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Stage {
    /// Show the resources of a kind, such as processes
    List {
        /// A kind, singular or plural; `kinds` shows them
        kind: String,
    },
    /// Find resources: search kind=mount size>1G type!=tmpfs target~/var
    Search {
        /// kind=KIND and conditions: COLUMN, one of = != < <= > >= ~ (contains), and a value; sizes may end with K, M, G or T
        #[arg(required = true)]
        terms: Vec<String>,
    },
    /// Show the kinds of resources, and how many of each there are
    Kinds,
    /// Show the providers, their versions, and how the last collection went
    Providers,
    /// Show the policies, and what the last check found
    Policies,
    /// Show the jobs, and how they ended the last time
    Jobs,
    /// Run a job now, and wait for its end
    Run {
        /// A name that `jobs` shows
        job: String,
    },
    /// Show the commands, or what one of them takes
    Help {
        /// The command
        command: Option<String>,
    },
    /// Count the rows, or those of each value of a column
    Count {
        /// A column
        column: Option<String>,
    },
    /// Put the rows in order of a column
    Sort {
        /// A column
        column: String,
        /// Largest first
        #[arg(long)]
        descending: bool,
    },
    /// Keep the first rows
    Limit {
        /// How many
        rows: usize,
    },
    /// Keep these columns, in this order
    Columns {
        /// The columns
        #[arg(required = true)]
        columns: Vec<String>,
    },
}

/// A command that was given, and its name.
#[derive(Debug)]
pub(crate) struct Given {
    /// The command.
    pub(crate) stage: Stage,
    /// Its name, from the definition above: what is counted.
    pub(crate) name: CommandPath,
}

impl Given {
    /// Takes the words of a stage for a command.
    ///
    /// # Errors
    /// [`StageError`], in a sentence that names the command and what it takes.
    pub(crate) fn parse(words: &[String]) -> Result<Self, StageError> {
        let refused = |error: clap::Error| match (error.kind(), words.first()) {
            (ErrorKind::InvalidSubcommand, Some(name)) => StageError::Unknown { name: name.clone() },
            _ => StageError::Arguments { what: in_one_line(&error) },
        };
        let definition = Line::command();
        let matches = definition.clone().try_get_matches_from(words).map_err(refused)?;
        let name = Invocation::of(&definition, &matches).command().clone();
        Line::from_arg_matches(&matches).map(|line| Self { stage: line.stage, name }).map_err(refused)
    }
}

impl Stage {
    /// Whether it changes the rows of the command before it, instead of finding some.
    pub(crate) fn is_filter(&self) -> bool {
        matches!(self, Self::Count { .. } | Self::Sort { .. } | Self::Limit { .. } | Self::Columns { .. })
    }
}

/// All commands, as clap knows them.
pub(crate) fn definitions() -> Vec<Command> {
    // Each built by itself, so that it is shown by its own name, as if there were no program around it.
    let built = |command: &Command| {
        let mut command = command.clone().disable_help_flag(true);
        command.build();
        command
    };
    Line::command().get_subcommands().map(built).collect()
}

/// `list <KIND>`: a command with what it takes.
pub(crate) fn usage(command: &Command) -> String {
    let text = command.clone().render_usage().to_string();
    text.trim_start_matches("Usage: ").trim().to_owned()
}

/// What clap says in several lines: what is wrong, and how it would be right.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(|line| line.trim().trim_start_matches("error: "));
    let said = lines.filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    said.collect::<Vec<_>>().join(" ").replace("Usage: ", "usage: ")
}

/// Why a stage is no command.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StageError {
    /// There is no such command.
    #[error("there is no command {name:?}; `help` lists them")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// It takes something else.
    #[error("{what}")]
    Arguments {
        /// What is wrong, and what it takes.
        what: String,
    },
}

impl StageError {
    /// Whether it is the name that is wrong.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Given, String> {
        let words = crate::command::words::stages(line).unwrap().remove(0);
        Given::parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn the_definitions_are_consistent_and_their_names_are_those_that_are_counted() {
        Line::command().debug_assert();
        for command in definitions() {
            let name = command.get_name();
            let arguments = ["", "1", "users"].map(|argument| format!("{name} {argument}"));
            let given = arguments.iter().find_map(|line| parsed(line).ok()).unwrap();
            assert_eq!(given.name.as_str(), name);
        }
    }

    #[test]
    fn an_unknown_command_and_a_wrong_argument_are_said_in_one_line() {
        assert_eq!(parsed("lst users").unwrap_err(), "there is no command \"lst\"; `help` lists them");
        let error = parsed("limit many").unwrap_err();
        assert!(error.contains("'many'") && !error.contains('\n'), "{error}");
        let error = parsed("list").unwrap_err();
        assert!(error.contains("<KIND>") && error.contains("usage: list"), "{error}");
        assert!(parsed("list --help").unwrap_err().contains("--help"));
    }

    #[test]
    fn a_command_is_shown_with_what_it_takes() {
        let list = definitions().into_iter().find(|command| command.get_name() == "list").unwrap();
        assert_eq!(usage(&list), "list <KIND>");
    }
}
