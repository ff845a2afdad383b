use std::path::PathBuf;

use candor_store::Catalog;
use clap::{Args, Subcommand};

use super::block_on;
use crate::failure::{Failure, While};
use crate::output;

/// Manage the write keys of projects
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    Add(Add),
}

const EXAMPLES: &str = "\
Examples:
  candor keys add --project inventory --key 2HuG0cXbSJnYfUkBLgy --data ./candor-data

A running collector takes the key within a few seconds.";

/// Make a given value a write key of a project, for SDKs that are configured with it already
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// The project
    #[arg(long, value_name = "NAME")]
    project: String,
    /// The key: 1 to 128 visible ASCII characters without `:`
    #[arg(long, value_name = "VALUE")]
    key: String,
    /// The collector's data directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Keys {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(command) => block_on(command.run()),
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let catalog = Catalog::open(&self.data).await?;
        let added = catalog.add_key(&self.project, &self.key).await;
        added.or_failed_to(|| "add the key".to_owned())?;
        if self.json {
            let answer = serde_json::json!({ "project": self.project, "write_key": self.key });
            return output::print(&answer.to_string());
        }
        output::print(&format!("{} is a write key of the project {}", self.key, self.project))
    }
}
