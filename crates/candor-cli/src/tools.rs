//! The tools of this computer, as the SDK finds them.

use candor::user::{self, Found, Tool};

use crate::failure::{Failure, While};

/// Every directory of a tool, by name.
pub(crate) fn all() -> Result<Vec<Found>, Failure> {
    user::installed().or_failed_to(|| "look for tools".to_owned())
}

/// The tool of this name, with what it said of itself.
pub(crate) fn find(name: &str) -> Result<Tool, Failure> {
    let all = all()?;
    let names: Vec<&str> = all.iter().filter(|found| found.tool.is_ok()).map(|found| found.name.as_str()).collect();
    let known =
        if names.is_empty() { "there is none yet".to_owned() } else { format!("there are {}", names.join(", ")) };
    match all.iter().find(|found| found.name == name).map(|found| &found.tool) {
        Some(Ok(tool)) => Ok(tool.clone()),
        Some(Err(damage)) => Err(Failure::new(format!("{}: {}", damage.path.display(), damage.what))),
        None => Err(Failure::new(format!("no tool {name} has left anything here: {known}"))),
    }
}

/// The tool of this name, also where nothing is known of it: a choice about it can be stored all the same.
pub(crate) fn find_or_name(name: &str) -> Result<(Tool, bool), Failure> {
    let found = all()?.into_iter().find(|found| found.name == name);
    let is_known = found.is_some();
    let tool = found.and_then(|found| found.tool.ok()).unwrap_or_else(|| Tool::named(name));
    Ok((tool, is_known))
}
