use clap::Args;
use serde_json::json;

use super::Place;
use crate::failure::{Failure, While};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor keys revoke --project inventory --key 5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e --data ./candor-data

Tools that send with it are answered 401 and keep what they have; they do not try for ever.
`candor keys rotate` gives users time to update first.";

/// Make a write key worth nothing at once
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Revoke {
    /// The key
    #[arg(long, value_name = "VALUE")]
    key: String,
    #[command(flatten)]
    place: Place,
}

impl Revoke {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Place { project, json, .. } = &self.place;
        let revoked = self.place.catalog().await?.revoke_key(project, &self.key).await;
        revoked.or_failed_to(|| "revoke the key".to_owned())?;
        if *json {
            return output::print(&json!({ "project": project, "revoked": self.key }).to_string());
        }
        output::print(&format!("{} opens nothing any more; a running collector goes by it within seconds", self.key))
    }
}
