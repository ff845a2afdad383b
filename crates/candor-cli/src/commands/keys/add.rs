use clap::Args;
use serde_json::json;

use super::Place;
use crate::failure::{Failure, While};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor keys add --project inventory --key 2HuG0cXbSJnYfUkBLgy --data ./candor-data

A running collector takes the key within a few seconds.";

/// Make a given value a write key of a project, for SDKs that are configured with it already
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// The key: 1 to 128 visible ASCII characters without `:`
    #[arg(long, value_name = "VALUE")]
    key: String,
    #[command(flatten)]
    place: Place,
}

impl Add {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Place { project, json, .. } = &self.place;
        let added = self.place.catalog().await?.add_key(project, &self.key).await;
        added.or_failed_to(|| "add the key".to_owned())?;
        if *json {
            return output::print(&json!({ "project": project, "write_key": self.key }).to_string());
        }
        output::print(&format!("{} is a write key of the project {project}", self.key))
    }
}
