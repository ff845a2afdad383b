//! Tokens: secrets with which programs and browsers look, each with what it may do.

mod create;
mod list;
mod revoke;

use clap::Subcommand;

use super::block_on;
use crate::failure::Failure;

/// Manage API tokens: what reports are read and SQL is asked with
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    List(list::List),
    Create(create::Create),
    Revoke(revoke::Revoke),
}

impl Token {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(command) => block_on(command.run()),
            Self::Create(command) => block_on(command.run()),
            Self::Revoke(command) => block_on(command.run()),
        }
    }
}
