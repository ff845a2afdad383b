//! The outcome: a level, who decided it, and what everybody said.

use std::{fmt, path::PathBuf};

use candor_wire::Timestamp;

use super::Level;
use crate::declared::IdentityMode;

/// What is recorded and sent in this run, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// What holds.
    pub level: Level,
    /// Who decided it.
    pub decided_by: Source,
    /// Every source that was read, in the order in which they were.
    pub readings: Vec<Reading>,
    /// The user's own choice, where one is stored: when it was made. Nothing recorded earlier is sent.
    pub since: Option<Timestamp>,
    /// The identity mode that the user chose, which holds where it tells less than the manifest's.
    pub identity: Option<IdentityMode>,
    /// Whether the user stored a level for this tool or for all, so that no notice is needed.
    pub is_stated: bool,
}

/// Somebody who has a say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A flag of the tool; empty when none was given.
    Flag(String),
    /// An environment variable: one of the manifest's, or `DO_NOT_TRACK`.
    Variable(&'static str),
    /// The administrator's file.
    SystemPolicy(PathBuf),
    /// The user's file.
    UserChoice(PathBuf),
    /// The variable that chooses a level.
    LevelVariable(&'static str),
    /// The manifest's default.
    Manifest,
    /// The question of a manifest that asks, which was not answered with yes.
    Question,
    /// The notice, which has to be shown before anything is sent, and was not.
    Notice,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) if flag.is_empty() => f.write_str("command line"),
            Self::Flag(flag) => f.write_str(flag),
            Self::Variable(name) | Self::LevelVariable(name) => f.write_str(name),
            Self::SystemPolicy(path) | Self::UserChoice(path) => write!(f, "{}", path.display()),
            Self::Manifest => f.write_str("default"),
            Self::Question => f.write_str("the question was not answered with yes"),
            Self::Notice => f.write_str("notice not shown yet"),
        }
    }
}

/// One source, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// Who.
    pub source: Source,
    /// What.
    pub said: Said,
}

/// What a source says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Said {
    /// Nothing: not given, not set, empty, no such file.
    Nothing,
    /// This level, or at most this level.
    Level(Level),
    /// Something that cannot be understood, and is therefore taken as `off`: why.
    Unclear(String),
}

impl Said {
    /// The level that is meant.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        match self {
            Self::Nothing => None,
            Self::Level(level) => Some(*level),
            Self::Unclear(_) => Some(Level::Off),
        }
    }
}
