//! Write keys: public, in every copy of a tool, so they are changed and not hidden.

mod add;
mod create;
mod list;
mod revoke;
mod rotate;

use std::path::PathBuf;

use candor_store::Catalog;
use clap::{Args, Subcommand};

use super::block_on;
use crate::failure::Failure;

/// Manage the write keys of projects: what tools send with
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    List(list::List),
    Create(create::Create),
    Add(add::Add),
    Rotate(rotate::Rotate),
    Revoke(revoke::Revoke),
}

/// Which project's keys, and how to answer.
#[derive(Debug, Args)]
struct Place {
    /// The project
    #[arg(long, value_name = "NAME")]
    project: String,
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Place {
    async fn catalog(&self) -> Result<Catalog, Failure> {
        Ok(Catalog::open(&self.data).await?)
    }
}

impl Keys {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(command) => block_on(command.run()),
            Self::Create(command) => block_on(command.run()),
            Self::Add(command) => block_on(command.run()),
            Self::Rotate(command) => block_on(command.run()),
            Self::Revoke(command) => block_on(command.run()),
        }
    }
}
