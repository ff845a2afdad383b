//! One file a command.

pub(crate) mod fetch;
pub(crate) mod policy_run;
pub(crate) mod providers_list;

use crate::{
    classified::{Classified, ErrorClass},
    database::DatabaseError,
    machine::CollectError,
    output::OutputError,
    policy::{PolicyError, RuleError},
};

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

impl Classified for CommandError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Root(error) => error.class(),
            Self::Database(error) => error.class(),
            Self::Providers { .. } => ErrorClass::ProviderFailed,
            Self::Policy(error) => error.class(),
            Self::Rule(error) => error.class(),
            Self::Output(error) => error.class(),
        }
    }
}
