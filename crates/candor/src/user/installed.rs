//! The tools of this computer: every state directory, and what a tool said of itself in it.

use std::{fs, io, path::PathBuf};

use super::{Damage, Tool};
use crate::{places, tool_file, variables};

/// What every tool with a state directory leaves in it sooner or later.
const TRACES: [&str; 5] = ["agreed", "notice", "spool.lock", places::SCHEDULE, "usage.jsonl"];

/// A directory among those of the tools.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// Its name, which is the tool's.
    pub name: String,
    /// The directory.
    pub directory: PathBuf,
    /// The tool; or what was found in the place of what it says of itself.
    pub tool: Result<Tool, Damage>,
}

/// Every state directory of this user, by name: in `$CANDOR_HOME`, else in `candor` below `$XDG_STATE_HOME` or
/// `~/.local/state`.
///
/// # Errors
/// When the directory that holds them cannot be read. Where there is none, there are no tools.
pub fn installed() -> io::Result<Vec<Found>> {
    let Some(home) = places::state_home(&variables::process) else { return Ok(Vec::new()) };
    let entries = match fs::read_dir(&home) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    // The file of an installation's id may lie here too, as `.tool/id`.
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_unstable();
    Ok(names.into_iter().map(|name| found(home.join(&name), name)).collect())
}

fn found(directory: PathBuf, name: String) -> Found {
    let path = directory.join(tool_file::FILE);
    let tool = match tool_file::read(&directory) {
        Ok(Some(declaration)) if declaration.application == name => Ok(Tool::at(declaration, directory.clone())),
        Ok(Some(declaration)) => Err(Damage::new(path, format!("is of another tool, {}", declaration.application))),
        Ok(None) if TRACES.iter().any(|trace| directory.join(trace).exists()) => {
            Err(Damage::new(path, "is not there: the tool has not said anything of itself yet"))
        }
        Ok(None) => Err(Damage::new(&directory, "has nothing of Candor in it")),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(Damage::new(&directory, "is no directory")),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Damage::new(path, "is not what a tool writes")),
        Err(error) => Err(Damage::new(path, format!("cannot be read: {error}"))),
    };
    Found { name, directory, tool }
}
