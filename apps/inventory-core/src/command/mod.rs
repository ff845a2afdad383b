//! Command lines: `search kind=mount size>1G | sort size --descending | limit 5`.
//!
//! `words` takes a line apart, `definition` says what commands there are, `find` runs the one that finds rows, and `rows`
//! has what the ones behind it do.

mod definition;
mod find;
mod rows;
mod term;
mod words;

use std::sync::Arc;

use candor::invocation::CommandPath;
use inventory_store::database::DatabaseError;

use self::{
    definition::{Given, Stage, StageError},
    rows::NoColumn,
    words::{LineError, stages},
};
pub(crate) use self::{
    rows::Rows,
    term::{TermError, table},
};
use crate::{core::Core, job::RunError};

/// Runs a command line. Its commands are counted by their names once all of it makes sense; what makes none is not.
///
/// # Errors
/// [`CommandError`].
pub(crate) async fn execute(core: &Arc<Core>, line: &str) -> Result<Rows, CommandError> {
    let stages = stages(line)?.iter().map(|words| Given::parse(words)).collect::<Result<Vec<_>, _>>()?;
    let (first, filters) = stages.split_first().ok_or(LineError::Empty)?;
    if first.stage.is_filter() {
        return Err(CommandError::FilterFirst { name: first.name.clone() });
    }
    if let Some(source) = filters.iter().find(|given| !given.stage.is_filter()) {
        return Err(CommandError::SourceBehind { name: source.name.clone() });
    }
    for given in &stages {
        core.usage.command(&given.name);
    }
    let found = find::find(core, &first.stage).await?;
    Ok(filters.iter().try_fold(found, |rows, filter| apply(rows, &filter.stage))?)
}

fn apply(rows: Rows, filter: &Stage) -> Result<Rows, NoColumn> {
    match filter {
        Stage::Count { column } => rows.count(column.as_deref()),
        Stage::Sort { column, descending } => rows.sort(column, *descending),
        Stage::Limit { rows: number } => Ok(rows.limit(*number)),
        Stage::Columns { columns } => rows.columns(columns),
        _ => Ok(rows),
    }
}

/// Why a command line has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// It cannot be taken apart.
    #[error(transparent)]
    Line(#[from] LineError),
    /// A stage is no command.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// There is nothing before a filter.
    #[error("\"{name}\" needs rows: put a command and a | before it, such as: list processes | {name}")]
    FilterFirst {
        /// The filter.
        name: CommandPath,
    },
    /// A command that finds rows is given some.
    #[error("\"{name}\" takes no rows: it must be the first command of a line")]
    SourceBehind {
        /// The command.
        name: CommandPath,
    },
    /// There is no command to explain.
    #[error("there is no command {name:?}; `help` lists them")]
    NoHelp {
        /// What was asked for.
        name: String,
    },
    /// A search makes no sense.
    #[error(transparent)]
    Term(#[from] TermError),
    /// There is no such column.
    #[error(transparent)]
    Column(#[from] NoColumn),
    /// The kind was never collected.
    #[error("no {table} were collected yet; a job that collects does it, such as: run collect")]
    NotCollected {
        /// The kind.
        table: &'static str,
    },
    /// A job does not run.
    #[error(transparent)]
    Job(#[from] RunError),
    /// The inventory cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
