use clap::Args;
use serde_json::json;

use super::Place;
use crate::failure::{Failure, While};
use crate::output::{self, day};

const EXAMPLES: &str = "\
Examples:
  candor keys list --project inventory --data ./candor-data
  candor keys list --project inventory --data ./candor-data --json";

/// List the write keys of a project, those that have ended too
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Place { project, json, .. } = &self.place;
        let listed = self.place.catalog().await?.keys(project).await;
        let keys = listed.or_failed_to(|| "list the keys".to_owned())?;
        if *json {
            let key = |key: &candor_store::WriteKey| {
                json!({
                    "write_key": key.key,
                    "created": key.created.to_string(),
                    "ends": key.ends.map(|ends| ends.to_string()),
                    "valid": key.valid,
                })
            };
            let keys: Vec<_> = keys.iter().map(key).collect();
            return output::print(&json!({ "project": project, "keys": keys }).to_string());
        }
        let mut table = output::table();
        table.set_header(["write key", "created", "valid"]);
        for key in keys {
            let valid = match (key.valid, key.ends) {
                (true, None) => "yes".to_owned(),
                (true, Some(ends)) => format!("until {}", day(ends)),
                (false, ends) => format!("no, ended {}", ends.map(day).unwrap_or_default()),
            };
            table.add_row([key.key, day(key.created), valid]);
        }
        output::print(&table.to_string())
    }
}
