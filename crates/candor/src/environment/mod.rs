//! Where the tool runs, as far as every record says it: names from short lists and versions, never an identifier.

mod agent;
mod channel;
mod ci;
mod container;
mod system;

use std::io::{self, IsTerminal as _};

use candor_wire::Environment;

use crate::{consent::Answer, declared::Release, variables::Lookup};

/// Looks around once a run.
pub(crate) fn observe(release: &Release, lookup: Lookup<'_>) -> Environment {
    Environment {
        version: Some(release.version.to_owned()),
        commit: release.commit.map(str::to_owned),
        built: release.built.map(str::to_owned),
        channel: channel::name(release.channel).map(str::to_owned),
        os: Some(std::env::consts::OS.to_owned()),
        os_version: system::version(),
        arch: Some(std::env::consts::ARCH.to_owned()),
        runtime: None,
        ci: Some(ci::service(lookup).to_owned()),
        container: Some(container::is_inside(lookup)),
        interactive: Some(io::stdin().is_terminal() && io::stderr().is_terminal()),
        agent: Some(agent::name(lookup).to_owned()),
        database: None,
    }
}

/// The same once more.
// One copy of what copies thirteen fields.
#[inline(never)]
pub(crate) fn copy_of(environment: &Environment) -> Environment {
    environment.clone()
}

/// Whether a variable is set to something that is not a no. What it is set to is not looked at further.
// One copy of it is enough: it is asked for dozens of names.
#[inline(never)]
fn is_set(lookup: Lookup<'_>, name: &str) -> bool {
    let value = lookup(name);
    !matches!(Answer::of(value.as_deref()), Answer::Unset | Answer::No)
}
