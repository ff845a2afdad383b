//! One file a command.

pub(crate) mod fetch;
pub(crate) mod policy_run;
pub(crate) mod providers_list;

use std::process::ExitCode;

use inventory_store::{
    Classified, ErrorClass,
    database::DatabaseError,
    machine::CollectError,
    policy::{PolicyError, RuleError},
};

use crate::{config::ConfigError, output::OutputError};

/// How a command ended that did what it was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// There is nothing to complain about.
    Well,
    /// A policy is violated, and the user did not say that this is only a warning.
    Violated,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// It is not clear which inventory is meant.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no machine at the given root.
    #[error(transparent)]
    Root(#[from] CollectError),
    /// The inventory cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Some providers failed; what the others found was stored and shown.
    #[error("{failed} of {asked} providers failed")]
    Providers {
        /// How many failed.
        failed: usize,
        /// How many were asked.
        asked: usize,
    },
    /// The file of rules cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A rule cannot be checked.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The answer cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl CommandError {
    /// 2 where it is the user's words that make no sense, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl Classified for CommandError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Config(error) => error.class(),
            Self::Root(error) => error.class(),
            Self::Database(error) => error.class(),
            Self::Providers { .. } => ErrorClass::ProviderFailed,
            Self::Policy(error) => error.class(),
            Self::Rule(error) => error.class(),
            Self::Output(error) => error.class(),
        }
    }
}
