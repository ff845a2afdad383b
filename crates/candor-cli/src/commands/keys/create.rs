use clap::Args;
use serde_json::json;

use super::Place;
use crate::failure::{Failure, While};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor keys create --project inventory --data ./candor-data

Keys of one project are worth the same: one for each channel of a tool can be revoked alone.";

/// Make another write key of a project
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Create {
    #[command(flatten)]
    place: Place,
}

impl Create {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Place { project, json, .. } = &self.place;
        let created = self.place.catalog().await?.create_key(project).await;
        let key = created.or_failed_to(|| "create the key".to_owned())?;
        if *json {
            return output::print(&json!({ "project": project, "write_key": key }).to_string());
        }
        output::print(&format!("{key} is a write key of the project {project}"))
    }
}
