use std::path::PathBuf;

use candor_store::Catalog;
use clap::Args;
use serde_json::json;

use crate::failure::{Failure, While};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor token revoke --id 5f0c9e1a0b1e --data ./candor-data

A running collector goes by it from the next request on; browsers that signed in with the token
stay so for at most 12 hours.";

/// Make a token worth nothing at once
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Revoke {
    /// Its id, as `candor token list` shows it, or the token itself
    #[arg(long, value_name = "ID")]
    id: String,
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Revoke {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let revoked = Catalog::open(&self.data).await?.revoke_token(&self.id).await;
        revoked.or_failed_to(|| "revoke the token".to_owned())?;
        if self.json {
            return output::print(&json!({ "revoked": true }).to_string());
        }
        output::print("it opens nothing any more")
    }
}
